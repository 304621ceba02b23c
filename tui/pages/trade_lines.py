"""One trade from its plan to what was written afterwards, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ledger.money import settle
from ledger.practice.review.entry import Entry
from ledger.practice.review.entry_words import (
    closed_by,
    exact,
    in_r,
    lasted,
    missing,
    moment,
    size,
)
from ledger.practice.words.formats import NOTHING, percent
from ledger.reports.trades.calls import CallOnTheWay
from ledger.reports.trades.plan import Plan
from ledger.reports.trades.r_multiple import NoR
from ledger.reports.trades.stop_history import StopAct, StopChange
from ledger.reports.trades.trade import Trade, TradeFill
from ledger.text import clean

_NO_R = {
    NoR.NO_STOP: "no stop at entry",
    NoR.OPEN: "still open",
    NoR.UNPROTECTED: "held without a stop for a time",
}
_LABEL = 13


def trade_lines(entry: Entry) -> list[str]:
    """The page of a trade, from its heading down."""
    trade = entry.trade
    parts = (
        _heading(entry),
        _planned(trade),
        _result(trade),
        _excursions(trade),
        _stop(trade),
        _targets(trade),
        _fills(trade),
        _calls(trade),
        _notes(trade),
    )
    lines: list[str] = []
    for part in parts:
        made = list(part)
        if made:
            lines += [*([""] if lines else []), *made]
    return lines


def _row(label: str, text: str) -> str:
    return f"{label:<{_LABEL}}{text}".rstrip()


def _heading(entry: Entry) -> Iterator[str]:
    trade = entry.trade
    what = f"{trade.direction} {size(trade.quantity)} {clean(trade.symbol, 40)}"
    yield f"Trade {trade.number}: {what}, {trade.mode}, {size(trade.leverage)}x"
    yield _row("Opened", f"{moment(trade.opened_at)} at {size(trade.entry_price)}")
    if trade.closed_at is None:
        yield _row("Open", f"{size(trade.held)} held, after {lasted(trade.seconds)}")
    else:
        yield _row("Closed", f"{moment(trade.closed_at)} at {size(trade.exit_price)}")
        yield _row("Closed by", f"{closed_by(entry)}, after {lasted(trade.seconds)}")
    if trade.peak_quantity != trade.quantity:
        yield _row("Most held", size(trade.peak_quantity))
    if entry.tags:
        yield _row("Tags", ", ".join(clean(tag, 40) for tag in entry.tags))
    if entry.missing:
        yield _row("Missing", ", ".join(missing(entry)))


def _planned(trade: Trade) -> Iterator[str]:
    yield "Plan"
    yield from _plan(trade.plan, trade)
    for plan in trade.later_plans:
        yield f"Plan of an addition, {moment(plan.at)}"
        yield from _plan(plan, trade)


def _plan(plan: Plan, trade: Trade) -> Iterator[str]:
    targets = ", ".join(f"{size(t.price)} for {percent(t.fraction)}" for t in plan.targets)
    yield _row("  Reason", clean(plan.reason, 500) or NOTHING)
    yield _row("  Quantity", size(plan.quantity))
    yield _row("  Stop", size(plan.stop))
    yield _row("  Targets", targets or NOTHING)
    if plan.risk is not None:
        yield _row("  Risk", exact(plan.risk, trade.currency))
    yield _row("  If called", clean(plan.answer_to_call, 500) or NOTHING)
    sure = NOTHING if plan.confidence is None else f"{plan.confidence} of 5"
    yield _row("  Confidence", sure)


def _result(trade: Trade) -> Iterator[str]:
    money, costs, risk = trade.currency, trade.costs, trade.risk
    yield "Result"
    yield _row("  Gross", exact(trade.gross, money))
    for label, amount in (
        ("Trade fees", costs.trade_fees),
        ("Interest", costs.interest),
        ("Funding", costs.funding),
        ("Overnight", costs.overnight),
        ("Borrow fees", costs.borrow_fees),
        ("Other fees", costs.other_fees),
        ("Dividends", costs.dividends),
    ):
        if amount:
            yield _row(f"  {label}", exact(-amount, money))
    if trade.absorbed:
        yield _row("  Venue bore", exact(trade.absorbed, money))
    scratch = ", within its costs of zero" if trade.is_scratch else ""
    yield _row("  Net", f"{exact(trade.net, money)}{' so far' if trade.is_open else scratch}")
    yield _row("  R0", _figure(risk.r0, money, risk.no_r))
    if trade.is_open:
        return
    yield _row("  R", _in_r(trade.r, risk.no_r))
    yield _row("  R on peak", _in_r(trade.r_on_peak, risk.no_peak))
    if risk.added_r:
        yield _row("  Risk added", f"{in_r(risk.added_r)} R")


def _figure(amount: Decimal | None, currency: str, why: NoR | None) -> str:
    return exact(amount, currency) if amount is not None else _without(why)


def _in_r(value: Decimal | None, why: NoR | None) -> str:
    return f"{in_r(value)} R" if value is not None else _without(why)


def _without(why: NoR | None) -> str:
    return NOTHING if why is None else f"{NOTHING} ({_NO_R[why]})"


def _excursions(trade: Trade) -> Iterator[str]:
    gone = trade.excursion
    if gone.worst is None or gone.best is None:
        return
    yield "Furthest"
    for label, amount, price, r in (
        ("  Against", gone.worst, gone.mae(trade.entry_price, trade.side), trade.mae_r),
        ("  In favour", gone.best, gone.mfe(trade.entry_price, trade.side), trade.mfe_r),
    ):
        beside = [f"{size(price)} in price"] if price is not None else []
        beside += [f"{in_r(r)} R"] if r is not None else []
        yield _row(
            label, ", ".join([exact(settle(amount, trade.currency), trade.currency), *beside])
        )
    if trade.give_back_r is not None:
        share = trade.share_given_back
        part = "" if share is None else f", {percent(share)} of the peak"
        yield _row("  Given back", f"{in_r(trade.give_back_r)} R{part}")


def _stop(trade: Trade) -> Iterator[str]:
    yield "Stop"
    if not trade.stop.changes:
        yield "  never had one"
        return
    for change in trade.stop.changes:
        yield f"  {moment(change.at):<21} {_change(change)}"
    bare = trade.stop.seconds_unprotected
    if bare:
        yield _row("  Without", lasted(bare))


def _change(change: StopChange) -> str:
    text = change.act.value.replace("_", " ")
    if change.level is not None and change.was is not None:
        again = " again, moved" if change.act is StopAct.SET else ""
        text += f"{again} from {size(change.was)} to {size(change.level)}"
    elif change.level is not None:
        text += f" at {size(change.level)}"
    if change.farther and change.widened_r is not None:
        text += f", {in_r(change.widened_r)} R more at risk"
    return f"{text} ({clean(change.why, 80)})" if change.why else text


def _targets(trade: Trade) -> Iterator[str]:
    if not trade.targets:
        return
    yield "Targets"
    for change in trade.targets:
        act = change.act.value.replace("_", " ")
        why = f" ({clean(change.why, 80)})" if change.why else ""
        level, quantity = size(change.level), size(change.quantity)
        yield f"  {moment(change.at):<21} {act} {level} for {quantity}{why}"


def _fills(trade: Trade) -> Iterator[str]:
    yield "Fills"
    for fill in trade.fills:
        yield f"  {moment(fill.at):<21} {_fill(fill, trade)}"


def _fill(fill: TradeFill, trade: Trade) -> str:
    text = f"{fill.side} {size(fill.quantity)} at {size(fill.price)}"
    if fill.opens:
        added = fill.risk_added_r
        return text if added is None else f"{text}, {in_r(added)} R added"
    r = "" if fill.r is None else f", {in_r(fill.r)} R"
    by = fill.by.value.replace("_", " ")
    return f"{text} ({by}), net {exact(fill.net, trade.currency)}{r}"


def _calls(trade: Trade) -> Iterator[str]:
    if not trade.calls:
        return
    yield "Margin calls"
    for call in trade.calls:
        yield f"  {moment(call.at):<21} {_call(call, trade.currency)}"


def _call(call: CallOnTheWay, currency: str) -> str:
    parts = [f"{clean(call.level, 40)}, {exact(call.shortfall, currency)} short"]
    parts += [f"answered {_after(x.at - call.at)}: {x.answer}" for x in call.answers]
    if call.expired_at is not None:
        parts.append("expired")
    if call.met_by is not None:
        parts.append(f"met by {call.met_by.value.replace('_', ' ')}")
    return ", ".join(parts)


def _after(seconds: int) -> str:
    return f"after {lasted(seconds)}" if seconds else "at once"


def _notes(trade: Trade) -> Iterator[str]:
    if not any(note.text for note in trade.notes):
        return
    yield "Notes"
    for note in trade.notes:
        if note.text:
            again = f", revised {len(note.past)}x" if note.past else ""
            said = clean(note.text, 2_000)
            yield f"  {moment(note.at):<21} #{note.seq} {note.written}{again}: {said}"
