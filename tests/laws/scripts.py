"""Worlds drawn by chance: bars with gaps and holes, and a trader who tries everything.

A script is plain numbers; what they mean is decided against the state when they are played
(`half of what could be bought, stop 5 % away`), so that most of what is drawn does something.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from signal import SIGALRM, alarm, signal
from typing import Any

from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events.kinds import Event
from ledger.account.state import MAIN, Account, Cause, GoodFor, OrderType, Side, Target
from ledger.market.instrument import Instrument
from ledger.market.quote import Market, Step
from ledger.market.rules.carry import (
    BorrowFee,
    Calendar,
    Capitalize,
    Counted,
    Interest,
    RateTier,
    Rollover,
    TierOf,
)
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.rules.schedule import Schedule, ShortRule
from ledger.money import ceil_to, floor_to
from ledger.times import HOUR
from tests.worlds import DAY, TIERS, D, World, broker, perpetual, stock, venue

TICK = D("0.5")
START_TICKS = 200
"""Every symbol starts at 100."""

FLOORS = ShortRule(
    rate=D("0.30"),
    per_share=D("5"),
    low_price=D("5"),
    low_rate=D(1),
    low_per_share=D("2.5"),
)
SMALL_TIERS = tuple(
    type(TIERS[0])(floor=D(floor), rate=D(rate), max_leverage=D(most))
    for floor, rate, most in ((0, "0.005", 100), (5_000, "0.01", 50), (20_000, "0.05", 10))
)


# rows


Row = tuple[int, int, int, int] | None


@dataclass
class Path:
    """One symbol's prices, in ticks, as a script tells them."""

    ticks: int = START_TICKS
    least: int = 1

    def row(self, drawn: Row) -> tuple[str, str, str, str] | None:
        """The next bar: gap, room above, room below, and where in them it closes."""
        if drawn is None:
            return None
        gap, above, below, part = drawn
        first = max(self.ticks + gap, self.least)
        high, low = max(first + above, first), max(first - below, self.least)
        self.ticks = low + (high - low) * part // 8
        return tuple(str(n * TICK) for n in (first, high, low, self.ticks))  # type: ignore[return-value]


def row(chance: Random, wild: int, drift: int) -> Row:
    """A bar of a market so wild that leans upward or downward, in ticks; sometimes a hole."""
    if chance.random() < 0.1:
        return None
    gap = 0 if chance.random() < 0.5 else round(chance.gauss(0, wild / 2))
    above, below = (abs(round(chance.gauss(0, wild / 2))) for _ in range(2))
    lean = round(drift * chance.random())
    return gap + lean, above, below, chance.randint(0, 8)


# what the trader tries

WISHES = {
    "order": 12,
    "close": 2,
    "stop": 2,
    "trail": 1,
    "no stop": 1,
    "target": 1,
    "one target": 2,
    "amend": 4,
    "deposit": 2,
    "withdraw": 2,
    "add": 2,
    "remove": 2,
    "cancel": 1,
    "answer": 4,
    "borrow": 1,
    "repay": 1,
    "sweep": 1,
    "note": 1,
}
AccountRequest = tuple[str, int, int, int, int]


def wish(chance: Random, words: Mapping[str, int]) -> AccountRequest:
    (word,) = chance.choices(list(words), list(words.values()))
    a, b, x, y = (chance.randint(0, 255) for _ in range(4))
    return word, a, b, x, y


@dataclass
class Script:
    """What a drawn world is made of; `kind` chooses the rule book and `many` the symbols."""

    kind: str
    many: int
    fees: bool
    ohlc: bool
    bars: list[Any] = field(default_factory=list)


BY_THE_HOUR = "broker by the hour"
KINDS = ("broker", "broker with floors", BY_THE_HOUR, "isolated", "cross", "both", "unprotected")


