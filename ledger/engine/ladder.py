"""The ladder: warned, called, due, met or expired. Each rung is put on record once.

A rung is entered through its level and left only above it by the clear band, or by the trader's
own act as soon as the requirement is restored: a price that hovers raises one call.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ledger.account import events as e
from ledger.account.demand import asked_of, entry_price, mode_of, sides_of, standing
from ledger.account.health import measure, threshold
from ledger.account.margin import breached, cleared, missing, unrealized
from ledger.account.state import MAIN, Account, Call, Pocket, Position
from ledger.engine.draft import Draft
from ledger.market.quote import Market
from ledger.market.rulebook import ExitOrder, Level, Mode, Rung
from ledger.market.times import DAY, Time
from ledger.money import ONE, ZERO, atom, ceil_to, ratio, round_up


def held_pockets(account: Account) -> list[Pocket]:
    """Pockets with something at risk: the wallet's, then in the account's order of symbols."""
    found = []
    for pocket in account.pockets.values():
        for position in pocket.positions.values():
            if position.quantity:
                found.append(pocket)
                break
    if len(found) < 2:
        return found
    return [account.pockets[name] for name in _listed(account, (p.name for p in found))]


def shortfall(account: Account, pocket: Pocket, market: Market) -> Decimal:
    """The deposit that restores the requirement, rounded up; zero when nothing is short.

    Where equality is a breach already, it takes one unit more than equality.
    """
    level = account.rulebook.upkeep
    short = missing(account, pocket, market.mark, level)
    asked = round_up(max(short, ZERO), account.currency)
    return asked + atom(account.currency) if level.inclusive and asked == short else asked


def first_to_go(account: Account, pocket: Pocket, market: Market) -> Position:
    """Whom a forced exit takes first, by the book's order; among equals the one listed first.

    While anything of the pocket trades, only what trades: a position in a hole cannot be sold.
    Where long and short offset each other, one of a larger side: closing the other frees nothing.
    """
    order = list(account.instruments)
    held = _unmatched(account, pocket, market)
    trading = [p for p in held if p.symbol in market.trading]

    def loss(position: Position) -> tuple[Decimal, int]:
        alone = Pocket(name=pocket.name, positions={position.symbol: position})
        return unrealized(account, alone, market.mark), order.index(position.symbol)

    def age(position: Position) -> tuple[Decimal, int]:
        return Decimal(position.opened_at), order.index(position.symbol)

    oldest = account.rulebook.forced_exit.order is ExitOrder.OLDEST
    return min(trading or held, key=age if oldest else loss)


def _unmatched(account: Account, pocket: Pocket, market: Market) -> list[Position]:
    """The positions whose closing frees margin: in smart cross those of the larger side.

    All, where a maintenance amount beyond the rate's share leaves nothing asked of either side.
    """
    held = [p for p in pocket.positions.values() if p.quantity]
    if mode_of(account, pocket.name) is not Mode.SMART:
        return held
    schedule = account.rulebook.schedule(account.rulebook.upkeep.schedule)
    asked = {p.symbol: asked_of(account, p, market.mark, schedule) for p in held}
    sides = sides_of(account, pocket, asked)

    def larger(position: Position) -> bool:
        longs, shorts = sides[account.instruments[position.symbol].exposed_to]
        return longs >= shorts if position.quantity > 0 else shorts >= longs

    return [p for p in held if larger(p)] or held


def relief_per_unit(
    account: Account, position: Position, price: Decimal, level: Level | None = None
) -> Decimal:
    """How much of a level's requirement, the upkeep's unless told, closing one unit takes away.

    What would offset it in smart cross is left out: the part that stands alone needs the margin.
    """
    level = standing(account, account.pockets[position.pocket], level or account.rulebook.upkeep)
    if account.instruments[position.symbol].option is not None:
        return price * level.multiple / level.share  # the least that buying one back frees
    instrument = account.instruments[position.symbol]
    multiplier = instrument.multiplier
    entry = instrument.axis(entry_price(account, position))
    schedule = account.rulebook.schedule(level.schedule)
    per_unit = schedule.per_unit(
        position.quantity * multiplier, instrument.axis(price), entry, position.leverage
    )
    return per_unit * multiplier * level.multiple / level.share


def sale_to_cure(account: Account, pocket: Pocket, market: Market) -> tuple[Position, Decimal]:
    """What the broker would sell, and the value of it that cures: shortfall / rate, rounded up.

    What closing costs in fees is sold as well; where that is all that it relieves, all goes.
    """
    position = first_to_go(account, pocket, market)
    price = market.mark[position.symbol]
    short = shortfall(account, pocket, market)
    relief = relief_per_unit(account, position, price)
    fee = (
        abs(account.instruments[position.symbol].notional(ONE, price)) * account.rulebook.taker_fee
    )
    relief -= fee
    notional = account.instruments[position.symbol].notional(abs(position.quantity), price)
    if relief <= 0:
        return position, round_up(abs(notional), account.currency)
    value = short * abs(notional / position.quantity) / relief
    return position, round_up(min(value, abs(notional)), account.currency)


def quantity_to_cure(account: Account, pocket: Pocket, market: Market) -> tuple[Position, Decimal]:
    """The same in units, rounded up to the lot."""
    position, value = sale_to_cure(account, pocket, market)
    instrument = account.instruments[position.symbol]
    unit = abs(instrument.notional(Decimal(1), market.mark[position.symbol]))
    size = ceil_to(value / unit, instrument.lot) if unit else abs(position.quantity)
    return position, min(size, abs(position.quantity))


def _figures(draft: Draft, pocket: Pocket, level: Level, due: Time | None) -> dict[str, Any]:
    """What every alert tells, at the prices it was raised at."""
    account, market = draft.account, draft.market
    _, sale = sale_to_cure(account, pocket, market)
    health = measure(account, pocket, market.mark)
    stands = threshold(account, pocket, market.mark, level.rung)
    marked = any(symbol in market.marked for symbol in pocket.positions)
    return {
        "at": market.time,
        "pocket": pocket.name,
        "level": level.schedule,
        "health": None if health is None else ratio(health),
        "threshold": None if stands is None else ratio(stands),
        "judged_by": "mark" if marked else "last",
        "shortfall": shortfall(account, pocket, market),
        "sale_to_cure": sale,
        "due": due,
        "prices": {symbol: market.mark[symbol] for symbol in pocket.positions},
    }


def warn(draft: Draft, pocket: Pocket, level: Level) -> None:
    """Say once that the call is near."""
    draft.record(e.MarginWarned(**_figures(draft, pocket, level, None)))


def issue(draft: Draft, pocket: Pocket, level: Level, due: Time | None) -> None:
    """Raise a margin call; one that stands already is ended by the graver one."""
    standing = draft.account.calls.get(pocket.name)
    if standing is not None and not standing.expired:
        expire(draft, standing, level.schedule)
    position, size = quantity_to_cure(draft.account, pocket, draft.market)
    figures = _figures(draft, pocket, level, due)
    draft.record(e.MarginCallIssued(**figures, would_sell={position.symbol: size}))


def due_time(market: Market, level: Level) -> Time | None:
    """The close of the Nth session after the call's; past the tape's end a session is a day."""
    if level.due_sessions is None:
        return None
    if level.due_sessions == 0:
        return market.time
    ahead = market.sessions
    if len(ahead) >= level.due_sessions:
        return ahead[level.due_sessions - 1]
    known = ahead[-1] if ahead else market.time
    return known + (level.due_sessions - len(ahead)) * DAY


def expire(draft: Draft, call: Call, by: str) -> None:
    """The call's time is over: it ran out, or a graver breach withdrew it."""
    draft.record(
        e.MarginCallExpired(at=draft.market.time, pocket=call.pocket, call=call.seq, by=by)
    )


