"""Lives for the books to keep, played by the engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.events.kinds import AccountOpened, Event
from ledger.account.fold.apply import apply
from ledger.account.incident import IncidentKind
from ledger.account.state import Account, OrderType, Side, Target
from ledger.books.entries import legs_of
from ledger.books.store import Record
from ledger.books.wire.codec import rules_hash
from ledger.market.corporate import CorporateAction
from ledger.market.instrument import Kind, OptionTerms, Right
from ledger.market.rules.carry import (
    BorrowFee,
    Calendar,
    CreditInterest,
    Overnight,
    RateTier,
    Rollover,
)
from ledger.market.rules.rulebook import Mode, OptionRule, Rulebook
from ledger.times import DAY
from tests.worlds import T0, D, World, broker, perpetual, stock, venue

HOUR = 3_600


@dataclass(frozen=True)
class Life:
    """Everything that happened to an account that was nothing before."""

    start: Account
    events: tuple[Event, ...]
    end: Account

    @property
    def rulebook(self) -> Rulebook:
        return self.start.rulebook

    def moments(self) -> Iterable[tuple[Account, Event]]:
        """Each event with the account as it stood before it."""
        account = self.start
        for event in self.events:
            yield account, event
            account = apply(account, event)

    def records(self) -> tuple[Record, ...]:
        """The life as the store takes it."""
        return tuple(
            Record(account.seq + 1, event, legs_of(account, event), f"e:{account.seq + 1}")
            for account, event in self.moments()
        )


@dataclass(frozen=True)
class Move:
    """One bar, in per mille of the price before it, and what the trader does at its open."""

    gap: int
    up: int
    down: int
    close: int
    wish: str
    size: int


def opening(world: World) -> AccountOpened:
    """The event that says what the world's account was opened with."""
    account = world.account
    return AccountOpened(
        at=T0,
        venue=account.rulebook.id,
        mode=account.mode,
        currency=account.currency,
        rules_hash=rules_hash(account.rulebook),
        fills=account.convention.value,
        instruments=dict(account.instruments),
    )


def lived(world: World, start: Account) -> Life:
    """What a world has been through since `begin`."""
    return Life(start, tuple(world.events), world.account)


def begin(world: World) -> Account:
    """Put the opening on record; the account before it."""
    start = world.account
    event = opening(world)
    world.account = apply(start, event)
    world.events.append(event)
    return start


def stock_world() -> World:
    """A broker with fees and slippage, so that every kind of cost turns up."""
    book = broker(slippage=D("0.005"), taker_fee=D("0.001"), maker_fee=D("0.0005"))
    exit_ = replace(book.forced_exit, fee=D("0.01"))
    return World(replace(book, forced_exit=exit_), stock(), stock("BETA", lot=D("0.5")))


def perpetual_world() -> World:
    """A venue of isolated and crossed contracts with funding, fees and protection."""
    book = venue(
        taker_fee=D("0.0005"),
        maker_fee=D("-0.0001"),
        slippage=D("0.01"),
        fee=D("0.005"),
        funding=replace(venue().funding, rate=D("0.1095")),
    )
    return World(book, perpetual(), perpetual("ETH", multiplier=D("0.1")), interval=HOUR)


def play(world: World, moves: Sequence[Move]) -> Life:
    """Live through the moves with every instrument falling and rising alike."""
    start = begin(world)
    world.do(c.Deposit(amount=D("10000.00")))
    price = D(100)
    for move in moves:
        first = tick(price * (1000 + move.gap) / 1000)
        high = tick(first * (1000 + move.up) / 1000)
        low = tick(first * (1000 - move.down) / 1000)
        price = low + tick((high - low) * move.close / 1000)
        row = tuple(str(value) for value in (first, high, low, price))
        world.bar(dict.fromkeys(world.account.instruments, row), *wish(world, move, first))
    return lived(world, start)