@st.composite
def scripts(draw: Any, kinds: tuple[str, ...] = KINDS) -> Script:
    """A world by one seed: evenly drawn, and cut shorter while a failure stays."""
    chance = Random(draw(st.integers(0, 2**48)))
    script = Script(
        kind=chance.choice(kinds),
        many=chance.randint(1, 3),
        fees=chance.random() < 0.4,
        ohlc=chance.random() < 0.3,
    )
    wild, drift = chance.choice((4, 8, 16, 40)), chance.choice((-12, -8, -4, 0, 4, 8, 12))
    words = WISHES | ({"rules": 3} if script.kind == BY_THE_HOUR else {})
    flat = ((0, 0, 0, 0),) * script.many
    first = [wish(chance, {"order": 1}) for _ in range(chance.randint(1, 3))]
    script.bars.append((flat, first, [], 0))
    for _ in range(12):
        drawn = tuple(row(chance, wild, drift) for _ in range(script.many))
        at_open = [wish(chance, words) for _ in range(chance.choice((0, 0, 0, 1, 2)))]
        closed = [wish(chance, words) for _ in range(chance.choice((0, 0, 0, 1)))]
        script.bars.append((drawn, at_open, closed, chance.choice((0, 0, 0, 0, 1, 3))))
    whole = st.just(len(script.bars))
    script.bars = script.bars[: draw(st.one_of(st.integers(1, 13), whole, whole))]
    return script


def _by_the_hour(script: Script, interest: Interest) -> dict[str, Any]:
    """Whole periods of interest, and every fee of holding that there is."""
    whole = replace(interest, post_every=8 * HOUR, calendar=Calendar.CLOCK, first_period=True)
    if script.ohlc:
        whole = replace(
            interest,
            post_every=8 * HOUR,
            calendar=Calendar.ELAPSED,
            counted=Counted.BEGUN,
            capitalize=Capitalize.EACH_POSTING,
            tier_of=TierOf.WHOLE,
        )
    counted = Counted.BEGUN if script.fees else Counted.COMPLETED
    return {
        "interest": whole,
        "opening_fee": D("0.0003"),
        "rollover": Rollover(fee=D("0.0002"), every=8 * HOUR, counted=counted),
        "borrow_fee": BorrowFee(rate=D("0.30")),
    }


def rulebook(script: Script) -> Rulebook:
    fee = D("0.0005") if script.fees else D(0)
    slip = D("0.01") if script.fees else D(0)
    if script.kind.startswith("broker"):
        short = FLOORS if script.kind == "broker with floors" else None
        tiers = (RateTier(floor=D(0), rate=D("0.08")), RateTier(floor=D(5000), rate=D("0.05")))
        costs: dict[str, Any] = {"interest": Interest(tiers=tiers, capitalize=Capitalize.MONTHLY)}
        if script.kind == BY_THE_HOUR:
            costs = _by_the_hour(script, costs["interest"])
        return broker(
            taker_fee=fee,
            maker_fee=fee,
            stop_slippage=slip,
            slippage=slip,
            schedules=(
                Schedule(name="house", long_rate=D("0.40"), short=short),
                Schedule(name="exchange", long_rate=D("0.30"), short=short),
            ),
            **costs,
        )
    return venue(
        tiers=SMALL_TIERS,
        taker_fee=fee,
        maker_fee=fee / 2,
        stop_slippage=slip,
        slippage=slip,
        fee=fee * 6,
        protected=script.kind != "unprotected",
    )


SYMBOLS = ("MID", "ZED", "ACE")


def instruments(script: Script) -> list[Instrument]:
    made = stock if script.kind.startswith("broker") else perpetual
    lot = D(1) if script.kind.startswith("broker") else D("0.001")
    return [made(symbol, tick=TICK, lot=lot) for symbol in SYMBOLS[: script.many]]


def new_world(script: Script, start: int = 26) -> World:
    """The world before its first bar, a few days before a month ends."""
    from ledger.account.state import Convention

    world = World(
        rulebook(script),
        *instruments(script),
        mode=Mode.ISOLATED if script.kind in ("isolated", "both") else Mode.CROSS,
        convention=Convention.OHLC if script.ohlc else Convention.WORST,
    )
    world.bars = start
    return world


@dataclass
class Moment:
    """One command and the states around it."""

    command: c.Command
    before: Account
    market: Market
    events: list[Event]
    after: Account
    market_after: Market


def play(script: Script) -> list[Moment]:
    """Everything that happens in a drawn world, command by command."""
    world = new_world(script)
    return list(_moments(world, script))


def _moments(world: World, script: Script) -> Iterator[Moment]:
    paths = {symbol: Path() for symbol in world.account.instruments}
    yield send(world, c.Deposit(amount=D(10_000)))
    for drawn, at_open, closed, skipped in script.bars:
        world.bars += skipped
        shown = {s: paths[s].row(one) for s, one in zip(paths, drawn, strict=True)}
        step = world.step(shown)
        world.bars += 1
        if not step.bars:
            yield send(world, c.Wait(until=step.closes))
            continue
        yield send(world, c.OpenBar(step=step))
        for wish in at_open:
            yield send(world, meaning(world, script, wish))
        yield send(world, c.CloseBar(step=step))
        for wish in closed:
            yield send(world, meaning(world, script, wish))


