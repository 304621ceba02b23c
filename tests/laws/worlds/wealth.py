"""Wealth: what an account is worth changes by what is held and how its price moves, and by nothing
that no event tells. And nothing is made of nothing: at an unchanged price nobody gets richer.

So events tell where a result came from, and what was done: both are told again from them.

Worth is reckoned in fractions and from each contract's own definition, without the engine's
arithmetic: a share and a token are worth quantity x price, a linear contract gains
quantity x (price - entry), an inverse one quantity x (1/entry - 1/price).
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from ledger.account.events import kinds as e
from ledger.account.state import Account, Pocket, Position, Side
from ledger.engine.decide import decide
from ledger.market.instrument import Instrument, Kind
from ledger.money import ZERO
from ledger.practice.forks import attribution, retold
from tests.laws.worlds.play import Moment, played
from tests.worlds import D

Prices = Mapping[str, Decimal]
NOTHING = Fraction(0)
_REFUSED = (e.OrderRefused, e.ActionRefused)
SCALES = {"USD": 2, "USDT": 6, "USDC": 6, "BTC": 8}


def unit(currency: str) -> Fraction:
    """The least amount of a currency."""
    return Fraction(1, 10 ** SCALES[currency])


def gain(instrument: Instrument, quantity: Decimal, start: Decimal, end: Decimal) -> Fraction:
    """What a signed quantity makes of the way from one price to another."""
    size = Fraction(quantity) * Fraction(instrument.multiplier)
    if instrument.kind is Kind.INVERSE:
        return size / Fraction(start) - size / Fraction(end)
    return size * (Fraction(end) - Fraction(start))


def value(instrument: Instrument, quantity: Decimal, price: Decimal) -> Fraction:
    """What a signed quantity comes to at a price."""
    size = Fraction(quantity) * Fraction(instrument.multiplier)
    return size / Fraction(price) if instrument.kind is Kind.INVERSE else size * Fraction(price)


def of_position(instrument: Instrument, position: Position, price: Decimal) -> Fraction:
    """What a position adds to an account: its worth, or what a contract has gained."""
    if instrument.kind in (Kind.LINEAR, Kind.INVERSE):
        lots = position.lots
        return sum((gain(instrument, x.quantity, x.price, price) for x in lots), NOTHING)
    return sum((value(instrument, x.quantity, price) for x in position.lots), NOTHING)


def of_pocket(account: Account, pocket: Pocket, prices: Prices) -> Fraction:
    """Cash, less what is owed, and what is held."""
    found = Fraction(pocket.cash) - Fraction(pocket.loan.principal) - Fraction(pocket.loan.accrued)
    for symbol, held in pocket.positions.items():
        found += of_position(account.instruments[symbol], held, prices[symbol])
    return found


def of_account(account: Account, prices: Prices) -> Fraction:
    """All pockets together."""
    return sum((of_pocket(account, p, prices) for p in account.pockets.values()), NOTHING)


def near(one: Fraction | Decimal, other: Fraction | Decimal, within: Fraction | int) -> bool:
    """Whether two amounts differ by no more than this."""
    return abs(Fraction(one) - Fraction(other)) <= within


def as_text(amount: Fraction) -> str:
    """For a message: ten decimals."""
    return str(D(amount.numerator) / D(amount.denominator))[:24]


def wealth(seed: int) -> None:
    """Equity changes by quantity x price change less fees, interest, funding and slippage, plus
    flows, plus what a venue absorbed: event by event, to the last unit.

    Bounds: a fill's value and what a contract realizes are rounded once, by half a unit at most.
    """
    play = played(seed)
    for moment in play.moments:
        account = moment.before
        prices = {**moment.market_after.mark}
        start = of_account(account, prices) if account.positions() or prices else None
        for number, event in enumerate(moment.events):
            after = play.folded[id(moment)][number]
            _told(account, event, after, prices)
            account = after
        if start is not None and moment.market.mark:
            moved = _moved(moment.before, moment)
            was = of_account(moment.before, moment.market.mark)
            assert was + moved == start, "equity moves by quantity x price change"


def _moved(account: Account, moment: Moment) -> Fraction:
    """Quantity x price change, from one mark to the next, of what was held."""
    found = NOTHING
    for position in account.positions():
        was, now = moment.market.mark[position.symbol], moment.market_after.mark[position.symbol]
        found += gain(account.instruments[position.symbol], position.quantity, was, now)
    return found


def _told(account: Account, event: e.Event, after: Account, prices: Prices) -> None:
    """One event changes what the account is worth by what it says, and each pocket too."""
    half = unit(account.currency) / 2
    names = {*account.pockets, *after.pockets}
    change = {
        name: (of_pocket(after, after.pockets[name], prices) if name in after.pockets else 0)
        - (of_pocket(account, account.pockets[name], prices) if name in account.pockets else 0)
        for name in names
    }
    wanted = _wanted(account, event, prices)
    off = {
        name: Fraction(change.get(name, 0)) - wanted.get(name, NOTHING)
        for name in {*change, *wanted}
    }
    for name, amount in off.items():
        bound = half if isinstance(event, e.Fill) and name == event.pocket else NOTHING
        told = f"{type(event).__name__}: {name} is off by {as_text(amount)}: {event}"
        assert abs(amount) <= bound, told


def _wanted(account: Account, event: e.Event, prices: Prices) -> dict[str, Fraction]:
    """What each pocket's worth changes by, as the event says it."""
    match event:
        case e.Deposited():
            return {"main": Fraction(event.amount)}
        case e.Withdrawn() | e.Swept():
            return {"main": -Fraction(event.amount)}
        case e.DividendPaid():
            return {event.pocket: Fraction(event.amount)}
        case e.CreditInterestPaid():
            return {event.pocket: Fraction(event.amount)}
        case e.FeeCharged() | e.FundingPaid() | e.InterestAccrued() | e.OvernightCharged():
            return {event.pocket: -Fraction(event.amount)}
        case e.MarginAdded():
            return {event.pocket: Fraction(event.amount), "main": -Fraction(event.amount)}
        case e.MarginRemoved():
            return {event.pocket: -Fraction(event.amount), "main": Fraction(event.amount)}
        case e.DeficitRecorded(absorbed_by="venue"):
            _absorbed_below_zero(account, event, prices)
            return {event.pocket: Fraction(event.amount)}
        case e.Split(pocket=str(), side=Side()):  # more units, told at what one of them is worth
            instrument, more = account.instruments[event.symbol], event.quantity - event.was
            gained = value(instrument, more * event.side.sign, prices[event.symbol])
            return {event.pocket: gained}
        case e.Fill():
            instrument = account.instruments[event.symbol]
            signed = event.quantity * event.side.sign
            mark = prices[event.symbol]
            return {event.pocket: gain(instrument, signed, event.price, mark)}
    return {}


