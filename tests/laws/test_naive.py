"""The engine against the naive account: the same fills, calls, sales, balances and equity."""

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity
from ledger.account.state import Side, Target
from ledger.market.rules.rulebook import Mode
from ledger.market.rules.schedule import Schedule
from tests.laws import tried
from tests.laws.naive.loan import NaiveLoan
from tests.laws.naive.model import Naive
from tests.laws.naive.perp import NaivePerp
from tests.laws.scripts import FLOORS, SMALL_TIERS, TICK, AccountRequest, Path, row, wish, within
from tests.worlds import D, World, broker, perpetual, stock, venue

WHY = {"trader": "trade", "stop_loss": "stop", "take_profit": "target"}
MONTH_ENDS_SOON = 26
PARTS = tuple(D(part) for part in ("1", "1", "1", "0.97", "0.9", "0.75", "0.5", "0.1"))
"""Of what can be bought: mostly nearly all, or nothing would ever be called."""


def told(events: list[e.Event]) -> list[tuple[Any, ...]]:
    """The engine's events in the naive account's words."""
    found: list[tuple[Any, ...]] = []
    for event in events:
        if isinstance(event, e.OrderFilled):
            signed = Fraction(event.quantity) * event.side.sign
            found.append((WHY[event.cause.value], event.symbol, signed, Fraction(event.price)))
        elif isinstance(event, e.ForceSold | e.Liquidated):
            signed = Fraction(event.quantity) * event.side.sign
            found.append(("forced", event.symbol, signed, Fraction(event.price)))
        elif isinstance(event, e.MarginCallIssued):
            found.append(("call", event.pocket, Fraction(event.shortfall)))
        elif isinstance(event, e.MarginCallMet):
            found.append(("met", event.pocket, event.by))
        elif isinstance(event, e.MarginCallExpired):
            found.append(("expired", event.pocket, event.by))
        elif isinstance(event, e.DeficitRecorded):
            word = "deficit" if event.absorbed_by == "trader" else "absorbed"
            found.append((word, Fraction(event.amount)))
    return found


def agree(world: World, naive: Naive, events: list[e.Event]) -> None:
    assert told(events) == naive.told
    naive.told.clear()
    account = world.account
    pockets = {name: Fraction(pocket.cash) for name, pocket in account.pockets.items()}
    if isinstance(naive, NaiveLoan):
        assert pockets == {"main": naive.cash}
        loan = account.main.loan
        assert (Fraction(loan.principal), Fraction(loan.accrued)) == (
            naive.principal,
            naive.accrued,
        )
        remainder = Fraction(loan.carried) / account.rulebook.interest.denominator
        assert not naive.principal or remainder == naive.unposted
    elif isinstance(naive, NaivePerp):
        assert pockets == naive.money
    for position in account.positions():
        held = naive.held[position.symbol]
        assert (Fraction(position.quantity), Fraction(position.basis)) == (held.size, held.cost)
    assert len(account.positions()) == len(naive.held)
    worth = sum(
        (
            Fraction(equity(account, pocket, world.market.mark))
            for pocket in account.pockets.values()
        ),
        Fraction(0),
    )
    assert worth == naive.total_equity()


Story = tuple[int, list[Any]]


@st.composite
def stories(draw: Any) -> Story:
    """Many symbols from one seed: first an opening, then bars with now and then an act."""
    chance = Random(draw(st.integers(0, 2**48)))
    many = chance.choice((1, 1, 2, 3))
    wild, drift = chance.choice((3, 6, 6, 14, 40)), chance.choice((-9, -6, -4, -2, 2, 4, 6, 9))
    opening = {"trade": 1}
    first = [wish(chance, opening) for _ in range(chance.randint(1, many))]
    bars = [(((0, 0, 0, 0),) * many, first, 0)]
    for _ in range(13):
        shown = tuple(row(chance, wild, drift) for _ in range(many))
        few = chance.choice((0, 0, 0, 0, 1, 2))
        acts = [wish(chance, {"trade": 2, "deposit": 1}) for _ in range(few)]
        bars.append((shown, acts, chance.choice((0, 0, 0, 0, 1, 4))))
    whole = st.just(len(bars))
    return many, bars[: draw(st.one_of(st.integers(1, 13), whole, whole, whole))]


def walk(world: World, naive: Naive, story: Story, act: Any) -> None:
    """Play a story in both worlds, bar by bar, and compare after every bar."""
    world.bars = MONTH_ENDS_SOON
    world.do(c.Deposit(amount=D(10_000)))
    naive.deposit(Fraction(10_000))
    paths = {symbol: Path() for symbol in naive.symbols}
    for drawn_rows, wishes, skipped in story[1]:
        world.bars += skipped
        shown = {s: paths[s].row(row) for s, row in zip(paths, drawn_rows, strict=True)}
        step = world.step(shown)
        world.bars += 1
        if not step.bars:
            continue
        bars = {s: tuple(Fraction(x) for x in row) for s, row in shown.items() if row is not None}
        with within(20):
            events = world.do(c.OpenBar(step=step))
            naive.open(step.time, bars, step.sessions[1])
            for what in wishes:
                events += act(world, naive, what)
            events += world.do(c.CloseBar(step=step))
            naive.close(step.closes, bars)
        agree(world, naive, events)