def send(world: World, command: c.Command) -> Moment:
    before, market = world.account, world.market
    with within(10):
        events = world.do(command)
    return Moment(command, before, market, events, world.account, world.market)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail instead of turning for ever."""

    def late(*_: object) -> None:
        raise AssertionError(f"no answer within {seconds} seconds")

    old = signal(SIGALRM, late)
    alarm(seconds)
    try:
        yield
    finally:
        alarm(0)
        signal(SIGALRM, old)


def meaning(world: World, script: Script, wish: AccountRequest) -> c.Command:
    """The command that a drawn wish stands for where the world is now."""
    word, a, b, x, y = wish
    account = world.account
    symbol = list(account.instruments)[a % script.many]
    position = account.position(symbol)
    last = world.market.last.get(symbol, D(100))
    sign = -1 if position is not None and position.quantity < 0 else 1
    money = D(b * 20) + (D(x) / 100 if y % 2 else D(0))
    match word:
        case "deposit":
            return c.Deposit(amount=money)
        case "withdraw":
            return c.Withdraw(amount=money)
        case "borrow":
            return c.Borrow(amount=money)
        case "repay":
            return c.Repay(amount=money)
        case "sweep":
            return c.Sweep(amount=money)
        case "note":
            return c.AddNote(text="a note", symbol=symbol)
        case "rules":
            key, low = RULES[b % len(RULES)]
            return c.ChangeRules(rules={key: str(low * (1 + x % 4))}, cause="a test")
        case "close":
            part = (D(1), D("0.5"), D("0.1"))[b % 3]
            return c.ClosePosition(symbol=symbol, fraction=part)
        case "stop":
            return c.MoveStop(symbol=symbol, price=_away(last, -sign, b))
        case "trail":
            if y % 2:
                return c.MoveStop(symbol=symbol, trail_fraction=D(1 + b % 40) / 200)
            return c.MoveStop(symbol=symbol, trail=TICK * (1 + b % 40))
        case "no stop":
            return c.RemoveStop(symbol=symbol)
        case "target":
            return c.MoveTarget(symbol=symbol, price=_away(last, sign, b))
        case "one target":
            return _one_target(account, symbol, _away(last, sign, b), x, y)
        case "amend":
            return _amended(world, b, x, y)
        case "add":
            return c.AddMargin(symbol=symbol, amount=money)
        case "remove":
            return c.RemoveMargin(symbol=symbol, amount=money)
        case "cancel":
            resting = list(account.orders)
            return c.CancelOrder(id=resting[b % len(resting)] if resting else "none")
        case "answer":
            answer = ("deposit", "sell", "wait")[b % 3]
            given = answer == "deposit" and x % 2
            return c.AnswerCall(answer=answer, amount=money if given else None)
    return _order(world, script, symbol, wish)


def _one_target(account: Account, symbol: str, price: Decimal, x: int, y: int) -> Any:
    """One of several targets moved, resized or taken away."""
    targets = [
        o for o in account.orders.values() if o.symbol == symbol and o.cause is Cause.TAKE_PROFIT
    ]
    name = targets[x % len(targets)].id if targets else "none"
    if y % 5 == 4:
        return c.RemoveTarget(symbol=symbol, id=name)
    return c.MoveTarget(
        symbol=symbol,
        id=name,
        price=price if y % 3 else None,
        fraction=D(1 + x % 10) / 10 if y % 2 else None,
    )


def _amended(world: World, b: int, x: int, y: int) -> Any:
    """Any resting order, a stop's and a target's too, on some other terms."""
    resting = [*world.account.orders.values()]
    if not resting:
        return c.AmendOrder(id="none", quantity=D(1))
    order = resting[b % len(resting)]
    last = world.market.last.get(order.symbol, D(100))
    level = _away(last, 1 if x % 2 else -1, x // 2)
    lot = world.account.instruments[order.symbol].lot
    size = max(floor_to(order.quantity * D(1 + x % 6) / 3, lot), lot)
    trails = y % 4 == 3
    return c.AmendOrder(
        id=order.id,
        quantity=size if y % 3 == 0 else None,
        limit=level if order.limit is not None and y % 5 else None,
        trigger=level if order.trigger is not None and not trails else None,
        trail=TICK * (1 + x % 40) if trails and y % 8 == 3 else None,
        trail_fraction=D(1 + x % 40) / 200 if trails and y % 8 == 7 else None,
    )


RULES = (
    ("loan_rate", D("0.04")),
    ("trade_fee", D("0.0005")),
    ("rollover_fee", D("0.0001")),
    ("borrow_fee", D("0.2")),
    ("maintenance_margin", D("0.15")),
    ("minimum_equity", D(1000)),
)
"""Keys and the least of what they become; some of these are refused."""


def _away(price: Decimal, sign: int, b: int) -> Decimal:
    """A price some ticks away."""
    return max(floor_to(price, TICK) + sign * TICK * (1 + b % 40), TICK)


LEVERAGES = (10, 5, 10, 20, 2, 50, 1, 100)
PARTS = tuple(D(part) for part in ("1.2", "1", "0.99", "0.95", "0.9", "0.7", "0.4", "0.1"))
"""Of what might be bought: mostly nearly all, or nothing would ever be called."""


def _order(world: World, script: Script, symbol: str, wish: AccountRequest) -> Any:
    _, a, b, x, y = wish
    account = world.account
    loan = script.kind.startswith("broker")
    side = Side.BUY if x % 2 else Side.SELL
    sign = side.sign
    last = world.market.last.get(symbol, D(100))
    leverage = D(2 - y % 4 // 3) if loan else D(LEVERAGES[y % len(LEVERAGES)])
    lot = account.instruments[symbol].lot
    worth = max(account.main.cash, D(500))
    most = D(10**9) if loan or leverage <= 10 else D(19_000 if leverage <= 50 else 4_900)
    full = min(worth * leverage * PARTS[b % 8], most) / max(last, D(1))
    quantity = max(floor_to(full, lot), lot)
    order_type = TYPES[b // 8 % len(TYPES)]
    level = _away(last, -sign if order_type is OrderType.LIMIT else sign, x // 2)
    limit = max(level + sign * TICK * (y % 5 - 1), TICK)  # at times better than its trigger
    reduce_only = a % 16 == 15
    reference = {OrderType.MARKET: last, OrderType.STOP_LIMIT: limit}.get(order_type, level)
    stop = _away(reference, -sign, y // 6) if x % 8 > 4 and not reduce_only else None
    targets: tuple[Target, ...] = ()
    if x % 16 > 8 and not reduce_only:
        near, far = _away(reference, sign, y // 6), _away(reference, sign, y // 6 + 8)
        targets = (
            (Target(near, D("0.5")), Target(far, D("0.5"))) if y % 3 else (Target(near, D(1)),)
        )
    own = order_type is OrderType.TRAILING
    trails = own or (y % 7 == 3 and not reduce_only)
    return c.PlaceOrder(
        symbol=symbol,
        side=side,
        quantity=quantity,
        order_type=order_type,
        limit={OrderType.LIMIT: level, OrderType.STOP_LIMIT: limit}.get(order_type),
        trigger=level if order_type in (OrderType.STOP, OrderType.STOP_LIMIT) else None,
        trail=TICK * (1 + x // 2 % 40) if trails and y % 2 else None,
        trail_fraction=D(1 + x // 2 % 40) / 200 if trails and not y % 2 else None,
        leverage=leverage,
        mode=(Mode.ISOLATED, Mode.CROSS)[a // 3 % 2] if script.kind == "both" else None,
        stop_loss=stop,
        targets=targets,
        reduce_only=reduce_only,
        oco=_tied(account, b) if y % 4 == 1 else None,
        good_for=GoodFor.DAY if a % 7 == 6 else GoodFor.GTC,
        id=f"mine-{account.seq}" if a % 5 == 4 else None,
    )


TYPES = (
    *(OrderType.MARKET,) * 4,
    OrderType.LIMIT,
    OrderType.STOP,
    OrderType.STOP_LIMIT,
    OrderType.TRAILING,
)


def _tied(account: Account, b: int) -> str:
    """A group that has not filled yet, or the order that rests longest."""
    resting = next((o.id for o in account.orders.values() if o.cause is Cause.TRADER), None)
    return resting if resting and b % 2 else f"group-{len(account.ocos_filled)}"


def first_tick(price: Decimal, quantity: Decimal) -> Decimal:
    """The first tick at or beyond a threshold."""
    return floor_to(price, TICK) if quantity > 0 else ceil_to(price, TICK)


__all__ = [
    "DAY",
    "MAIN",
    "Moment",
    "Script",
    "Step",
    "first_tick",
    "new_world",
    "play",
    "rulebook",
    "scripts",
    "send",
    "within",
]
