"""Trades: what they made adds up to what the account made, and a second reading tells the same.

The second reading folds nothing. It looks at the account as it was after each event: a trade is a
stretch of it in which a symbol is held on one side. What it made is all that came in for it less
all that was paid, so no lot is matched with another; a stop is an order that stands in the account.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ledger.account.event_terms import Bearer
from ledger.account.events import kinds as e
from ledger.account.state import Account, Order, Position, Side
from ledger.market.corporate import Ratio
from ledger.market.instrument import Instrument
from ledger.money import units
from ledger.reports.trades.round_trip import trades_from
from ledger.reports.trades.trade import Trade
from tests.laws.worlds.play import Play, opened, played
from tests.laws.worlds.wealth import NOTHING, as_text, near, of_account, unit, value

_CONTRACTS = ("linear", "inverse")


def read(play: Play) -> tuple[Trade, ...]:
    """The trades of a world; its events are numbered from 1, after its opening."""
    account, _ = opened(play.setting)
    events = [event for moment in play.moments for event in moment.events]
    opening = e.AccountOpened(
        at=0,
        venue=account.rulebook.id,
        mode=account.mode,
        currency=account.currency,
        rules_hash="",
        instruments=dict(account.instruments),
    )
    return trades_from(enumerate([opening, *events]))


def results(seed: int) -> None:
    """Equity and savings change by what was paid in and out, by what the trades made with all their
    costs, and by costs of no trade: interest and fees while nothing is held, and what is lost with
    the venue itself."""
    play = played(seed)
    last, prices = play.last.after, play.last.market_after.mark
    if not prices:
        return
    totals = last.totals
    worth = of_account(last, prices) + Fraction(last.savings)
    flows = Fraction(totals.deposited) - Fraction(totals.withdrawn)
    made, fills = NOTHING, 0
    for trade in read(play):
        assert trade.net == trade.gross - trade.costs.total + trade.absorbed
        made += Fraction(trade.net)
        if trade.is_open:
            made += Fraction(trade.unrealized(prices[trade.symbol]))
            fills += len(trade.fills)
    off = worth - flows - made - _of_no_trade(play)
    # of what is owned, the cost of each lot and of each part of it was rounded; here it is exact
    bound = unit(last.currency) / 2 * fills
    assert abs(off) <= bound, f"{as_text(off)} is in no trade"


def _of_no_trade(play: Play) -> Fraction:
    found = NOTHING
    for account, event, _ in play.steps:
        match event:
            case e.InterestAccrued(borne_by=None) | e.FeeCharged(symbol=""):
                found -= Fraction(event.amount)
            case e.CreditInterestPaid():
                found += Fraction(event.amount)
            case e.DeficitRecorded(absorbed_by=Bearer.VENUE, symbol=None):
                found += Fraction(event.amount)
            case e.FeeCharged() if account.position(event.symbol) is None:
                found -= Fraction(event.amount)
    return found


@dataclass
class Stretch:
    """A symbol held on one side: what came in and went out for it, as the account shows it."""

    symbol: str
    pocket: str
    sign: int
    since: int
    opened_seq: int = 0
    until: int | None = None
    closed_seq: int | None = None
    made: Fraction = NOTHING
    fees: Fraction = NOTHING
    carry: Fraction = NOTHING
    absorbed: Fraction = NOTHING
    planned: Decimal = Decimal(0)
    first: Decimal = Decimal(0)
    risk: Decimal | None = None
    peak: Decimal = Decimal(0)
    fills: int = 0
    bare: int = 0
    calls: set[int] = field(default_factory=set)


def second_reading(seed: int) -> None:
    """The same trades, whoever reads: where each begins and ends, its result and each kind of cost,
    its largest size, its R0, the calls it met, and for how long part of it had no stop.

    Bounds: each fill's value is rounded once, and of what is owned each lot's cost as well.
    """
    play = played(seed)
    half = unit(play.setting.book.currency) / 2
    told, seen = read(play), list(_stretches(play))
    assert len(told) == len(seen), f"{len(told)} trades are told, {len(seen)} seen"
    for trade, one in zip(told, seen, strict=True):
        assert (trade.symbol, trade.pocket, trade.side.sign) == (one.symbol, one.pocket, one.sign)
        assert (trade.opened_seq, trade.closed_seq) == (one.opened_seq, one.closed_seq)
        assert (trade.opened_at, trade.closed_at) == (one.since, one.until)
        assert len(trade.fills) == one.fills
        assert (trade.peak_quantity, trade.risk.quantity) == (one.peak, one.planned)
        assert {call.seq for call in trade.calls} == one.calls
        fees = trade.costs.trade_fees + trade.costs.borrow_fees + trade.costs.other_fees
        assert (fees, trade.absorbed) == (one.fees, one.absorbed)
        costs = trade.costs
        carry = costs.interest + costs.funding + costs.overnight + costs.dividends
        assert near(carry, one.carry, Fraction(1, 10**20))
        assert trade.stop.seconds_unprotected == one.bare, f"{trade.number}: {one.bare} s bare"
        assert (trade.risk.r0 is None) is (not one.risk)
        if one.risk and one.first == one.planned:
            assert trade.risk.r0 == one.risk, "an order filled at once risks what its opening says"
        if not trade.is_open:
            assert near(trade.gross, one.made, half * 2 * one.fills), trade.number


def _stretches(play: Play) -> Iterator[Stretch]:
    """Each one in the order of beginning, complete once the world is over."""
    begun: list[Stretch] = []
    going: dict[str, Stretch] = {}
    clock = 0
    for before, event, after in play.steps:
        if event.at > clock:
            _bare(before, going, event.at - clock)
            clock = event.at
        if isinstance(event, e.Fill):
            if event.symbol not in going:
                sign = event.side.sign
                going[event.symbol] = Stretch(event.symbol, event.pocket, sign, event.at)
                begun.append(going[event.symbol])
                assert isinstance(event, e.OrderFilled), "only an order opens a position"
                going[event.symbol].planned = before.orders[event.order].quantity
                going[event.symbol].first = event.quantity
            _filled(going[event.symbol], before.instruments[event.symbol], event)
        _borne(going, before, event, after)
        if isinstance(event, e.PositionOpened):
            going[event.symbol].opened_seq = after.seq
            going[event.symbol].risk = event.risk
        if isinstance(event, e.Split) and event.symbol in going:
            one, by = going[event.symbol], Ratio.of(event.ratio)
            one.peak, one.planned = units(by.quantity(one.peak)), units(by.quantity(one.planned))
        for symbol, one in going.items():
            held = after.position(symbol)
            one.peak = one.peak if held is None else max(one.peak, abs(held.quantity))
            one.calls |= {call.seq for name, call in after.calls.items() if name == one.pocket}
        gone = [s for s in going if after.position(s) is None]
        for symbol in gone:
            one = going.pop(symbol)
            one.until, one.closed_seq = event.at, after.seq
    yield from begun


def _filled(one: Stretch, instrument: Instrument, event: e.Fill) -> None:
    """What is sold comes in, what is bought goes out; an inverse contract pays the other way."""
    one.fills += 1
    exact = value(instrument, event.quantity, event.price)
    if isinstance(event, e.CashInLieu):
        exact = Fraction(event.value)  # its quantity is rounded
    away = -event.side.sign * (-1 if instrument.inverse else 1)
    one.made += away * exact


def _borne(going: Mapping[str, Stretch], before: Account, event: e.Event, after: Account) -> None:
    """What the position itself was told to bear, as the account shows it before and after."""
    for symbol, one in going.items():
        was, now = before.position(symbol), after.position(symbol)
        if now is None:
            continue
        for name, label in (("fees", "fees"), ("carry", "carry"), ("absorbed", "absorbed")):
            old = Decimal(0) if was is None else getattr(was, name)
            more = Fraction(getattr(now, name) - old)
            setattr(one, label, getattr(one, label) + more)


def _bare(account: Account, going: Mapping[str, Stretch], seconds: int) -> None:
    """Time passes; where the stops that stand do not cover what is held, it is unprotected."""
    for symbol, one in going.items():
        held = account.position(symbol)
        if held is not None and _stops(account, held) < abs(held.quantity):
            one.bare += seconds


def _stops(account: Account, held: Position) -> Decimal:
    against = (o for o in account.orders.values() if o.symbol == held.symbol)
    stops = (o for o in against if o.side is not held.side and o.awaits_trigger())
    return sum((o.quantity for o in stops if _closes(o)), Decimal(0))


def _closes(order: Order) -> bool:
    """Whether it trades once its trigger does: a limit that asks for more than that rests."""
    if order.limit is None or order.trigger is None:
        return True
    sells = order.side is Side.SELL
    return order.limit <= order.trigger if sells else order.limit >= order.trigger
