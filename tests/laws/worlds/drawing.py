"""What a world is made of, all of it from one seed: rules, instruments, bars, and wishes.

Prices are drawn in ticks, so that every size of tick sees the same kinds of market: gaps, holes,
spikes, marks beside the price and finer than it, funding, dividends, splits, a symbol whose bars
last longer than the others', and at times prices below zero.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from ledger.account.state import Convention
from ledger.frozen import replace
from ledger.market.corporate import CorporateAction, Ratio
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.quote import Bar, Step
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.money import ONE, atom, ceil_to, trim
from ledger.times import DAY, HOUR
from tests.laws.worlds import books
from tests.worlds import T0, D

START = T0 + 26 * DAY
"""A few days before a month ends, so that what falls due monthly does."""
INTERVALS = (300, HOUR, HOUR, 4 * HOUR, 8 * HOUR, DAY, DAY)
STAMP = 8 * HOUR


@dataclass(frozen=True)
class Size:
    """The steps of an instrument and the price that it starts at, in ticks."""

    tick: str
    start: int
    lot: str
    multiplier: str = "1"
    least: int = 1
    """The lowest price, in ticks: below zero for what has been there."""


SIZES = (
    Size("0.00000001", 130, "1000"),
    Size("0.0001", 600, "1"),
    Size("0.01", 450, "1"),
    Size("0.01", 3_000, "1"),
    Size("0.5", 200, "1"),
    Size("0.01", 4_900, "0.0001"),
    Size("0.01", 9_000, "0.001"),
    Size("0.1", 400_000, "0.00001"),
    Size("0.25", 9_000, "1", "5"),
    Size("0.1", 20_000, "0.01", "0.1"),
    Size("1", 100_000, "0.001"),
    Size("0.01", 2_000, "1", "100"),
)
BELOW_ZERO = Size("0.01", 300, "1", "10", -3_000)
COINS = (
    Size("0.5", 80_000, "1"),
    Size("0.1", 300_000, "1", "100"),
    Size("0.0001", 5_000, "1", "10"),
    Size("1", 100_000, "1"),
    Size("0.00000001", 150, "1", "0.00001"),
)
"""Inverse contracts: of so many units of money each."""


@dataclass(frozen=True)
class Setting:
    """A world before its first bar, its bars, and what the trader will try at each of them."""

    seed: int
    venue: str
    book: Rulebook
    rules: dict[str, str]
    mode: Mode
    convention: Convention
    instruments: tuple[Instrument, ...]
    money: Decimal
    steps: tuple[Step, ...]
    ends: tuple[Step, ...]
    """The same steps as they are known where they end: longer bars are whole only then."""
    wild: Decimal
    """About how far a bar goes, as a part of the price."""

    @property
    def contracts(self) -> bool:
        return self.book.kind is AccountKind.DERIVATIVES


def draw(seed: int) -> Setting:
    """The world of a seed."""
    chance = Random(seed)
    name = chance.choice(books.names())
    book, rules = books.book(name, chance.choice((0, chance.randrange(books.VARIANTS))))
    sizes = [_size(chance, book) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
    interval, bars = chance.choice(INTERVALS), chance.randint(5, 11)
    wild = D(chance.choice((5, 10, 20, 40, 80, 150))) / 1000
    listed = _instruments(chance, book, sizes, START + chance.randint(1, bars) * interval)
    mode = chance.choice(book.modes)
    convention = Convention.OHLC if chance.random() < 0.3 else Convention.WORST
    money = _money(chance, book, listed[0], sizes[0])
    more = Random(f"more:{seed}")
    steps = _steps(chance, more, book, listed, sizes, interval, bars, wild)
    return Setting(
        seed=seed,
        venue=name,
        book=book,
        rules=rules,
        mode=mode,
        convention=convention,
        instruments=tuple(listed),
        money=money,
        steps=tuple(opens for opens, _ in steps),
        ends=tuple(ends for _, ends in steps),
        wild=wild,
    )


def _size(chance: Random, book: Rulebook) -> Size:
    if book.contract is Kind.INVERSE:
        return chance.choice(COINS)
    return BELOW_ZERO if chance.random() < 0.03 else chance.choice(SIZES)


NAMES = ("MID", "ZED", "ACE")


def _instruments(
    chance: Random, book: Rulebook, sizes: list[Size], expires: int
) -> list[Instrument]:
    """What is listed: the venue's own kind, and beside it at times a token, an option, or
    something on the same underlying."""
    found: list[Instrument] = []
    for name, size in zip(NAMES, sizes, strict=False):
        kind = book.trades
        if found and kind is not Kind.INVERSE:
            kind = chance.choice((kind, kind, kind, Kind.TOKEN))
        if found and kind is Kind.SPOT and size.least > 0 and chance.random() < 0.4:
            kind = Kind.OPTION
        found.append(
            Instrument(
                symbol=name,
                kind=kind,
                tick=D(size.tick) if kind is not Kind.OPTION else found[0].tick,
                lot=D(size.lot),
                currency=book.currency,
                multiplier=D(size.multiplier),
                min_notional=D(chance.choice((0, 0, 0, 5))) * 10 * atom(book.currency),
                underlying="U" if Mode.SMART in book.modes and chance.random() < 0.7 else "",
                option=_terms(chance, found[0], sizes[0], expires) if kind is Kind.OPTION else None,
            )
        )
    return found


def _terms(chance: Random, on: Instrument, size: Size, expires: int) -> OptionTerms:
    strike = max(D(round(size.start * chance.uniform(0.8, 1.2))), ONE) * on.tick
    return OptionTerms(
        on=on.symbol,
        right=chance.choice(list(Right)),
        strike=trim(strike),
        expires=expires + (0 if chance.random() < 0.5 else 90 * DAY),
    )


def _money(chance: Random, book: Rulebook, first: Instrument, size: Size) -> Decimal:
    """What is paid in first: some hundred lots' worth, and enough to be lent on."""
    lot = abs(first.notional(first.lot, D(size.start) * first.tick))
    least = D(3000) if book.minimum_equity else 1000 * atom(book.currency)
    many = lot * D(chance.choice((20, 100, 400, 2000)))
    money = ceil_to(max(many, least) * D(chance.randint(50, 200)) / 100, atom(book.currency))
    return min(max(money, least), D(10) ** 9)


