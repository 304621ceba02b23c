"""The record as one JSON document: every event as recorded, with its postings."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ledger import __version__
from ledger.reports.exports.record import Entry, Record, amount
from ledger.text import escaped


def json_lines(
    record: Record, entries: Iterable[Entry], trades: list[Any], purse: list[Any]
) -> Iterator[str]:
    """The document, an event a line. Amounts are decimal strings; a posting's is a debit if it is
    above zero."""
    about = {
        "exported_by": f"Tightrope {__version__}",
        "account": record.account,
        "title": record.title,
        "rule_book": record.venue,
        "currency": record.currency,
        "last_hash": record.hash,
        "forked_from": None if record.forked is None else record.forked[0],
        "forked_at": None if record.forked is None else record.forked[1],
    }
    yield "{"
    for key, value in about.items():
        yield f"{json.dumps(key)}: {_text(value)},"
    yield '"events": ['
    before = ""
    for entry in entries:
        if before:
            yield f"{before},"
        before = _text(_event(record, entry))
    yield before
    yield "],"
    for key, values in (("trades", trades), ("purse", purse)):
        yield f'"{key}": {_text(values)},'
    yield f'"balances": {_text(_balances(record))}'
    yield "}"


def _event(record: Record, entry: Entry) -> dict[str, Any]:
    postings = [
        {
            "account": record.accounts[at].name,
            "asset": record.accounts[at].asset,
            "amount": amount(atoms, record.accounts[at].places),
        }
        for at, atoms in entry.moves
    ]
    body = {**entry.wire, "seq": entry.seq}  # its true number, whatever a forged body says
    return {**body, "hash": entry.hash, "says": entry.says, "postings": postings}


def _balances(record: Record) -> list[dict[str, str]]:
    return [
        {"account": each.name, "asset": each.asset, "amount": amount(each.closing, each.places)}
        for each in record.accounts
    ]


def _text(value: Any) -> str:
    return escaped(json.dumps(value, separators=(",", ":"), ensure_ascii=False))
