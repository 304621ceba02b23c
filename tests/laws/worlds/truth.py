"""One truth: the preview is the execution, the calculator the engine, and what the desk shows is
where the engine acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import breached, required_equity
from ledger.account.state import MAIN, Account, Call, OrderType, Pocket, Position
from ledger.engine.calls import curing
from ledger.engine.decide import Decision
from ledger.engine.margin.loans import posted_now
from ledger.frozen import replace
from ledger.market.quote import Bar, Market, Step
from ledger.market.rules.rulebook import Level, Mode, Rung
from ledger.money import ONE, atom, ceil_to, floor_to
from ledger.practice.views import desk_view as desk
from ledger.practice.views import preview
from ledger.practice.views.desk_view import PositionView
from tests.laws.worlds.parts import Here, chosen, run, standing
from tests.laws.worlds.play import Moment, Play, played, sent
from tests.laws.worlds.wealth import unit
from tests.worlds import D

FORCED = (e.ForceSold, e.Liquidated)
QUIET = (e.InterestAccrued, e.FeeCharged, e.FundingPaid, e.LoanDrawn)


@dataclass(frozen=True)
class Still:
    """A place in a world at the open of a bar in which nothing has happened yet."""

    play: Play
    here: Here
    step: Step
    position: Position
    shown: PositionView

    def to(self, price: Decimal, mark: Decimal) -> Moment:
        """The rest of a bar in which one symbol goes straight to a price, and its mark to a mark:
        all others stand still."""
        account, market = self.here
        symbol = self.position.symbol
        bars, marks = dict(self.step.bars), dict(self.step.marks)
        bars[symbol] = straight(self.step.time, market.last[symbol], price)
        if symbol in marks:
            marks[symbol] = straight(self.step.time, market.mark[symbol], mark)
        return sent(account, market, c.CloseBar(step=replace(self.step, bars=bars, marks=marks)))


def straight(time: int, start: Decimal, end: Decimal) -> Bar:
    return Bar(time, start, max(start, end), min(start, end), end, ONE)


def stills(seed: int, law: str, many: int = 1) -> Iterator[Still]:
    """Positions of a world, each at the open of a bar of its own that begins where prices stand.

    Whatever was due is posted there, nothing is called yet and no order rests, so that all that can
    happen is what the desk shows.
    """
    play, chance = chosen(seed, law)
    for (account, market), position in standing(play, chance, many=many):
        account = replace(account, orders={}, calls={}, warned=frozenset())
        step = Step(
            time=market.time,
            closes=market.time + 1,
            bars={s: straight(market.time, p, p) for s, p in market.last.items()},
            marks={s: straight(market.time, market.mark[s], market.mark[s]) for s in market.marked},
            session_end=True,
            sessions=market.sessions,
        )
        opened = sent(account, market, c.OpenBar(step=step))
        if any(isinstance(x, (*FORCED, e.MarginCallIssued)) for x in opened.events):
            continue
        here = opened.after, opened.market_after
        held = here[0].position(position.symbol)
        if held is None:
            continue
        shown = next(p for p in desk.view(*here).positions if p.symbol == position.symbol)
        yield Still(play, here, step, held, shown)


def levels(seed: int) -> None:
    """The level on the desk is the first tick at which the engine acts, wherever the position came
    from: after additions, part closes, funding, interest, and other rules. One tick before it
    nothing acts, the other prices held still."""
    for still in stills(seed, "levels"):
        for rung, shown in (
            (Rung.CALL, still.shown.call_tick),
            (Rung.LIQUIDATION, still.shown.liquidation_tick),
        ):
            if shown is not None:
                _acts_there(still, rung, shown)


def _acts_there(still: Still, rung: Rung, shown: Decimal) -> None:
    account, market = still.here
    symbol, sign = still.position.symbol, still.position.side.sign
    tick, mark = account.instruments[symbol].tick, market.mark[symbol]
    away = market.last[symbol] - mark
    if (mark - shown) * sign <= 0 or shown <= tick:
        return  # there already, or where no price can go
    if shown + away <= 0 or shown > 100 * abs(mark):
        return
    told = f"{rung} of {symbol} at {shown} from {mark}"
    assert shown % tick == 0, f"{told}: no tick"
    kinds: tuple[type, ...] = FORCED if rung is Rung.LIQUIDATION else (e.MarginCallIssued,)
    before = still.to(shown + sign * tick + away, shown + sign * tick)
    if any(isinstance(x, QUIET) for x in before.events[:1]):
        return  # time itself has changed what is there
    if any(isinstance(x, e.InitialMarginTested) for x in before.events):
        return  # what is sold then is sold by the test at the close
    acted = [x for x in before.events if _is(x, kinds, rung, still)]
    assert not acted, f"{told}: acts one tick before: {acted[0]}"
    there = still.to(shown + away, shown)
    graver = kinds + FORCED  # where both are reached at one tick the graver acts
    assert any(_is(x, graver, rung, still) for x in there.events), f"{told}: nothing acts there"


def _is(event: e.Event, kinds: tuple[type, ...], rung: Rung, still: Still) -> bool:
    """Whether an event is what the rung does to the pocket: a call by the level of another rung
    (the exchange's) is not the house's."""
    if not isinstance(event, kinds) or event.pocket != still.position.pocket:  # type: ignore[attr-defined]
        return False
    if isinstance(event, e.MarginCallIssued):
        level = still.here[0].rulebook.level(rung)
        return level is not None and event.level == level.schedule
    return True


def cures(seed: int) -> None:
    """What is asked for cures, and less does not: the sale in whole lots and the deposit of a call,
    a tick beyond the price at which it is called.

    Bounds: where a lot restores less than two units of money, rounding decides, and a lot less is
    not tried; a unit more where equality is of inverse contracts, which decimals cannot hold.
    Prices beside the mark are left out: what is sold there is worth something else at once. So is
    the sale of all there is, which need not cure, and in smart cross a lot less of what the other
    side offsets. Where both sides have to give, both are sold.
    """
    for still in stills(seed, "cures", 2):
        account, market = still.here
        symbol, sign = still.position.symbol, still.position.side.sign
        call, tick = still.shown.call_price, account.instruments[symbol].tick
        level = account.rulebook.level(Rung.CALL) or account.rulebook.levels[-1]
        if call is None or market.mark != market.last or level.rung is not Rung.CALL:
            continue
        price = (floor_to if sign > 0 else ceil_to)(call, tick) - sign * tick
        if price <= 3 * tick or (market.last[symbol] - price) * sign <= 0:
            continue
        prices = {**market.last, symbol: price}
        bars = {s: straight(market.time, p, p) for s, p in prices.items()}
        market = replace(market, last=prices, mark=prices, bars=bars)
        pocket = account.pockets[still.position.pocket]
        if any(breached(account, pocket, prices, x) for x in account.rulebook.levels if _exits(x)):
            continue
        if breached(account, pocket, prices, level):
            _asked_cures(still, (account, market))


def _exits(level: Level) -> bool:
    return level.rung is Rung.LIQUIDATION


def _asked_cures(still: Still, here: Here) -> None:
    account, market = here
    name = still.position.pocket  # interest is posted first by any sale, and by most payments
    sold = posted_now(account, name, market, selling=True)
    account = posted_now(account, name, market)
    here, pocket = (account, market), account.pockets[name]
    sale = curing.cure(sold, sold.pockets[name], market)
    position, size = sale.position, sale.quantity
    lot = account.instruments[position.symbol].lot
    partial = size < abs(position.quantity) and not _offset(account, position)
    if partial and account.instruments[position.symbol].option is None:
        told = f"{size} of {abs(position.quantity)} {position.symbol} at {market.last}"
        assert _cured(still, here, (position, size)), f"selling {told} does not cure"
        small = _restored(account, pocket, position, market) < 2 * unit(account.currency)
        assert small or size == lot or not _cured(still, here, (position, size - lot)), (
            f"selling a lot less cures, asked {told}"
        )
    if sale.also:
        told = " and ".join(f"{part} of {abs(p.quantity)} {p.symbol}" for p, part in sale.whole)
        assert _cured(still, here, *sale.whole), f"selling {told} does not cure"
    money = curing.shortfall(account, pocket, market)
    assert _paid(still, here, money) is not False, f"a deposit of {money} does not cure"
    exact = not any(account.instruments[s].inverse for s in pocket.positions)
    less = money - atom(account.currency) * (1 if exact else 2)
    if less > 0:
        assert not _paid(still, here, less), f"a deposit of {less} cures, asked {money}"


def _restored(account: Account, pocket: Pocket, position: Position, market: Market) -> Fraction:
    """About what selling one lot takes off what is asked: its part of the demand."""
    asked = required_equity(account, pocket, market.mark, account.rulebook.call_level)
    instrument = account.instruments[position.symbol]
    return Fraction(abs(asked) * instrument.lot / abs(position.quantity))


def _offset(account: Account, position: Position) -> bool:
    """Whether something on the other side of the same underlying stands against a position."""
    named = account.instruments[position.symbol].exposed_to
    others = (p for p in account.positions() if account.instruments[p.symbol].exposed_to == named)
    return account.mode is Mode.SMART and any(p.side is not position.side for p in others)


def _cured(still: Still, here: Here, *sales: tuple[Position, Decimal]) -> bool:
    closes = [c.ClosePosition(symbol=p.symbol, quantity=size) for p, size in sales]
    # as if called, so that what is freed stays where it cures
    called = {
        still.position.pocket: _call(still.position.pocket, here[1].time),
    }
    after = run(still.play, (replace(here[0], calls=called), here[1]), closes)
    return any(isinstance(x, e.MarginCallMet) for m in after.moments for x in m.events)


def _paid(still: Still, here: Here, money: Decimal) -> bool | None:
    """Whether so much paid in ends the call; `None` where the wallet keeps it for itself."""
    called = {still.position.pocket: _call(still.position.pocket, here[1].time)}
    wishes: list[c.Command] = [c.Deposit(amount=money)]
    if still.position.pocket != MAIN:
        wishes.append(c.AddMargin(symbol=still.position.symbol, amount=money))
    after = run(still.play, (replace(here[0], calls=called), here[1]), wishes)
    if any(isinstance(x, e.ActionRefused) for m in after.moments for x in m.events):
        return None
    return any(isinstance(x, e.MarginCallMet) for m in after.moments for x in m.events)


def _call(pocket: str, time: int) -> Call:
    return Call(seq=1, pocket=pocket, level="x", issued_at=time, shortfall=D(1), due=None)


def largest(seed: int) -> None:
    """The largest that a refusal names passes, and one more lot or unit does not; where none is
    named, the least that there is does not pass."""
    for moment in played(seed).moments:
        for event in moment.events:
            if isinstance(event, e.OrderRefused) and isinstance(moment.command, c.PlaceOrder):
                _order(moment, moment.command, event)
            if isinstance(event, e.ActionRefused) and getattr(moment.command, "amount", None):
                _payment(moment, event)


def _order(moment: Moment, wish: c.PlaceOrder, event: e.OrderRefused) -> None:
    lot = moment.before.instruments[wish.symbol].lot
    most = event.largest
    sizes = [(most, True), (most + lot, False)] if most else [(lot, False)]
    for size, passes in sizes:
        plain = replace(wish, quantity=size, notional=None, risk=None)
        events = sent(moment.before, moment.market, plain).events
        refused = [x for x in events if isinstance(x, e.OrderRefused | e.ActionRefused)]
        told = f"{size} {wish.symbol} where {most} is the most: {event.reason}"
        assert bool(refused) is not passes, f"{told}: {refused[0].reason if refused else 'passes'}"
        cancelled = [
            x for x in events if isinstance(x, e.OrderCancelled) and x.order == event.order
        ]
        assert not (passes and cancelled and not moment.before.incidents), f"{told}: cancelled"


def _payment(moment: Moment, event: e.ActionRefused) -> None:
    one = atom(moment.before.currency)
    most = event.largest
    for amount, passes in [(most, True), (most + one, False)] if most else []:
        wish = replace(moment.command, amount=amount)
        events = sent(moment.before, moment.market, wish).events
        refused = [x for x in events if isinstance(x, e.ActionRefused)]
        told = f"{type(wish).__name__} of {amount} where {most} is the most"
        assert bool(refused) is not passes, f"{told}: {refused[0].reason if refused else 'passes'}"


def previews(seed: int) -> None:
    """An order that rests, without protection of its own, is shown as the market then fills it,
    when it comes straight to its price: the same account afterwards."""
    for moment in played(seed).moments:
        wish = moment.command
        resting = (OrderType.LIMIT, OrderType.STOP)
        if (
            not isinstance(wish, c.PlaceOrder)
            or wish.order_type not in resting
            or wish.oco
            or wish.risk
        ):
            continue
        market, account = moment.market, replace(moment.before, orders={})
        if not market.trading or account.incidents or market.mark != market.last:
            continue
        wish = replace(wish, stop_loss=None, targets=(), trail=None, trail_fraction=None)
        shown, level = preview.tried(Decision((), account, market), wish)
        if level is None:
            continue
        step = Step(
            time=market.time,
            closes=market.time,
            bars={s: straight(market.time, p, p) for s, p in market.last.items()},
            session_end=False,
            sessions=market.sessions,
        )
        ladder = (*FORCED, e.MarginCallIssued, e.OptionSettled, *QUIET[:1])
        here = sent(account, market, c.OpenBar(step=step))
        if any(isinstance(x, ladder) for x in here.events):
            continue
        placed = sent(here.after, here.market_after, wish)
        bars = dict(step.bars)
        bars[wish.symbol] = straight(market.time, market.last[wish.symbol], level)
        done = sent(placed.after, placed.market_after, c.CloseBar(step=replace(step, bars=bars)))
        if any(isinstance(x, ladder) for x in (*done.events, *shown.events)):
            continue
        for name, pocket in done.after.pockets.items():
            told = f"{wish}: {done.events} where {shown.events} was shown"
            assert _without_way(pocket) == _without_way(shown.account.pockets[name]), told


def _without_way(pocket: Pocket) -> Pocket:
    """What stands in a pocket, but for the way that prices came: a preview has none."""
    held = {s: replace(p, course=None) for s, p in pocket.positions.items()}
    return replace(pocket, positions=held)
