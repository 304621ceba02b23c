"""Tapes for the fast-forward: with gaps, holes and closed days, of several intervals and starts,
of bars that end inside each other, and of marks that are finer than their prices."""

from array import array
from dataclasses import dataclass, replace
from random import Random

from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.practice.sessions.timeline import Timeline
from ledger.times import DAY, HOUR
from tests.laws.scripts import START_TICKS, TICK
from tests.worlds import D, perpetual, stock

SYMBOLS = ("MID", "ZED", "ACE", "LOW")
START = 1_706_572_800
"""2024-01-30T00:00:00Z, a Tuesday: a month ends soon, and a weekend comes."""


def instruments(chance: Random, book: Rulebook, many: int, end: int) -> dict[str, Instrument]:
    """What is listed; at a lender's an option and a leveraged token may be among it."""
    loan = book.kind is AccountKind.LOAN
    made, lot = (stock, D(1)) if loan else (perpetual, D("0.001"))
    underlying = "ONE" if chance.random() < 0.7 else ""
    found = {
        symbol: made(symbol, tick=TICK, lot=lot, underlying=underlying) for symbol in SYMBOLS[:many]
    }
    if book.contract is Kind.INVERSE:
        terms = {"kind": Kind.INVERSE, "currency": "BTC", "multiplier": D(10_000)}
        found = {symbol: replace(i, **terms) for symbol, i in found.items()}
    if loan and many > 1 and chance.random() < 0.5:
        right, ends = chance.choice(tuple(Right)), chance.choice((START + DAY, (START + end) // 2))
        option = OptionTerms(on="MID", right=right, strike=D(100), expires=ends)
        found["ZED"] = replace(found["ZED"], kind=Kind.OPTION, option=option)
    if loan and many > 2 and chance.random() < 0.4:
        found["ACE"] = replace(found["ACE"], kind=Kind.TOKEN)
    return found


def timeline(
    chance: Random, book: Rulebook, listed: dict[str, Instrument], base: int, bars: int
) -> Timeline:
    """A tape for each, some of them coarser or later; marks and funding at a venue of contracts."""
    market = _Market(
        length=base * bars,
        hours=chance.choice((24, 24, 7)),
        closed=chance.choice(((), (), (2, 3), (1, 2, 3, 4))),
        late=chance.random() < 0.2,
        offset=chance.choice((0, 0, base // 2, base // 4)),
        below_zero=book.contract is not Kind.INVERSE and chance.random() < 0.1,
    )
    trades = chance.choice(tuple(Trades))
    tapes = {
        symbol: replace(
            _tape(chance, one, base * chance.choice((1, 1, 1, 4)), market),
            market=chance.choice((trades, trades, *Trades)),
        )
        for symbol, one in listed.items()
    }
    marks = {}
    funding = {}
    if book.kind is not AccountKind.LOAN:
        for symbol, tape in tapes.items():
            if chance.random() < 0.5:
                marks[symbol] = _mark(chance, tape)
            if chance.random() < 0.8:
                funding[symbol] = _funding(chance, symbol, base * bars)
    return Timeline(tapes, START, START + base * bars, marks, funding)


@dataclass(frozen=True)
class _Market:
    """When it trades: so many hours of a day, not on the `closed` days of a week (0 is Thursday).

    Where tapes are `late`, all but the first begin and end inside the time; every second one is
    `offset` by so many seconds; `below_zero` prices may fall as oil's did.
    """

    length: int
    hours: int
    closed: tuple[int, ...]
    late: bool
    offset: int
    below_zero: bool

    def trades_at(self, time: int) -> bool:
        return time % DAY < self.hours * HOUR and time // DAY % 7 not in self.closed


def _tape(chance: Random, listed: Instrument, interval: int, market: _Market) -> Tape:
    """A walk in ticks with gaps, holes, nights and closed days."""
    wild, drift = chance.choice((1, 2, 2, 4, 8)), chance.choice((-0.4, 0, 0, 0.4))
    ticks = START_TICKS // 8 if listed.option is not None else START_TICKS
    least = -START_TICKS if market.below_zero and listed.option is None else 1
    since, until = START, START + market.length
    if market.late and listed.symbol != SYMBOLS[0]:
        since += chance.randrange(market.length // 4) // interval * interval
        until -= chance.randrange(market.length // 4)
    if SYMBOLS.index(listed.symbol) % 2:
        since += market.offset
    missing, hole = chance.choice((0, 0, 0.02, 0.2)), 0
    if market.below_zero:
        drift = -1
    rows: list[tuple[int, ...]] = []
    for time in range(since, until, interval):
        if not market.trades_at(time) or hole > 0:
            hole -= 1
            continue
        if chance.random() < missing:
            hole = chance.choice((1, 1, 2, 30))
        gap = round(chance.gauss(drift, wild)) if chance.random() < 0.3 else 0
        first = max(ticks + gap, least + 1)
        high = first + abs(round(chance.gauss(0, wild)))
        low = max(first - abs(round(chance.gauss(0, wild))), least)
        ticks = chance.randint(low, high)
        rows.append((time, *(5 * price for price in (first, high, low, ticks))))
    return _made(listed.symbol, interval, rows or [(START, 1000, 1000, 1000, 1000)], "0.1")


def _mark(chance: Random, tape: Tape) -> Tape:
    """Beside the price and on a finer step, with holes of its own; some have several bars to one of
    the price, which reach beyond it."""
    away, lean = chance.choice((0, 3, 20)), chance.choice((0, 0, -500, 500))
    holes, parts = chance.choice((0, 0.1, 0.3)), chance.choice((1, 1, 2, 4))
    rows = []
    for number, time in enumerate(tape.times):
        for part in range(parts):
            at = time + part * (tape.interval // parts)
            if at < tape.end_of(number) and chance.random() >= holes:
                shift = lean + chance.randint(-away, away)
                prices = (tape.opens, tape.highs, tape.lows, tape.closes)
                rows.append((at, *(10 * column[number] + shift for column in prices)))
                if part:
                    rows[-1] = _elsewhere(chance, rows[-1])
    return _made(tape.symbol, tape.interval // parts, rows or [(0, 1, 1, 1, 1)], "0.01")


def _elsewhere(chance: Random, row: tuple[int, ...]) -> tuple[int, ...]:
    time, *prices = row
    low, high = min(prices), max(prices)
    ends = sorted(chance.randint(2 * low - high, 2 * high - low) for _ in range(2))
    first, last = (chance.randint(*ends) for _ in range(2))
    return time, first, ends[1], ends[0], last


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