def tick(price: Decimal) -> Decimal:
    """To whole halves, which are ticks of every instrument here, and never to nothing."""
    return max(D(round(price * 2)) / 2, D(1))


def wish(world: World, move: Move, price: Decimal) -> list[c.Command]:
    """What the trader wants; the engine may refuse it, which is on record too."""
    amount = D(move.size * 97)
    symbol = list(world.account.instruments)[move.size % 2]
    side = Side.BUY if move.wish == "buy" else Side.SELL
    order = c.PlaceOrder(
        symbol=symbol,
        side=side,
        notional=amount * 5,
        leverage=D(1 + move.size % 20),
        mode=Mode.ISOLATED if move.size % 3 else Mode.CROSS,
        stop_loss=tick(price * (D("0.9") if side is Side.BUY else D("1.1"))),
        targets=(Target(tick(price * D("1.1")), D("0.5")),) if side is Side.BUY else (),
        reason="a test",
    )
    if Mode.ISOLATED not in world.account.rulebook.modes:
        order = replace(order, mode=None, leverage=D(2) if move.size % 2 else None)
    wishes: dict[str, list[c.Command]] = {
        "nothing": [],
        "buy": [order],
        "sell": [replace(order, stop_loss=None)],
        "limit": [replace(order, order_type=OrderType.LIMIT, limit=price, stop_loss=None)],
        "close": [c.ClosePosition(symbol=symbol, fraction=D("0.5") if move.size % 2 else D(1))],
        "deposit": [c.Deposit(amount=amount)],
        "withdraw": [c.Withdraw(amount=amount)],
        "borrow": [c.Borrow(amount=amount)],
        "repay": [c.Repay(amount=amount)],
        "sweep": [c.Sweep(amount=D(move.size))],
        "add": [c.AddMargin(symbol=symbol, amount=D(move.size))],
        "remove": [c.RemoveMargin(symbol=symbol, amount=D(move.size))],
        "answer": [c.AnswerCall(answer=("deposit", "sell", "wait")[move.size % 3])],
        "stop": [c.MoveStop(symbol=symbol, price=tick(price * D("0.8")))],
        "note": [c.AddNote(text='said "so"\n\\ and\u00e4 more', tags=("a",))],
    }
    return wishes[move.wish]


WISHES = (
    *("nothing", "buy", "buy", "sell", "limit", "close", "deposit", "withdraw", "borrow"),
    *("repay", "sweep", "add", "remove", "answer", "stop", "note"),
)


def delisting() -> Life:
    """A holding that the venue closes."""
    world = World(broker(), stock())
    start = begin(world)
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat("100.00", c.Deposit(amount=D("10000.00")), buy)
    world.flat("90.00", c.StartIncident(kind=IncidentKind.DELISTING, symbol="ACME"))
    return lived(world, start)


def ex_days() -> Life:
    """A long over a dividend, a split with a fraction and a dividend of the new shares."""
    world = World(broker(), stock())
    start = begin(world)
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(151), stop_loss=D(70))
    world.flat("100.00", c.Deposit(amount=D("10000.00")), buy)
    for price, told in (
        ("99.00", {"dividend": D("0.24")}),
        ("66.00", {"split": "3:2"}),
        ("65.50", {"dividend": D("0.16")}),
    ):
        action = CorporateAction(symbol="ACME", at=world.market.time, **told)  # type: ignore[arg-type]
        world.bar({"ACME": (price,) * 4}, actions=(action,))
    return lived(world, start)


def options() -> Life:
    """A bought call that is exercised and a written put that expires worthless."""
    expires = T0 + 3 * DAY
    listed = [
        stock(right, kind=Kind.OPTION, multiplier=D(100), option=terms)
        for right in Right
        for terms in [OptionTerms(on="ACME", right=right, strike=D(100), expires=expires)]
    ]
    rule = OptionRule(share=D("0.20"), least=D("0.10"))
    world = World(broker(options=rule), stock(), *listed)
    start = begin(world)
    orders = [
        c.PlaceOrder(symbol="call", side=Side.BUY, quantity=D(2)),
        c.PlaceOrder(symbol="put", side=Side.SELL, quantity=D(1)),
    ]
    for price, *wishes in (("100", c.Deposit(amount=D("10000.00"))), ("100", *orders), ("110",)):
        row = (price,) * 4
        world.bar({"ACME": row, "call": ("4",) * 4, "put": ("3",) * 4}, *wishes)
    return lived(world, start)