# bars


def _steps(
    chance: Random,
    more: Random,
    book: Rulebook,
    listed: list[Instrument],
    sizes: list[Size],
    interval: int,
    bars: int,
    wild: Decimal,
) -> list[tuple[Step, Step]]:
    """Each step as it is known where it begins, and where it ends. `more` draws what was drawn last
    into these worlds, so that they stay what they were otherwise."""
    marked = {
        i.symbol: chance.randint(-30, 30)
        for i in listed
        if book.kind is AccountKind.DERIVATIVES and not i.owned and chance.random() < 0.35
    }
    funded = book.kind is AccountKind.DERIVATIVES and chance.random() < 0.6
    long = more.choice((2, 3, 4)) if len(listed) > 1 and more.random() < 0.3 else 1
    slow = listed[-1].symbol if long > 1 and listed[-1].kind is not Kind.OPTION else None
    finely = {s: more.choice((2, 3)) for s in marked if more.random() < 0.4}
    paths = [_Path(chance, i, s, wild) for i, s in zip(listed, sizes, strict=True)]
    steps, time, running = [], START, None
    for number in range(bars):
        splits = _splits(more, listed, number)
        for path in paths:
            path.split(splits.get(path.listed.symbol))
        rows = {
            path.listed.symbol: path.row(first=not number)
            for path in paths
            if path.listed.symbol != slow or number % long == 0
        }
        for path in paths:
            if path.listed.option is not None:
                rows[path.listed.symbol] = path.option_row(paths[0])
        closes = time + interval
        seen = {s: Bar(time, *row, volume=ONE) for s, row in rows.items() if row is not None}
        marks = _marks(seen, marked, listed)
        later = {s: _finely(more, marks, s, n, interval) for s, n in finely.items() if s in marks}
        if slow is not None and number % long == 0:
            running = (seen.pop(slow, None), marks.pop(slow, None), later.pop(slow, ()))
        ends = {**seen}, {**marks}, {**later}
        if slow is not None and running is not None and running[0] is not None:
            _run_on(slow, running, number % long == long - 1, (seen, marks, later), ends)
        close_of_day = closes // DAY != time // DAY
        ahead = (closes // DAY + 1) * DAY
        if seen:
            actions = _dividends(chance, listed, sizes, seen, number)
            given = Step(
                time=time,
                closes=closes,
                bars=seen,
                marks=marks,
                later_marks=later,
                funding=_funding(chance, listed, time, closes) if funded else {},
                session_end=close_of_day,
                actions=(*_split_actions(splits, seen, time), *actions),
                sessions=tuple(ahead + n * DAY for n in range(6)),
            )
            steps.append((given, _known_at_the_end(given, *ends)))
        hole = chance.choice((1, 3)) * interval if chance.random() < 0.06 else 0
        time = closes + (hole if slow is None else 0)
    return steps


Known = tuple[dict[str, Bar], dict[str, Bar], dict[str, tuple[Bar, ...]]]


def _known_at_the_end(given: Step, bars: Any, marks: Any, later: Any) -> Step:
    """The step when it ends: with all that was in the bars that end with it."""
    return replace(given, bars=bars, marks=marks, later_marks=later)


def _run_on(slow: str, running: Any, last: bool, opens: Known, ends: Known) -> None:
    """A bar that lasts several steps stands at its open until the last of them ends."""
    bar, mark, later = running
    opens[0][slow] = ends[0][slow] = bar.at_open()
    if mark is not None:
        opens[1][slow] = ends[1][slow] = mark.at_open()
    if last:
        ends[0][slow] = bar
        if mark is not None:
            ends[1][slow] = mark
        if later:
            ends[2][slow] = later


def _finely(
    more: Random, marks: dict[str, Bar], symbol: str, many: int, interval: int
) -> tuple[Bar, ...]:
    """Marks finer than the price: the first stays in its place, the others go on from its close
    inside what it has seen."""
    first = marks[symbol]
    found, last = [], first.close
    for number in range(1, many):
        ends = [first.low, first.high, first.open, first.close]
        close = more.choice(ends)
        far = more.choice(ends)
        at = first.time + interval * number // many
        found.append(Bar(at, last, max(last, far, close), min(last, far, close), close, volume=ONE))
        last = close
    return tuple(found)


def _splits(more: Random, listed: list[Instrument], number: int) -> dict[str, Ratio]:
    """Now and then a share is split, or some are made one; where options are written on nothing."""
    optioned = any(i.kind is Kind.OPTION for i in listed)
    return {
        i.symbol: Ratio.of(more.choice(("2:1", "4:1", "3:2", "1:2", "1:10")))
        for i in listed
        if i.kind is Kind.SPOT and number and more.random() < 0.08 and not optioned
    }


def _split_actions(
    splits: dict[str, Ratio], seen: dict[str, Bar], time: int
) -> tuple[CorporateAction, ...]:
    return tuple(
        CorporateAction(symbol=symbol, at=time, split=str(ratio))
        for symbol, ratio in splits.items()
        if symbol in seen and seen[symbol].time == time
    )


def _marks(
    seen: dict[str, Bar], marked: dict[str, int], listed: list[Instrument]
) -> dict[str, Bar]:
    """The mark runs beside the price, so many ticks above or below it."""
    ticks = {i.symbol: i.tick for i in listed}
    found = {}
    for symbol, bar in seen.items():
        if symbol in marked:
            tick = ticks[symbol]
            away = D(marked[symbol]) * tick * (1 if bar.low > 60 * tick else 0)
            moved = (price + away for price in (bar.open, bar.high, bar.low, bar.close))
            found[symbol] = Bar(bar.time, *moved, volume=ONE)
    return found


def _funding(
    chance: Random, listed: list[Instrument], time: int, closes: int
) -> dict[str, tuple[tuple[int, Decimal], ...]]:
    first = (time // STAMP + 1) * STAMP
    return {
        i.symbol: tuple(
            (at, D(chance.choice((-300, -10, 0, 1, 10, 75, 500))) / 100_000)
            for at in range(first, closes + 1, STAMP)
        )
        for i in listed
        if not i.owned
    }


def _dividends(
    chance: Random, listed: list[Instrument], sizes: list[Size], seen: dict[str, Bar], number: int
) -> tuple[CorporateAction, ...]:
    """Now and then a few ticks a share on what is owned."""
    return tuple(
        CorporateAction(
            symbol=i.symbol, at=bar.time, dividend=trim(max(size.start // 50, 1) * i.tick)
        )
        for i, size in zip(listed, sizes, strict=True)
        if i.kind is Kind.SPOT and number and (bar := seen.get(i.symbol)) is not None
        if chance.random() < 0.02
    )


class _Path:
    """One symbol's prices as they go on."""

    def __init__(self, chance: Random, listed: Instrument, size: Size, wild: Decimal) -> None:
        self.chance, self.listed, self.least = chance, listed, size.least
        self.ticks = size.start
        self.far = max(float(size.start) * float(wild), 1.0)
        self.drift = chance.choice((-0.6, -0.3, 0.0, 0.0, 0.3, 0.6)) * self.far
        self.told: tuple[int, int, int, int] = (size.start,) * 4

    def split(self, by: Ratio | None) -> None:
        """From here on a unit is a part of what it was, or several."""
        if by is not None:
            self.ticks = max(round(by.price(D(self.ticks))), self.least)

    def row(self, *, first: bool) -> tuple[Decimal, Decimal, Decimal, Decimal] | None:
        """The next bar; the first one stands still, so that everything can be bought."""
        chance, self.told = self.chance, (self.ticks,) * 4
        if first:
            return self._prices()
        if chance.random() < 0.08:
            return None
        gap = 0.0 if chance.random() < 0.5 else chance.gauss(self.drift / 2, self.far)
        if chance.random() < 0.04:
            gap *= 4
        opens = max(round(self.ticks + gap), self.least)
        high = opens + abs(round(chance.gauss(0, self.far)))
        low = max(opens - abs(round(chance.gauss(0, self.far))), self.least)
        close = min(max(low + round((high - low) * chance.random() + self.drift / 2), low), high)
        self.told, self.ticks = (opens, high, low, close), close
        return self._prices()

    def _prices(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        first, high, low, close = (trim(D(n) * self.listed.tick) for n in self.told)
        return first, high, low, close

    def option_row(self, on: "_Path") -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """An option's prices: what exercising is worth, and something on top."""
        terms, tick = self.listed.option, self.listed.tick
        assert terms is not None
        time_value = D(max(round(self.far * self.chance.uniform(0.2, 2)), 1)) * tick
        worth = [terms.intrinsic(D(n) * on.listed.tick) + time_value for n in on.told]
        first, close = trim(worth[0]), trim(worth[3])
        return first, trim(max(worth)), trim(min(worth)), close