def _absorbed_below_zero(account: Account, event: e.DeficitRecorded, prices: Prices) -> None:
    """A venue bears what a pocket that holds nothing cannot pay, and not a unit more."""
    pocket = account.pockets[event.pocket]
    held = [p for p in pocket.positions.values() if p.quantity]
    assert not held, f"absorbed while something is held: {event}"
    left = of_pocket(account, pocket, prices)
    assert left < 0, f"absorbed with {as_text(left)} left: {event}"
    assert left + Fraction(event.amount) == 0, f"absorbed more than was missing: {event}"


def figures(seed: int) -> None:
    """What is told is what was done: each fill's value and gain, each fee by its rate, what a trade
    made in all. Own arithmetic over the lots, first in, first out.

    Bounds: each told amount is rounded once, by half a unit.
    """
    play = played(seed)
    for moment in play.moments:
        told = [x.fee for x in moment.events if isinstance(x, e.OrderFilled)]
        paid = [
            x.amount for x in moment.events if isinstance(x, e.FeeCharged) and x.kind == "trade"
        ]
        assert sum(told) == sum(paid), f"fees of {told} told, {paid} charged"
    for account, event, _ in play.steps:
        if isinstance(event, e.Fill):
            _fill(account, event)
        if isinstance(event, e.FundingPaid):
            instrument, held = account.instruments[event.symbol], account.position(event.symbol)
            assert held is not None
            asked = value(instrument, held.quantity, event.price) * Fraction(event.rate)
            assert near(asked, event.amount, unit(account.currency) / 2), event


