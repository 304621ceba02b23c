"""Everything about one trade, as lines: the plan before, the result, the stop's life, how far it
went, what it cost, the calls it met, and what was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledger.practice.journal.call_book import after
from ledger.practice.review import entry_words as words
from ledger.practice.review.entry import Entry
from ledger.practice.words.formats import NOTHING, percent
from ledger.reports.trades.calls import CallOnTheWay
from ledger.reports.trades.notes import Note
from ledger.reports.trades.plan import Plan
from ledger.reports.trades.r_multiple import NoR
from ledger.reports.trades.trade import Trade, TradeFill
from tui.pages.stop_strip import change_line, strip
from tui.text import format as fmt
from tui.text.kept_back import entry_of, is_blind, r0_of, result_of
from tui.widgets.lines import Line, Run

_NO_R = {
    NoR.NO_STOP: "no stop at entry, so no R",
    NoR.OPEN: "the trade is open",
    NoR.UNPROTECTED: "some of it had no stop for a time, so its peak risk had no limit",
}
_UNSAID = ("empty", "warned")
After = tuple[Decimal, Decimal, bool]


def trade_lines(
    entry: Entry, width: int, later: After | None = None, passive: Sequence[Line] = ()
) -> list[Line]:
    """The whole page below the chart. `later` is how far prices went after the exit, `passive`
    what the first plan would have made of it, left alone."""
    trade = entry.trade
    sections = (
        ("Plan, as it stood before the order", _plan(trade, trade.plan)),
        ("Result", [*_result(trade), *passive]),
        ("Stop", [*strip(trade, width), *map(change_line, trade.stop.changes), *_bare(trade)]),
        ("How far it went", _excursions(trade, later)),
        ("Fills", [_fill(trade, fill) for fill in trade.fills]),
        ("Targets", list(_targets(trade))),
        ("Margin calls on the way", [line for call in trade.calls for line in _call(trade, call)]),
        ("Notes", [line for note in trade.notes for line in _note(note)] or [_nothing()]),
    )
    lines: list[Line] = []
    for heading, body in sections:
        if body:
            lines += [[(f" {heading}", "title")], *body]
    return lines


def _nothing() -> Line:
    return [("   nothing written yet: i writes a note, # gives tags", "dim")]


def _pair(label: str, value: str, meaning: str = "") -> Line:
    return [(f"   {label:<16}", "dim"), (value, meaning)]


def _said(label: str, text: str) -> Line:
    shown, meaning = (fmt.clean(text, 300), "") if text else _UNSAID
    return _pair(label, shown, meaning)


def _plan(trade: Trade, plan: Plan) -> list[Line]:
    targets = ", ".join(
        f"{words.size(target.price)} for {percent(target.fraction, 0)}" for target in plan.targets
    )
    r0 = trade.risk.r0
    sure = "" if plan.confidence is None else f"{plan.confidence} of 5"
    lines = [
        _said("Reason", plan.reason),
        _said("Stop", "" if plan.stop is None else words.size(plan.stop)),
        _said("Targets", targets),
        _said("If called", plan.answer_to_call.replace("_", " ")),
        _said("Confidence", sure),
        _pair("Planned risk", _no_r(trade) if r0 is None else
              f"1 R = {r0_of(trade, r0)}"),
    ]  # fmt: skip
    for later in trade.later_plans:
        when = words.moment(later.at)
        lines.append(
            _pair("Added", f"{when}, {words.size(later.quantity)}, stop {words.size(later.stop)}")
        )
    return lines


def _no_r(trade: Trade) -> str:
    reason = trade.risk.no_r
    return NOTHING if reason is None else f"{NOTHING} {_NO_R[reason]}"


def _r(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value:+.2f} R"


def _meaning(value: Decimal | None) -> str:
    return "" if not value else "up" if value > 0 else "down"


def _result_ink(trade: Trade, amount: Decimal) -> str:
    return "" if is_blind(trade) else _meaning(amount)


def _result(trade: Trade) -> list[Line]:
    cost, unit = trade.costs, trade.currency
    kinds = (
        ("Trading fees", cost.trade_fees),
        ("Interest", cost.interest),
        ("Funding", cost.funding),
        ("Overnight", cost.overnight),
        ("Borrow fees", cost.borrow_fees),
        ("Other fees", cost.other_fees),
        ("Dividends", cost.dividends),
    )
    gross = _pair("Before costs", result_of(trade, trade.gross), _result_ink(trade, trade.gross))
    lines = [gross]
    lines += [_pair(name, fmt.signed_money(-amount, unit)) for name, amount in kinds if amount]
    if trade.absorbed:
        lines.append(_pair("Borne by venue", fmt.signed_money(trade.absorbed, unit)))
    head = "Result so far" if trade.is_open else "Result"
    net: list[Run] = [
        (f"   {head:<16}", "dim"),
        (f"{result_of(trade, trade.net)} {unit}", _result_ink(trade, trade.net)),
    ]
    if not trade.is_open:
        net.append((f"   {_r(trade.r)}", _meaning(trade.r)))
        no_peak = trade.risk.no_peak
        peak = _NO_R[no_peak] if no_peak is not None else _r(trade.r_on_peak)
        net.append((f"   on peak risk {peak}", "dim"))
    added = trade.risk.added_r
    if added:
        net.append((f"   adds put {added:+.2f} R on top", "warned"))
    return [*lines, net]


def _bare(trade: Trade) -> Iterator[Line]:
    for since, until in trade.stop.unprotected:
        lasted = words.lasted(until - since)
        yield [(f"   without a stop for all of it from {words.moment(since)}: {lasted}",
                "liquidating")]  # fmt: skip


def _excursions(trade: Trade, later: After | None) -> list[Line]:
    far, unit = trade.excursion, trade.currency
    mae, mfe = (each(trade.entry_price, trade.side) for each in (far.mae, far.mfe))
    lines: list[Line] = []
    for label, price, worth, in_r in (
        ("Against you", mae, far.worst, None if trade.mae_r is None else -trade.mae_r),
        ("In your favour", mfe, far.best, trade.mfe_r),
    ):
        if worth is not None:
            off = "" if price is None else f"   {words.size(price)} a unit"
            figure = f"{fmt.signed_money(worth, unit)}   {_r(in_r)}{off}"
            lines.append(_pair(label, figure, _meaning(worth)))
    if trade.give_back_r is not None:
        share = trade.share_given_back
        part = "" if share is None else f", {percent(share, 0)} of the peak"
        lines.append(_pair("Given back", f"{_r(trade.give_back_r)}{part}"))
    if later is not None:
        against, in_favour, whole = later
        yet = "" if whole else " (so far)"
        lines.append(
            _pair(
                "After the exit",
                f"{words.size(in_favour)} further for you, {words.size(against)} against{yet}",
            )
        )
    if not lines:
        lines = [_pair("Not known", "the trade is open" if trade.is_open else "an older record")]
    return lines


def _price(trade: Trade, fill: TradeFill) -> str:
    return entry_of(trade, fill.price) if fill.opens else words.size(fill.price)


def _fill(trade: Trade, fill: TradeFill) -> Line:
    does = "in " if fill.opens else "out"
    runs: list[Run] = [
        (f"   {words.moment(fill.at):<22} ", "dim"),
        (f"{does} {words.size(fill.quantity):>10} at {_price(trade, fill):<10}", ""),
    ]
    if not fill.opens:
        by = fill.by.value.replace("_", " ")
        runs.append((f" {fmt.signed_money(fill.net, trade.currency)}", _meaning(fill.net)))
        runs.append((f" {_r(fill.r)}" if fill.r is not None else "", _meaning(fill.r)))
        runs.append((f"  by {'you' if by == 'trader' else by}", ""))
    elif fill.risk_added_r is not None:
        runs.append((f" risk {fill.risk_added_r:+.2f} R", "warned"))
    if fill.opens and is_blind(trade):
        return runs  # a fee is a share of the price
    if fill.costs:
        runs.append((f"  fee {fmt.money(fill.costs, trade.currency)}", "dim"))
    if fill.slippage:
        runs.append((f"  slipped {words.size(abs(fill.slippage))}", "dim"))
    return runs


def _targets(trade: Trade) -> Iterator[Line]:
    for change in trade.targets:
        act = change.act.value.replace("_", " ")
        was = "" if change.was in (None, change.level) else f"{words.size(change.was)} to "
        yield [
            (f"   {words.moment(change.at):<22} ", "dim"),
            (f"{act:<15}{was}{words.size(change.level)}", ""),
            (f" for {words.size(change.quantity)}", "dim"),
        ]


def _call(trade: Trade, call: CallOnTheWay) -> Iterator[Line]:
    allowed = call.time_allowed
    given = "no deadline" if allowed is None else f"{words.lasted(allowed)} to answer"
    yield [
        (f"   {words.moment(call.at):<22} ", "dim"),
        (f"{fmt.plain(call.level, 20)} call, short of {fmt.money(call.shortfall, trade.currency)}",
         "called"),
        (f", {given}", "dim"),
    ]  # fmt: skip
    for answer in call.answers:
        amount = "" if answer.amount is None else f" {fmt.money(answer.amount, trade.currency)}"
        size = "" if answer.quantity is None else f" {words.size(answer.quantity)}"
        took = after(answer.at - call.at)
        yield [(f"      you answered {answer.answer.value}{amount}{size} {took}", "")]
    if not call.answers:
        yield [("      you did not answer", "warned")]
    if call.met_by is not None and call.ended_at is not None:
        took = after(call.ended_at - call.at)
        yield [(f"      met by {call.met_by.value.replace('_', ' ')} {took}", "")]
    elif call.expired_at is not None:
        yield [(f"      expired {after(call.expired_at - call.at)}", "warned")]


def _note(note: Note) -> Iterator[Line]:
    tags = " ".join(f"#{fmt.plain(tag, 40)}" for tag in note.tags)
    gone = " ".join(f"#{fmt.plain(tag, 40)}" for tag in note.untags)
    head: list[Run] = [(f"   {words.moment(note.at):<22} {note.written.value:<7}", "dim")]
    head.append((f" note {note.seq}" if note.text else " tags", "dim"))
    head += [(f"  {tags}", "strong")] if tags else []
    head += [(f"  off: {gone}", "warned")] if gone else []
    if note.revised is not None:
        head.append((f"  revised {words.moment(note.revised[1])}", "dim"))
    yield head
    for line in note.text.split("\n") if note.text else ():
        yield [(f"      {fmt.clean(line, 500)}", "")]
    for past in reversed(note.past):
        first = fmt.clean(past.text, 200)
        yield [(f"      was, {words.moment(past.at)}: {first}", "dim")]
