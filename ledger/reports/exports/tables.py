"""The same record as tables: events, postings, balances, trades, the purse.

Every cell is text here; its column says what it is. How a number is shown, and how a text is kept
from being taken for a formula, is the writer's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from ledger import __version__
from ledger.reports.exports.heading import EDUCATION
from ledger.reports.exports.record import Entry, Record, amount


class Holds(Enum):
    """What a column holds."""

    TEXT = auto()
    COUNT = auto()
    """Whole numbers."""
    EXACT = auto()
    """Decimals, each with all its digits; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    holds: Holds = Holds.TEXT


def _columns(counts: str, texts: str, exact: str = "") -> tuple[Column, ...]:
    return (
        *(Column(head, Holds.COUNT) for head in counts.split()),
        *(Column(head) for head in texts.split()),
        *(Column(head, Holds.EXACT) for head in exact.split()),
    )


TABLES: Mapping[str, tuple[Column, ...]] = {
    "account": _columns("", "key value"),
    "events": _columns("seq", "time type says note hash"),
    "postings": _columns("seq", "time type account asset", "amount"),
    "balances": _columns("", "account class asset", "amount"),
    "months": _columns("", "month account asset", "amount"),
    "trades": (
        *_columns("number", "opened closed symbol side mode"),
        *_columns("", "", "leverage quantity entry_price exit_price r mae_r mfe_r net costs"),
        *_columns("", "currency closed_by"),
        *_columns("stop_moves", "tags missing"),
    ),
    "purse": _columns("", "currency account", "set_to left paid_in"),
}
"""Each table's columns. `balances` are at the end, `months` at the end of each month."""

Row = tuple[str, Sequence[str]]
"""The table, and a cell for each of its columns."""


def rows(
    record: Record,
    entries: Iterable[Entry],
    trades: Iterable[Sequence[str]],
    purse: Iterable[Sequence[str]],
) -> Iterator[Row]:
    """The rows of every table; those of one table in their order, the tables beside each other."""
    yield from (("account", row) for row in _about(record))
    held = [0] * len(record.accounts)
    month = record.first[:7]
    for entry in entries:
        if entry.time[:7] != month:
            yield from (("months", (month, *row)) for row in _balances(record, held))
            month = entry.time[:7]
        note = "" if entry.note is None else entry.note
        told = str(entry.seq), entry.time, entry.kind
        yield "events", (*told, entry.says, note, entry.hash)
        for at, atoms in entry.moves:
            account = record.accounts[at]
            held[at] += atoms
            yield "postings", (*told, account.name, account.asset, amount(atoms, account.places))
    yield from (("months", (month, *row)) for row in _balances(record, held))
    for account, closing in zip(record.accounts, held, strict=True):
        balance = amount(closing, account.places)
        yield "balances", (account.name, account.kind, account.asset, balance)
    yield from (("trades", row) for row in trades)
    yield from (("purse", row) for row in purse)


def _about(record: Record) -> Iterator[tuple[str, str]]:
    parent, seq = ("", 0) if record.forked is None else record.forked
    yield "account", record.account
    yield "title", record.title
    yield "rule_book", record.venue
    yield "currency", record.currency
    yield "first_event", record.first
    yield "last_event", record.last
    yield "events", str(record.events)
    yield "last_hash", record.hash
    if parent:
        yield "forked_from", parent
        yield "forked_at", str(seq)
    yield "exported_by", f"Tightrope {__version__}"
    yield "about", EDUCATION


def _balances(record: Record, held: Sequence[int]) -> Iterator[tuple[str, str, str]]:
    for account, atoms in zip(record.accounts, held, strict=True):
        yield account.name, account.asset, amount(atoms, account.places)
