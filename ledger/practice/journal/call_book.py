"""The margin calls of an account, read from its record, and put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.account.event_terms import Answer
from ledger.account.events.kinds import AccountOpened, Event
from ledger.books.branches import BranchInfo
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.money import figured_price, plain
from ledger.practice.forks.fork import trunk_of
from ledger.practice.journal.call_answers import CallLines, Left
from ledger.practice.journal.closest import Closest, closest_of
from ledger.practice.review.entry_words import lasted, moment, size
from ledger.practice.sessions.find_account import check_there, find_branch
from ledger.practice.words.formats import NOTHING, money, percent
from ledger.refused import Refused
from ledger.reports.trades.call_history import CallRecord, CallSums, Sold, calls_of, sums
from ledger.text import clean
from ledger.times import iso

Wire = dict[str, Any]

HEADS = ("call", "came", "why", "short of", "answer", "took", "of", "ended by", "sold", "fed",
         "closest")  # fmt: skip
RIGHT = frozenset({"call", "short of", "closest"})
"""The columns of figures."""


@dataclass(frozen=True, slots=True)
class CallBook:
    """Every call of an account, in the order in which they came; how `closest` each came to
    liquidation, by its number."""

    account: str
    currency: str
    calls: tuple[CallRecord, ...]
    closest: Mapping[int, Closest] = field(default_factory=dict)

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
        calls = calls_of(events)
        return CallBook(branch.called, _currency(events), calls, _closest(ledger, branch, calls))


def _closest(
    ledger: Ledger, branch: BranchInfo, calls: Sequence[CallRecord]
) -> Mapping[int, Closest]:
    """Nothing where the tapes are gone: the rest of the list needs none."""
    if not calls:
        return {}
    try:
        return closest_of(trunk_of(ledger, branch), calls)
    except Refused:
        return {}


def _currency(events: list[tuple[int, Event]]) -> str:
    return next((x.currency for _, x in events if isinstance(x, AccountOpened)), "")


def cells(record: CallRecord, currency: str, closest: Closest | None = None) -> tuple[str, ...]:
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
        NOTHING if closest is None else percent(closest.distance, 2),
    )


def nearest(closest: Closest) -> str:
    """`closest to liquidation: ACME at 62, 1.37% from 61.15, Thu 12 Mar 2020 10:38`."""
    symbol, price = clean(closest.symbol, 20), size(closest.price)
    met, when = size(figured_price(closest.liquidation, closest.tick)), moment(closest.at)
    if not closest.distance:
        return f"reached liquidation: {symbol} at {price}, {when}"
    away = percent(closest.distance, 2)
    return f"closest to liquidation: {symbol} at {price}, {away} from {met}, {when}"


_ANSWERS = {
    Answer.DEPOSIT: "paid at once",
    Answer.SELL: "sold at once",
    Answer.WAIT: "waited",
}


def left_lines(found: CallLines, currency: str) -> list[str]:
    """What each answer would have left, with what was: `paid at once  4,980.00 left, …`."""
    reasons = {one.reason for one in found.lines}
    if len(reasons) == 1 and all(reasons):
        return [f"no answer was possible: {clean(reasons.pop(), 120)}"]
    return [
        f"{'as it was':14} {money(found.played, currency):>14} {currency} left",
        *(f"{_ANSWERS[one.answer]:14} {_left(one, currency)}" for one in found.lines),
    ]


def _left(one: Left, currency: str) -> str:
    if one.left is None or one.better is None:
        return f"refused: {clean(one.reason, 120)}"
    paid = f", {money(one.paid_in, currency)} more paid in" if one.paid_in else ""
    worth = money(abs(one.better), currency)
    told = f"{worth} {'better' if one.better > 0 else 'worse'}" if one.better else "no different"
    return f"{money(one.left, currency):>14} {currency} left{paid}: {told}"


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


def calls_wire(book: CallBook, lines: Mapping[int, CallLines] | None = None) -> Wire:
    """The whole page for `--json`; with `lines`, also what each answer would have left."""
    known = book.sums
    return {
        "account": book.account,
        "currency": book.currency,
        "calls": [
            _wire(record)
            | {"closest": _closest_wire(book.closest.get(record.call.seq))}
            | ({} if lines is None else {"otherwise": _lines_wire(lines[record.call.seq])})
            for record in book.calls
        ],
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


def _closest_wire(closest: Closest | None) -> Wire | None:
    if closest is None:
        return None
    return {
        "time": iso(closest.at),
        "symbol": closest.symbol,
        "price": plain(closest.price),
        "liquidation_price": plain(figured_price(closest.liquidation, closest.tick)),
        "distance": plain(closest.distance),
    }


def _lines_wire(found: CallLines) -> Wire:
    return {
        "left": plain(found.played),
        "answers": [
            {
                "answer": one.answer.value,
                "left": _plain(one.left),
                "paid_in": _plain(one.paid_in),
                "better": _plain(one.better),
                "refused": one.reason or None,
            }
            for one in found.lines
        ],
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
