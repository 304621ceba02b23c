"""The text of a margin call: what was breached, what each answer costs, and what it led to."""

from __future__ import annotations

from decimal import Decimal

from ledger.account.commands import AnswerCall, ClosePosition
from ledger.account.event_terms import Answer, CallExpiredBy
from ledger.account.events.kinds import (
    CallAnswered,
    Event,
    ForceSold,
    Liquidated,
    MarginCallExpired,
)
from ledger.account.risk.health import rises
from ledger.account.state import Account, Side
from ledger.market.rules.rulebook import AccountKind
from ledger.money import atom
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import CallView, DeskView
from ledger.practice.views.explain import equity_lines
from ledger.practice.views.preview import Preview, preview
from tui.panels.desk_figures import due_words, sized, sold_of, traded
from tui.text import format as fmt
from tui.widgets.lines import Line

EACH = 3
"""Up to this many forced trades of one symbol are listed one by one."""


def call_lines(session: Session, view: DeskView, call: CallView) -> list[Line]:
    """The whole text of the dialog."""
    return [*_breach(session, view, call), [("", "")], *_choices(session, view, call)]


def _breach(session: Session, view: DeskView, call: CallView) -> list[Line]:
    account = session.account
    pocket = account.pockets[call.pocket]
    where = "" if call.pocket == account.main.name else f" of {call.pocket.replace(':', ' ')}"
    tick = {symbol: view.steps(symbol)[0] for symbol, _ in call.prices}
    prices = ", ".join(
        f"{symbol} {fmt.price(price, tick[symbol])}" for symbol, price in call.prices
    )
    breached = "is breached" if call.shortfall else "is met again, but only just,"
    lines: list[Line] = [
        [(f" The {call.level} level{where} {breached} at {prices}", "strong")],
        [("", "")],
        [(f"   {line}", "")] if (line := equity_lines(account, session.market, pocket)[0]) else [],
        _health_line(call),
        *(_missing(view, call) if call.shortfall else _not_clear(account)),
        [("   " + due_words(call.due, view.time), "strong")],
    ]
    return lines


def _health_line(call: CallView) -> Line:
    health = call.health
    above = rises(health.name) is bool(call.shortfall)  # a rising measure is breached from below
    least = "" if health.liquidation is None else fmt.percent(health.liquidation, 2)
    return [
        (f"   {health.name.replace('_', ' ')} ", ""),
        (fmt.percent(health.value, 2), "called"),
        (f" is {'above' if above else 'below'} the call level {fmt.percent(health.call, 2)}"
         + (f" (liquidation {least})" if least else ""), ""),
    ]  # fmt: skip


def _missing(view: DeskView, call: CallView) -> list[Line]:
    lately = ""
    if call.unposted:
        interest = fmt.money(call.unposted, view.currency)
        lately = f", including {interest} of interest since the last posting"
    return [
        [("   shortfall ", ""), (f"{fmt.money(call.shortfall, view.currency)} {view.currency}",
                               "called"), (lately, "")],
    ]  # fmt: skip


def _not_clear(account: Account) -> list[Line]:
    """The market has lifted the account above the level, but not by the clear band yet."""
    band = fmt.percent(account.rulebook.clear_band, 1)
    ends = f"the call ends {band} above the level, or at once if you act"
    return [[(f"   nothing is owed now; {ends}", "")]]


def _choices(session: Session, view: DeskView, call: CallView) -> list[Line]:
    _, lot = view.steps(call.sell_symbol)
    size, money = sized(view, call.sell_symbol, call.sell_quantity), view.currency
    if call.shortfall:
        amount, part = call.shortfall, call.sell_quantity
        cures = fmt.money(call.sale_to_cure, money)
        pay = f"deposit {fmt.money(amount, money)} {money}"
        sell = f"sell {sold_of(view, call)} (selling {cures} {money} of value is enough)"
    else:  # any action meets the call then
        amount, part = atom(money), lot
        pay, sell = "deposit any amount", f"sell any part of {call.sell_symbol}"
    paid = AnswerCall(answer=Answer.DEPOSIT, amount=amount)
    sold = AnswerCall(answer=Answer.SELL, symbol=call.sell_symbol, quantity=part)
    if call.sell_also and call.shortfall:
        sold = AnswerCall(answer=Answer.SELL)  # both sides, as the call requires
    return [
        *_choice("d", pay, _outcome(preview(session, paid))),
        *_choice("s", sell, _outcome(preview(session, sold))),
        *_last_choices(session, view, call, size),
    ]


def _last_choices(session: Session, view: DeskView, call: CallView, size: str) -> list[Line]:
    """The answers besides paying and selling the amounts required."""
    closing = [ClosePosition(symbol=symbol) for symbol, _ in call.prices]
    names = " and ".join(symbol for symbol, _ in call.prices)
    return [
        *_choice("c", f"close {names}", _outcome(preview(session, *closing))),
        *(_hedging(session, view) if call.hedges else []),
        *_choice("w", "wait", _waiting(session.account, call, size)),
    ]  # fmt: skip


def _hedging(session: Session, view: DeskView) -> list[Line]:
    """The hedge that the engine chooses by default."""
    seen = preview(session, AnswerCall(answer=Answer.HEDGE))
    answered = next((e for e in seen.events if isinstance(e, CallAnswered)), None)
    if answered is None or answered.symbol is None or answered.quantity is None:
        return _choice("h", "hedge", _outcome(seen))
    size = traded(view, answered.symbol, answered.quantity)
    return _choice("h", f"hedge with {size}", _outcome(seen))


