"""The ladder: warned, called, due, met or expired. Each rung is recorded once.

A rung is entered through its level. It is left only above it by the clear band, or by the trader's
own act as soon as the requirement is restored: a hovering price raises one call.
"""

from ledger.account.event_terms import CallExpiredBy, CallMetBy
from ledger.account.events import kinds as e
from ledger.account.risk.health import measure, threshold
from ledger.account.risk.margin import breached, cleared
from ledger.account.state import Account, Call, Pocket, in_order
from ledger.engine.calls import day_calls
from ledger.engine.calls.curing import Cure, cure, shortfall
from ledger.engine.decision.draft import Draft
from ledger.frozen import event_from
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Level, Rung
from ledger.money import ratio
from ledger.times import Time


def _alert(
    draft: Draft, pocket: Pocket, level: Level, due: Time | None, sale: Cure
) -> e.MarginAlert:
    """What every alert reports, at the prices at which it was raised."""
    account, market = draft.account, draft.market
    health = measure(account, pocket, market.mark)
    level_value = threshold(account, pocket, market.mark, level.rung)
    return e.MarginAlert(
        at=market.time,
        pocket=pocket.name,
        level=level.schedule,
        health=None if health is None else ratio(health),
        threshold=None if level_value is None else ratio(level_value),
        judged_by=draft.judged_by(*pocket.positions),
        shortfall=shortfall(account, pocket, market),
        sale_to_cure=sale.value,
        due=due,
        prices={symbol: market.mark[symbol] for symbol in pocket.positions},
    )


def warn(draft: Draft, pocket: Pocket, level: Level) -> None:
    """Warn once that a call is near."""
    sale = cure(draft.account, pocket, draft.market)
    draft.record(event_from(e.MarginWarned, _alert(draft, pocket, level, None, sale)))


def issue(draft: Draft, pocket: Pocket, level: Level, due: Time | None) -> None:
    """Raise a margin call; one that is open already is replaced by the graver one."""
    open_call = draft.account.calls.get(pocket.name)
    if open_call is not None and not open_call.expired:
        expire(draft, open_call, level.schedule)
    sale = cure(draft.account, pocket, draft.market)
    alert = _alert(draft, pocket, level, due, sale)
    sold = {position.symbol: size for position, size in sale.whole}
    draft.record(event_from(e.MarginCallIssued, alert, would_sell=sold))


def due_time(market: Market, pocket: Pocket, level: Level) -> Time | None:
    """The close of the Nth session after the call's; past the tape's end a session is a day."""
    if level.due_sessions is None:
        return None
    return day_calls.due_in(market, pocket.positions, level.due_sessions)


def expire(draft: Draft, call: Call, by: str) -> None:
    """End a call unmet: it ran out, or a graver breach withdrew it."""
    draft.record(
        e.MarginCallExpired(at=draft.market.time, pocket=call.pocket, call=call.seq, by=by)
    )


def expire_due(draft: Draft) -> None:
    """Expire the open calls whose due time has come."""
    for call in list(draft.account.calls.values()):
        if call.due is not None and call.due <= draft.market.time and not call.expired:
            expire(draft, call, CallExpiredBy.DUE)


def meet(draft: Draft, by: CallMetBy, *touched: str) -> None:
    """End the calls of pockets whose requirement a trade or transfer has restored.

    Only those that it `touched`, or all if none are named: what happens on one side of a wall
    restores nothing on the other.
    """
    day_calls.meet(draft, by)
    for call in list(draft.account.calls.values()):
        if touched and call.pocket not in touched:
            continue
        pocket = draft.account.pockets.get(call.pocket)
        if (
            pocket is None
            or not any(p.quantity for p in pocket.positions.values())
            or not breached(
                draft.account, pocket, draft.market.mark, draft.account.rulebook.call_level
            )
        ):
            met(draft, call, by)


def recover(draft: Draft) -> None:
    """A recovering market ends warnings and calls, but only above the clear band."""
    account, market = draft.account, draft.market
    if not account.warned and not account.calls:
        return
    warning = account.rulebook.level(Rung.WARNING)
    for name in in_order(account, account.warned):
        pocket = account.pockets.get(name)
        if warning is None or pocket is None or cleared(account, pocket, market.mark, warning):
            draft.record(e.MarginWarningCleared(at=market.time, pocket=name))
    for call in list(account.calls.values()):
        pocket = account.pockets.get(call.pocket)
        if pocket is None or cleared(account, pocket, market.mark, account.rulebook.call_level):
            met(draft, call, CallMetBy.MARKET)


def met(draft: Draft, call: Call, by: CallMetBy) -> None:
    """Record that one call is met."""
    draft.record(e.MarginCallMet(at=draft.market.time, pocket=call.pocket, call=call.seq, by=by))


def pending(account: Account, pocket: Pocket, closing: bool) -> tuple[Level, ...]:
    """The rungs a pocket can still reach now, gravest first; some only at the session's close."""
    name = pocket.name
    called, warned = name in account.calls, name in account.warned
    return account.rulebook.rungs(closing=closing, called=called, warned=warned)