def expire_due(draft: Draft) -> None:
    """Calls whose time has come and that nobody met."""
    for call in list(draft.account.calls.values()):
        if call.due is not None and call.due <= draft.market.time and not call.expired:
            expire(draft, call, "due")


def meet(draft: Draft, by: str, *touched: str) -> None:
    """End the calls of pockets whose requirement is restored by somebody's act.

    Only of the pockets that the act has `touched`, all where none is named: what is done on this
    side of a wall restores nothing on the other.
    """
    for call in list(draft.account.calls.values()):
        if touched and call.pocket not in touched:
            continue
        pocket = draft.account.pockets.get(call.pocket)
        if (
            pocket is None
            or not any(p.quantity for p in pocket.positions.values())
            or not breached(draft.account, pocket, draft.market.mark, draft.account.rulebook.upkeep)
        ):
            met(draft, call, by)


def recover(draft: Draft) -> None:
    """The market's own recovery ends warnings and calls, but only above the clear band."""
    account, market = draft.account, draft.market
    if not account.warned and not account.calls:
        return
    warning = account.rulebook.level(Rung.WARNING)
    for name in _listed(account, account.warned):
        pocket = account.pockets.get(name)
        if warning is None or pocket is None or cleared(account, pocket, market.mark, warning):
            draft.record(e.MarginWarningCleared(at=market.time, pocket=name))
    for call in list(account.calls.values()):
        pocket = account.pockets.get(call.pocket)
        if pocket is None or cleared(account, pocket, market.mark, account.rulebook.upkeep):
            met(draft, call, "market")


def _listed(account: Account, names: Iterable[str]) -> list[str]:
    """Names of pockets in the account's order of symbols, the wallet's first: no name decides."""
    order = list(account.instruments)
    return sorted(
        names, key=lambda name: -1 if name == MAIN else order.index(name.partition(":")[2])
    )


def met(draft: Draft, call: Call, by: str) -> None:
    """End one call."""
    draft.record(e.MarginCallMet(at=draft.market.time, pocket=call.pocket, call=call.seq, by=by))


def pending(account: Account, pocket: Pocket, closing: bool) -> tuple[Level, ...]:
    """The rungs a pocket can still reach now, gravest first; some only at the session's close."""
    name = pocket.name
    called, warned = name in account.calls, name in account.warned
    return account.rulebook.rungs(closing=closing, called=called, warned=warned)