def _choice(key: str, what: str, leads_to: str) -> list[Line]:
    return [
        [(f"   {key}", "key"), (f"  {what}", "strong")],
        [(f"      {leads_to}", "dim")],
    ]


def _outcome(seen: Preview) -> str:
    """What the answer leads to, as the engine decides it."""
    if seen.refused is not None:
        return f"refused: {seen.refused}"
    after = seen.after
    when = "" if seen.assumed is None else "if the next open is at this price: "
    if not after.positions:
        return f"{when}leaves equity of {fmt.money(after.equity, after.currency)}"
    health = fmt.percent(after.health.value, 2)
    result = "the call stands" if after.calls else "the call is met"
    realized = ""
    if seen.realized:
        realized = f", realizes {fmt.signed_money(seen.realized, after.currency)}"
    return f"{when}{result}, health {health}{realized}"


def _waiting(account: Account, call: CallView, size: str) -> str:
    if call.due is None:
        return "the call stands; at the liquidation level the venue closes the position"
    who = "the broker" if account.rulebook.kind is AccountKind.LOAN else "the venue"
    sale = f" ({size} {call.sell_symbol} at this price)" if call.shortfall else ""
    lower = fmt.percent(call.health.liquidation, 0)
    return (
        f"when the call falls due {who} sells{sale}; "
        f"{'above' if rises(call.health.name) else 'below'} {lower} it sells immediately"
    )


def exits(news: tuple[tuple[int, Event], ...]) -> list[ForceSold | Liquidated]:
    """The forced exits among the news."""
    return [event for _, event in news if isinstance(event, ForceSold | Liquidated)]


def exit_lines(news: tuple[tuple[int, Event], ...], view: DeskView) -> list[Line]:
    """Why, what was sold, at what price against which threshold, what is left, what is owed."""
    lines: list[Line] = [_ended(event) for _, event in news if isinstance(event, MarginCallExpired)]
    for same in _by_symbol(exits(news)):
        listed, more = (same, []) if len(same) <= EACH else (same[:1], same[1:])
        for event in listed:
            lines += _trade_lines(event, view)
        if more:
            lines += _more_lines(more, view)
    held = ", ".join(f"{p.side} {traded(view, p.symbol, p.quantity)}" for p in view.positions)
    lines += [
        [("   left          ", "dim"), (held or "no position", "strong")],
        [("   equity        ", "dim"), (fmt.money(view.equity, view.currency), "strong")],
    ]
    if view.borrows:
        owed = fmt.money(view.loan + view.accrued, view.currency)
        lines.append([("   still owed    ", "dim"), (owed, "strong")])
    if view.equity < 0:
        debt = fmt.money(-view.equity, view.currency)
        lines.append([(f"   YOU STILL OWE {debt} {view.currency}", "alert")])
    return lines


def _by_symbol(forced: list[ForceSold | Liquidated]) -> list[list[ForceSold | Liquidated]]:
    groups: dict[str, list[ForceSold | Liquidated]] = {}
    for event in forced:
        groups.setdefault(event.symbol, []).append(event)
    return [*groups.values()]


def _trade_lines(event: ForceSold | Liquidated, view: DeskView) -> list[Line]:
    tick, _ = view.steps(event.symbol)
    who = "The broker" if isinstance(event, ForceSold) else "The venue"
    return [
        [(f" {who} {_sold(event)} {traded(view, event.symbol, event.quantity)} "
          f"at {fmt.price(event.price, tick)}", "strong")],
        [(f"   threshold {fmt.price(event.threshold_price, tick, exact=True)} "
          f"({event.judged_by} price), slippage "
          f"{fmt.price(event.slippage, tick, exact=True)} a unit", "")],
        [("   realized ", ""), (fmt.signed_money(event.realized_pnl, view.currency),
                                "down" if event.realized_pnl < 0 else "up"),
         (f", loan repaid {fmt.money(event.loan_repaid, view.currency)}"
          if event.loan_repaid else "", "")],
        [("", "")],
    ]  # fmt: skip


def _more_lines(more: list[ForceSold | Liquidated], view: DeskView) -> list[Line]:
    """Many trades of one symbol at once: the ledger lists each of them."""
    last = more[-1]
    tick, _ = view.steps(last.symbol)
    size = sized(view, last.symbol, sum((event.quantity for event in more), Decimal(0)))
    gain = sum((event.realized_pnl for event in more), Decimal(0))
    return [
        [(f" and {_sold(last)} {size} more in {len(more)} trades, the last "
          f"at {fmt.price(last.price, tick)}", "strong")],
        [("   realized ", ""), (fmt.signed_money(gain, view.currency),
                                "down" if gain < 0 else "up")],
        [("", "")],
    ]  # fmt: skip


def _sold(event: ForceSold | Liquidated) -> str:
    return "sold" if event.side is Side.SELL else "bought back"


def _ended(event: MarginCallExpired) -> Line:
    """Why the call's time ended."""
    if event.by == CallExpiredBy.DUE:
        return [(" The call's deadline has passed.", "called")]
    return [(f" The {event.by} level was breached, which ends the call's deadline.", "called")]