def trade(
    world: World, naive: Naive, what: AccountRequest, leverages: tuple[int, ...]
) -> list[e.Event]:
    """One act in both worlds: a deposit, or a market order with a stop and a target."""
    word, a, b, x, y = what
    if word == "deposit":
        amount = D(1 + a * 7) + D(b) / 100
        naive.deposit(Fraction(amount))
        return world.do(c.Deposit(amount=amount))
    symbol = naive.symbols[a % len(naive.symbols)]
    if symbol not in world.market.trading:
        return []
    held = naive.held.get(symbol)
    side = Side.BUY if x % 2 else Side.SELL
    price = world.market.last[symbol]
    leverage = D(leverages[y % len(leverages)])
    quantity = _size(world, naive, price, leverage, b)
    if b % 16 == 9 and held is not None:  # flip, or close and a little more
        quantity = D(str(float(abs(held.size)))) * 2
        side = Side.SELL if held.size > 0 else Side.BUY
    away = TICK * (1 + y // 8)
    stop = max(price - side.sign * away, TICK) if x % 8 > 5 else None
    if stop is not None and stop == price:
        stop = None
    target = price + side.sign * away if x % 16 > 10 else None
    if target is not None and target <= 0:
        target = None
    stands = Fraction(0) if held is None else held.size
    after = abs(stands + side.sign * Fraction(quantity))
    lot = Fraction(world.account.instruments[symbol].lot)
    part = D("0.5") if x % 3 and after / 2 >= lot else D(1)  # of less than a lot it is refused
    mode = world.account.mode
    naive.market(
        symbol,
        side.value,
        Fraction(quantity),
        Fraction(leverage),
        None if stop is None else Fraction(stop),
        None if target is None else (Fraction(target), Fraction(part)),
        mode.value,
    )
    return world.do(
        c.PlaceOrder(
            symbol=symbol,
            side=side,
            quantity=quantity,
            leverage=leverage,
            stop_loss=stop,
            targets=() if target is None else (Target(target, part),),
        )
    )


def _size(world: World, naive: Naive, price: Decimal, leverage: Decimal, b: int) -> Decimal:
    spendable = max(world.account.main.cash, D(1000))
    lot = next(iter(world.account.instruments.values())).lot
    lots = int(spendable * leverage * PARTS[b % 8] / price / lot)
    return max(lots, 1) * lot


@pytest.mark.parametrize(
    ("house", "floors"), [("0.45", False), ("0.30", True)], ids=["wide", "floors per share"]
)
@tried(120)
@given(story=stories())
def test_a_loan_account_does_what_the_pages_say(house: str, floors: bool, story: Story) -> None:
    symbols = ("MID", "ZED", "ACE")[: story[0]]
    short = FLOORS if floors else None
    book = broker(
        schedules=(
            Schedule(name="house", long_rate=D(house), short=short),
            Schedule(name="exchange", long_rate=D("0.25"), short=short),
        )
    )
    world = World(book, *(stock(s, tick=TICK) for s in symbols))
    naive = NaiveLoan(symbols, Fraction(house), floors)
    walk(world, naive, story, lambda w, n, what: trade(w, n, what, (2, 2, 1)))


@pytest.mark.parametrize("mode", [Mode.ISOLATED, Mode.CROSS])
@tried(120)
@given(story=stories())
def test_a_perpetual_account_does_what_the_pages_say(mode: Mode, story: Story) -> None:
    symbols = ("MID", "ZED", "ACE")[: story[0]]
    book = venue(tiers=SMALL_TIERS, taker_fee=D("0.0005"), maker_fee=D("0.0005"), fee=D("0.003"))
    world = World(book, *(perpetual(s, tick=TICK) for s in symbols), mode=mode)
    naive = NaivePerp(
        symbols, [tuple(map(Fraction, (t.floor, t.rate, t.max_leverage))) for t in SMALL_TIERS]
    )
    walk(world, naive, story, perp_act)


def perp_act(world: World, naive: NaivePerp, what: AccountRequest) -> list[e.Event]:
    word, a, b, _, y = what
    if word == "deposit" and y % 2:
        symbol = naive.symbols[a % len(naive.symbols)]
        amount = D(1 + b)
        naive.add_margin(symbol, Fraction(amount))
        return world.do(c.AddMargin(symbol=symbol, amount=amount))
    return trade(world, naive, what, (10, 5, 10, 2, 20))