def nights() -> Life:
    """A week of a contract that pays for the night, long and then short."""
    terms = Overnight(admin=D("0.03"), benchmark=D("0.0388"))
    world = World(venue(currency="USD", overnight=(terms,)), perpetual(currency="USD"))
    start = begin(world)
    one = {"symbol": "BTC", "mode": Mode.CROSS}
    world.flat(
        100, c.Deposit(amount=D("1000.00")), c.PlaceOrder(side=Side.BUY, quantity=D(5), **one)
    )
    world.flat(101)
    world.flat(102, c.PlaceOrder(side=Side.SELL, quantity=D(9), **one))
    for price in (101, 100, 99, 98):
        world.flat(price)
    return lived(world, start)


def savings() -> Life:
    """Cash that earns, with a short before it."""
    half = RateTier(floor=D(100), rate=D("-0.005"))
    credit = CreditInterest(benchmark=D("0.0388"), idle=(half,), short=(half,))
    world = World(broker(credit=credit), stock())
    start = begin(world)
    sell = c.PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(50))
    world.flat("100.00", c.Deposit(amount=D("10000.00")), sell)
    for price in ("101.00", "99.00", "98.00"):
        world.flat(price)
    return lived(world, start)


def first_call() -> Life:
    """A loan, nine days of interest, a call that is waited out, and the forced sale."""
    world = World(broker(), stock())
    start = begin(world)
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2))
    world.flat("100.00", c.Deposit(amount=D("10000.00")), buy)
    for price in ("99.00", "96.00", "94.00", "90.00", "86.00", "84.00", "81.00", "75.00"):
        world.flat(price)
    world.flat("70.00")
    world.flat("62.00")
    world.flat("62.00", c.Deposit(amount=D("500.00")), c.Sweep(amount=D("0.01")))
    return lived(world, start)


def by_the_hour(calendar: Calendar = Calendar.CLOCK) -> Life:
    """Loans with an hour charged at the drawing, fees of holding, and rules that change."""
    interest = replace(broker().interest, post_every=HOUR, calendar=calendar, first_period=True)
    book = broker(
        interest=interest,
        opening_fee=D("0.0001"),
        rollover=Rollover(fee=D("0.0001"), every=4 * HOUR),
        borrow_fee=BorrowFee(rate=D("0.36"), every=HOUR),
    )
    world = World(book, stock(), stock("BETA"), interval=HOUR)
    start = begin(world)
    row = {"ACME": (100,) * 4, "BETA": (100,) * 4}
    buy = c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(150))
    short = c.PlaceOrder(symbol="BETA", side=Side.SELL, quantity=D(20))
    world.bar(row, c.Deposit(amount=D("12000.00")), buy, short)
    world.bar(row, c.Borrow(amount=D(500)))
    world.bar(row, c.ChangeRules(rules={"loan_rate": "0.16", "day_count": "365"}, cause="a test"))
    for _ in range(3):
        world.bar(row)
    world.bar(row, c.ClosePosition(symbol="ACME", fraction=D("0.5")))
    return lived(world, start)


def long_life(bars: int = 60) -> Life:
    """A fixed life of many events, the same every time."""
    plan = [
        Move(
            gap=(n * 37) % 61 - 30,
            up=(n * 53) % 90,
            down=(n * 71) % 90,
            close=(n * 389) % 1000,
            wish=WISHES[(n * 5) % len(WISHES)],
            size=1 + (n * 29) % 100,
        )
        for n in range(bars)
    ]
    return play(perpetual_world(), plan)
