"""Worlds for the fast-forward: tapes with holes, several intervals, and books of every shape.

A journey is drawn from one seed. Its tapes are long enough that most of their bars are quiet; what
the trader wants is decided against the account where he stands, as in `scripts`.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace
from typing import Any

from ledger.account import commands as c
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.state import Convention, Side, open_account
from ledger.books.store import Batch, Record
from ledger.books.writer import MemoryWriter, Ticket
from ledger.market.carry import (
    BorrowFee,
    Calendar,
    Capitalize,
    Counted,
    Interest,
    RateTier,
    Rollover,
)
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.rulebook import (
    Band,
    ExitAmount,
    ExitOrder,
    Funding,
    Judged,
    Level,
    Mode,
    Offset,
    OptionRule,
    Rulebook,
    Rung,
)
from ledger.market.schedule import Basis, Schedule
from ledger.market.tape import FundingTape, Tape
from ledger.market.times import DAY, HOUR
from ledger.practice.session import Session
from ledger.practice.timeline import Phase, Timeline
from tests.laws.scripts import FLOORS, SMALL_TIERS, TICK, WISHES, Script, Wish, meaning, wish
from tests.worlds import D, broker, level, perpetual, stock, venue

SYMBOLS = ("MID", "ZED", "ACE", "LOW")
START = 1_706_572_800
"""2024-01-30T00:00:00Z: a month ends soon."""

MINUTE = 60

Doing = dict[tuple[int, Phase], list[Wish]]
Done = dict[tuple[int, Phase], list[c.TraderCommand]]


@dataclass
class Journey:
    """A world, and what the trader tries at which bars: at the open, or after the close."""

    book: Rulebook
    mode: Mode
    convention: Convention
    instruments: dict[str, Instrument]
    timeline: Timeline
    wishes: Doing
    script: Script


class Collected(MemoryWriter):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[Record] = []

    def submit(self, batch: Batch, then: Any = None) -> Ticket:
        self.records += batch.records
        return super().submit(batch, then)


def journey(seed: int, bars: int = 250) -> Journey:
    """The journey of a seed."""
    chance = Random(seed)
    many = chance.choice((1, 1, 2, 3, 4))
    loan = chance.random() < 0.5
    book = _lender(chance) if loan else _perpetuals(chance)
    base = chance.choice((300, HOUR, HOUR, DAY))
    inverse = not loan and chance.random() < 0.2
    if inverse:
        book = replace(book, currency="BTC", contract=Kind.INVERSE)
    instruments = _instruments(chance, many, loan, START + base * bars)
    if inverse:
        terms = {"kind": Kind.INVERSE, "currency": "BTC", "multiplier": D(10_000)}
        instruments = {symbol: replace(i, **terms) for symbol, i in instruments.items()}
    return Journey(
        book=book,
        mode=chance.choice(book.modes),
        convention=chance.choice(tuple(Convention)),
        instruments=instruments,
        timeline=_timeline(chance, instruments, base, bars, loan),
        wishes=_wishes(chance, bars, many),
        script=Script(kind="broker" if loan else "both", many=many, fees=False, ohlc=False),
    )


def session_of(one: Journey) -> tuple[Session, Collected]:
    """A session at the start of the journey, and what it will have kept."""
    keeper = Collected()
    account = open_account("walker", one.book, one.mode, one.convention, one.instruments)
    return Session(account, one.timeline, keeper), keeper


# books


def _lender(chance: Random) -> Rulebook:
    shape = chance.choice(("rate", "floors", "liabilities", "used", "tiers"))
    basis = {"liabilities": Basis.LIABILITIES, "used": Basis.USED_MARGIN}.get(shape, Basis.VALUE)
    house, exchange = (
        Schedule(
            name=name,
            long_rate=rate,
            short=FLOORS if shape == "floors" else None,
            basis=basis,
            tiers=SMALL_TIERS if shape == "tiers" else (),
            amount=_amount(chance) if shape == "tiers" else None,
            close_fee=chance.choice((D(0), D(0), D("0.001"))),
        )
        for name, rate in (("house", D("0.40")), ("exchange", D("0.30")))
    )
    multiples = ("1.1", "1", "1") if shape in ("rate", "floors") else ("0.5", "0.4", "0.3")
    interest = Interest(
        tiers=(RateTier(floor=D(0), rate=D("0.8")), RateTier(floor=D(5000), rate=D("0.5"))),
        post_every=chance.choice((HOUR, HOUR, 4 * HOUR, DAY, 1_234)),
        capitalize=chance.choice(tuple(Capitalize)),
        calendar=chance.choice(tuple(Calendar)),
        counted=chance.choice(tuple(Counted)),
        first_period=chance.random() < 0.3,
    )
    modes = (
        (Mode.CROSS,),
        (Mode.CROSS, Mode.ISOLATED),
        (Mode.ISOLATED,),
        (Mode.SMART,),
        (Mode.SMART,),
    )
    book = broker(
        modes=chance.choice(modes),
        interest=interest,
        schedules=(house, exchange),
        levels=_levels(chance, ("house", "house", "exchange"), multiples),
        offset=Offset(matched=chance.choice((D(0), D("0.3"), D(1)))),
        taker_fee=chance.choice((D(0), D("0.0005"))),
        stop_slippage=chance.choice((D(0), D("0.01"))),
        minimum_equity=D(0),
        auto_repay=chance.random() < 0.7,
        options=OptionRule(share=D("0.2"), least=D("0.1")),
        rollover=_sometimes(chance, Rollover(fee=D("0.0002"), every=4 * HOUR)),
        borrow_fee=_sometimes(chance, BorrowFee(rate=D("0.2"))),
    )
    exit_ = replace(
        book.forced_exit,
        amount=chance.choice(tuple(ExitAmount)),
        order=chance.choice(tuple(ExitOrder)),
        protected=chance.random() < 0.3,
    )
    return replace(book, forced_exit=exit_)


def _perpetuals(chance: Random) -> Rulebook:
    modes = (
        (Mode.ISOLATED,),
        (Mode.CROSS,),
        (Mode.ISOLATED, Mode.CROSS),
        (Mode.SMART,),
        (Mode.SMART,),
    )
    tiers = SMALL_TIERS if chance.random() < 0.7 else SMALL_TIERS[:1]
    schedule = Schedule(
        name="venue",
        tiers=tiers,
        amount=_amount(chance),
        at_entry=chance.random() < 0.2,
        close_fee=chance.choice((D(0), D(0), D("0.001"))),
    )
    rate = chance.choice((D("0.5"), D("-0.5"), None))
    book = venue(
        modes=chance.choice(modes),
        levels=_levels(chance, ("venue",) * 3, ("1.5625", "1.25", "1")),
        offset=Offset(matched=chance.choice((D(0), D("0.3"), D(1)))),
        funding=_sometimes(chance, Funding(every=8 * HOUR, rate=rate)),
        protected=chance.random() < 0.7,
        taker_fee=chance.choice((D(0), D("0.0005"))),
        rollover=_sometimes(chance, Rollover(fee=D("0.0002"), counted=Counted.BEGUN)),
    )
    return replace(book, schedules=(schedule,))


def _sometimes(chance: Random, thing: Any) -> Any:
    return thing if chance.random() < 0.3 else None


def _amount(chance: Random) -> Any:
    return D(chance.choice((0, 5, 40))) if chance.random() < 0.2 else None


def _levels(
    chance: Random, schedules: Sequence[str], multiples: Sequence[str]
) -> tuple[Level, ...]:
    inclusive, judged = chance.random() < 0.5, chance.choice(tuple(Judged))
    share = D("0.97") if chance.random() < 0.2 else D(1)
    due = chance.choice((None, 0, 1, 2))
    warning, call, last = (
        level(rung, schedule, multiple, Judged.ALWAYS, inclusive=inclusive, share=share)
        for rung, schedule, multiple in zip(Rung, schedules, multiples, strict=True)
    )
    call = replace(call, judged=judged, due_sessions=due)
    last = replace(last, calls=chance.random() < 0.5)
    if chance.random() < 0.2:
        last = replace(last, judged=judged)
    if chance.random() < 0.2:
        half = Band(max_leverage=D(5), multiple=last.multiple / 2)
        last = replace(last, bands=(half, Band(max_leverage=D(200), multiple=last.multiple)))
    return chance.choice(((warning, call, last), (warning, call, last), (call, last), (last,)))


# tapes


def _instruments(chance: Random, many: int, loan: bool, end: int) -> dict[str, Instrument]:
    made, lot = (stock, D(1)) if loan else (perpetual, D("0.001"))
    underlying = "ONE" if chance.random() < 0.7 else ""
    found = {
        symbol: made(symbol, tick=TICK, lot=lot, underlying=underlying) for symbol in SYMBOLS[:many]
    }
    if loan and many > 1 and chance.random() < 0.4:
        right, ends = chance.choice(tuple(Right)), chance.choice((START + DAY, (START + end) // 2))
        terms = OptionTerms(on="MID", right=right, strike=D(100), expires=ends)
        found["ZED"] = replace(found["ZED"], kind=Kind.OPTION, multiplier=D(10), option=terms)
    return found


def _timeline(
    chance: Random, instruments: dict[str, Instrument], base: int, bars: int, loan: bool
) -> Timeline:
    hours = chance.choice((24, 24, 7))
    tapes = {
        symbol: _tape(chance, symbol, base * chance.choice((1, 1, 1, 4)), base * bars, hours)
        for symbol in instruments
    }
    marks = {}
    funding = {}
    if not loan:
        for symbol, tape in tapes.items():
            if chance.random() < 0.5:
                marks[symbol] = _mark(chance, tape)
            if chance.random() < 0.6:
                funding[symbol] = _funding(chance, symbol, base * bars)
    return Timeline(tapes, START, START + base * bars, marks, funding)


def _tape(chance: Random, symbol: str, interval: int, length: int, hours: int) -> Tape:
    """A walk in ticks with gaps, holes and nights."""
    wild, drift = chance.choice((1, 2, 2, 4)), chance.choice((-0.3, 0, 0, 0.3))
    rows: list[tuple[int, ...]] = []
    ticks, missing = 200, chance.choice((0, 0, 0.02, 0.2))
    hole = 0
    for time in range(START, START + length, interval):
        if time % DAY >= hours * HOUR or hole > 0:
            hole -= 1
            continue
        if chance.random() < missing:
            hole = chance.choice((1, 1, 2, 30))
        gap = round(chance.gauss(drift, wild)) if chance.random() < 0.3 else 0
        first = max(ticks + gap, 2)
        high = first + abs(round(chance.gauss(0, wild)))
        low = max(first - abs(round(chance.gauss(0, wild))), 1)
        ticks = chance.randint(low, high)
        rows.append((time, *(5 * price for price in (first, high, low, ticks))))
    return _made(symbol, interval, rows or [(START, 1000, 1000, 1000, 1000)], "0.1")


def _mark(chance: Random, tape: Tape) -> Tape:
    """Beside the price and on a finer step, with holes of its own."""
    away, lean = chance.choice((0, 3, 20)), chance.choice((0, 0, -500, 500))
    holes = chance.choice((0, 0.1, 0.3))
    rows = []
    for number, time in enumerate(tape.times):
        if chance.random() >= holes:
            shift = lean + chance.randint(-away, away)
            prices = (tape.opens, tape.highs, tape.lows, tape.closes)
            rows.append((time, *(10 * column[number] + shift for column in prices)))
    return _made(tape.symbol, tape.interval, rows or [(0, 1, 1, 1, 1)], "0.01")


def _made(symbol: str, interval: int, rows: list[tuple[int, ...]], step: str) -> Tape:
    times, opens, highs, lows, closes = (array("q", column) for column in zip(*rows, strict=True))
    return Tape(
        symbol=symbol,
        source=symbol,
        interval=interval,
        continuous=True,
        step=D(step),
        volume_step=D(1),
        sha256=symbol,
        holes=0,
        times=times,
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        volumes=array("q", [1]) * len(times),
    )


def _funding(chance: Random, symbol: str, length: int) -> FundingTape:
    every = chance.choice((HOUR, 8 * HOUR, 8 * HOUR))
    times = array("q", range(START - START % every, START + length, every))
    rates = array("q", (chance.randint(-30, 30) for _ in times))
    return FundingTape(
        symbol=symbol, source=symbol, step=D("0.0001"), sha256=symbol, times=times, rates=rates
    )


# the trader


def _wishes(chance: Random, bars: int, many: int) -> Doing:
    found: Doing = {(0, Phase.OPEN): [("deposit", 0, 250, 0, 0)] * 2}
    hedged = chance.random() < 0.5
    for number in range(chance.choice((1, 2, many, 2 * many))):
        word, _, b, x, y = wish(chance, {"order": 1})
        side = (x & ~1) + number % 2 if hedged else x
        found[0, Phase.OPEN].append((word, number, b % 8, side, y))  # at the market
    for _ in range(chance.randint(2, 14)):
        when = (
            chance.randrange(bars * 2 // 3),
            chance.choice((Phase.OPEN, Phase.OPEN, Phase.CLOSED)),
        )
        found.setdefault(when, []).append(
            wish(chance, {**WISHES, "write": 2, "incident": 3, "rules": 2})
        )
    return found


def meant(one: Journey, session: Session, wished: Wish) -> c.TraderCommand:
    """The command that a wish stands for where the session is now."""
    word, a, b, x, y = wished
    symbols = list(one.instruments)
    if word == "write":
        options = [s for s, i in one.instruments.items() if i.option is not None]
        return c.PlaceOrder(
            symbol=(options or symbols)[0], side=Side.SELL, quantity=D(1 + b % 20), leverage=D(1)
        )
    if word == "incident":
        kinds = tuple(IncidentKind)
        return c.StartIncident(
            kind=kinds[a % len(kinds)],
            lasts=HOUR * (1 + b % 30),
            symbol=symbols[x % len(symbols)],
            share=D(1 + y % 10) / 20,
            seconds=MINUTE * (1 + y),
            seed=b,
            figure=D(1 + x % 4) / 10 if a % 13 else D(5),
            stops=tuple(StopsThere)[b % 2],
        )
    if word == "rules":
        rates = {"loan_rate": D(x % 4) / 2, "maintenance_margin": D(1 + x % 4) / 10}
        keys = list(rates) if one.script.kind == "broker" else ["trade_fee"]
        key = keys[a % len(keys)]
        return c.ChangeRules(rules={key: str(rates.get(key, D("0.001")))}, cause="a test")
    world: Any = SimpleNamespace(account=session.account, market=session.market)
    command: c.TraderCommand = meaning(world, one.script, wished)  # type: ignore[assignment]
    return command