def _fill(account: Account, event: e.Fill) -> None:
    instrument, half = account.instruments[event.symbol], unit(account.currency) / 2
    exact = value(instrument, event.quantity, event.price)
    assert near(exact, event.value, half), f"value: {event}"
    held = account.position(event.symbol)
    closes = held is not None and held.quantity and held.side is not event.side
    if not closes or held is None:
        assert event.realized_pnl == 0, f"an opening realizes nothing: {event}"
        return
    assert event.quantity <= abs(held.quantity), f"closes more than is held: {event}"
    lots, made = _oldest(held, event.quantity), NOTHING
    for size, price, _ in lots:
        made += gain(instrument, size, price, event.price)
    # of what is owned, each lot's cost was rounded too
    bound = half if not instrument.owned else half * (2 + 2 * len(lots))
    assert near(made, event.realized_pnl, bound), f"{as_text(made)} realized: {event}"


def _oldest(held: Position, quantity: Decimal) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Signed sizes, prices and costs of the oldest lots that make up a quantity."""
    found = []
    for lot in held.lots:
        size = min(abs(lot.quantity), quantity)
        if size:
            found.append((size.copy_sign(lot.quantity), lot.price, lot.cost))
        quantity -= size
    return found


def gifts(seed: int) -> None:
    """At an unchanged price no command raises what an account is worth, at the prices that trade.

    Bounds: each posting is rounded half up once, so each fill may give half a unit; no order is
    taken that is worth less than a unit. Funding may be received, but only time brings it.
    """
    for moment in played(seed).moments:
        if not moment.wished or not moment.market.last:
            continue
        last, currency = moment.market_after.last, moment.after.currency
        flows = NOTHING
        for event in moment.events:
            if isinstance(event, e.Deposited):
                flows += Fraction(event.amount)
            if isinstance(event, e.Withdrawn | e.Swept):
                flows -= Fraction(event.amount)
            if isinstance(event, e.DeficitRecorded) and event.absorbed_by == "venue":
                flows += Fraction(event.amount)
        was, now = (of_account(a, last) for a in (moment.before, moment.after))
        fills = [x for x in moment.events if isinstance(x, e.Fill)]
        bound = unit(currency) / 2 * len(fills)
        assert now - was - flows <= bound, (
            f"{as_text(now - was - flows)} out of nothing: {moment.command}"
        )
        for event in fills:
            if isinstance(event, e.OrderFilled) and not _closes(moment, event):
                assert event.value, f"an opening worth nothing: {event}"


def _closes(moment: Moment, event: e.OrderFilled) -> bool:
    held = moment.before.position(event.symbol)
    return held is not None and held.side is not event.side


def told_again(seed: int) -> None:
    """The command read from its events leads to the same events, byte for byte."""
    for moment in played(seed).moments:
        if not moment.wished or not moment.events or isinstance(moment.events[-1], _REFUSED):
            continue
        command = retold.retold(moment.before, moment.events)
        assert command is not None, f"not told: {moment.command}, {moment.events}"
        again = decide(moment.before, moment.market, command).events
        assert again == moment.events, f"{moment.command} was told as {command}"


def adds_up(seed: int) -> None:
    """From any moment to the end, six rows from the events alone make up what equity and savings
    gained beyond what was paid in: reckoned here from the flows, not from the totals."""
    play = played(seed)
    valued = [moment for moment in play.moments if moment.market_after.mark]
    for since in valued[:: max(len(valued) // 5, 1)]:
        number = play.moments.index(since) + 1
        events = [event for moment in play.moments[number:] for event in moment.events]
        start, end = (
            attribution.standing(moment.after, moment.market_after) for moment in (since, play.last)
        )
        rows = attribution.attribute(start, end, events, since.after.instruments)
        assert rows.total == end.result - start.result, f"{rows} is not {end.result - start.result}"
        paid_in = sum((x.amount for x in events if isinstance(x, e.Deposited)), ZERO)
        taken = sum((x.amount for x in events if isinstance(x, e.Withdrawn | e.Swept)), ZERO)
        worth = attribution.equity_of(play.last.after, play.last.market_after)
        was = attribution.equity_of(since.after, since.market_after)
        assert rows.total == worth - was - paid_in + taken, "equity gained by something else"
