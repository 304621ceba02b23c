"""The margin calls of an account, read from its record, and put into words."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.account.events.kinds import AccountOpened, Event
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.money import plain
from ledger.practice.review.entry_words import lasted, moment, size
from ledger.practice.sessions.find_account import check_there, find_branch
from ledger.practice.words.formats import NOTHING, money, percent
from ledger.reports.trades.call_history import CallRecord, CallSums, Sold, calls_of, sums
from ledger.text import clean
from ledger.times import iso

Wire = dict[str, Any]

HEADS = ("call", "came", "why", "short of", "answer", "took", "of", "ended by", "sold", "fed")
RIGHT = frozenset({"call", "short of"})
"""The columns of figures."""


@dataclass(frozen=True, slots=True)
class CallBook:
    """Every call of an account, in the order in which they came."""

    account: str
    currency: str
    calls: tuple[CallRecord, ...]

    @property
    def sums(self) -> CallSums:
        """What they come to."""
        return sums(self.calls)


def read_calls(path: Path, account: str | None) -> CallBook:
    """The calls of an account, or of the one used last. Raises `Refused`, and what `Ledger.open`
    raises."""
    check_there(path)
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        branch = find_branch(ledger, account)
        events = list(ledger.events(branch.id))
    return CallBook(branch.called, _currency(events), calls_of(events))


def _currency(events: list[tuple[int, Event]]) -> str:
    return next((x.currency for _, x in events if isinstance(x, AccountOpened)), "")


def cells(record: CallRecord, currency: str) -> tuple[str, ...]:
    """A call in a line, a cell under each of `HEADS`."""
    call = record.call
    allowed = call.time_allowed
    sold = ", ".join(f"{size(sale.quantity)} {clean(sale.symbol, 20)}" for sale in record.sold)
    return (
        str(call.seq),
        moment(call.at),
        why(record),
        money(call.shortfall, currency),
        ", ".join(answer.answer.value for answer in call.answers) or "none",
        NOTHING if call.time_to_answer is None else within(call.time_to_answer),
        "no deadline" if allowed is None else within(allowed),
        ended_by(record),
        sold or NOTHING,
        "yes" if record.fed else "",
    )


def within(seconds: int) -> str:
    """`2 d 3 h`, `at once`."""
    return lasted(seconds) if seconds else "at once"


def after(seconds: int) -> str:
    """`after 2 d 3 h`, `at once`."""
    return f"after {lasted(seconds)}" if seconds else "at once"


def why(record: CallRecord) -> str:
    """`house level, 28.43% < 30.00%`: what was breached, in the venue's measure."""
    level = f"{clean(record.call.level, 30)} level"
    if record.health is None or record.threshold is None:
        return level
    return f"{level}, {_measure(record.health)} against {_measure(record.threshold)}"


def _measure(value: Decimal) -> str:
    return percent(value, 2)


def ended_by(record: CallRecord) -> str:
    """`deposit`, `the market`, `forced sale`; `open` for a call that stands."""
    met = record.call.met_by
    if met is None:
        return "expired" if record.call.expired_at is not None else "open"
    return "the market" if record.cured_itself else met.value.replace("_", " ")


def summary(book: CallBook) -> list[str]:
    """The sentences below the list."""
    known = book.sums
    if not known.calls:
        return []
    ended = f"{known.ended} of {known.calls} ended"
    cured = f"{known.cured} cured themselves ({percent(known.share_cured, 0)})"
    lines = [f"{ended}: {cured}, {known.forced} by a forced sale; {known.answered} answered."]
    if known.fed:
        many = "once" if known.fed == 1 else f"{known.fed} times"
        lines.append(f"A winner was sold while a loser was kept: {many}.")
    return lines


def calls_wire(book: CallBook) -> Wire:
    """The whole page for `--json`."""
    known = book.sums
    return {
        "account": book.account,
        "currency": book.currency,
        "calls": [_wire(record) for record in book.calls],
        "ended": known.ended,
        "cured_by_market": known.cured,
        "share_cured_by_market": None if known.share_cured is None else plain(known.share_cured),
        "answered": known.answered,
        "forced": known.forced,
        "winner_sold": known.fed,
    }


def _wire(record: CallRecord) -> Wire:
    call = record.call
    return {
        "seq": call.seq,
        "time": iso(call.at),
        "pocket": record.pocket,
        "level": call.level,
        "health": _plain(record.health),
        "threshold": _plain(record.threshold),
        "judged_by": record.judged_by.value,
        "shortfall": plain(call.shortfall),
        "sale_to_cure": plain(record.sale_to_cure),
        "due": None if call.due is None else iso(call.due),
        "answers": [
            {
                "seq": answer.seq,
                "time": iso(answer.at),
                "answer": answer.answer.value,
                "amount": _plain(answer.amount),
                "symbol": answer.symbol,
                "quantity": _plain(answer.quantity),
            }
            for answer in call.answers
        ],
        "seconds_to_answer": call.time_to_answer,
        "seconds_allowed": call.time_allowed,
        "expired": None if call.expired_at is None else iso(call.expired_at),
        "met_by": None if call.met_by is None else call.met_by.value,
        "ended": None if call.ended_at is None else iso(call.ended_at),
        "trades": list(record.trades),
        "sold": [_sale_wire(sale) for sale in record.sold],
    }


def _sale_wire(sale: Sold) -> Wire:
    return {
        "seq": sale.seq,
        "time": iso(sale.at),
        "symbol": sale.symbol,
        "quantity": plain(sale.quantity),
        "price": plain(sale.price),
        "realized_pnl": plain(sale.realized),
        "forced": sale.forced,
        "losers_kept": list(sale.fed),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
