"""How prices enter the core: bars, the step of time they bring, and the market at one moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from ledger.frozen import quick, scratch
from ledger.market.corporate import CorporateAction
from ledger.money import ZERO
from ledger.times import Time


@scratch
@dataclass(frozen=True)
class Bar:
    """Four prices of one interval; `time` is when it opens. The order between them is unknown."""

    time: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal

    def at_open(self) -> "Bar":
        """What is known of the bar while it is open: a flat one, nothing traded yet."""
        return Bar(self.time, self.open, self.open, self.open, self.open, ZERO)


@scratch
@dataclass(frozen=True, kw_only=True)
class Step:
    """One advance of the clock, from `time` to `closes`: the bars that are open meanwhile.

    A bar that does not end with the step is given as far as it is known: flat, at its open. `marks`
    holds the mark-price bar that begins with a bar, if there is a mark tape, `later_marks` those
    that follow it inside that bar, in order; `funding` the rates stamped since the last step and
    before `closes`, oldest first; `session_end` whether a session ends with this step's close;
    `sessions` the closes of the sessions after the one this step is in. If the symbols trade in
    several markets, those outside the first have their sessions in `elsewhere`, and `ended` names
    the symbols whose session ends, `None` all of them; `actions` are the dividends and splits that
    take effect at its open.
    """

    time: Time
    closes: Time
    bars: Mapping[str, Bar]
    marks: Mapping[str, Bar] = field(default_factory=dict)
    later_marks: Mapping[str, tuple[Bar, ...]] = field(default_factory=dict)
    funding: Mapping[str, tuple[tuple[Time, Decimal], ...]] = field(default_factory=dict)
    session_end: bool = True
    sessions: tuple[Time, ...] = ()
    elsewhere: Mapping[str, tuple[Time, ...]] = field(default_factory=dict)
    ended: frozenset[str] | None = None
    actions: tuple[CorporateAction, ...] = ()

    def ends_session(self, symbols: Iterable[str]) -> bool:
        """Whether a session of one of these symbols ends with the step."""
        return self.session_end and (self.ended is None or not self.ended.isdisjoint(symbols))


class History(Protocol):
    """What the core may ask about the past of a tape."""

    def extremes(self, symbol: str, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        """Lowest low and highest high of the bars with since <= time < until.

        Prices from before a split are restated as they would be after it.
        """
        ...

    def bar(self, symbol: str, time: Time, now: Time) -> Bar | None:
        """The bar that opened at a time, if one did, in prices as of `now`."""
        ...

    def funding_rate(self, symbol: str, until: Time) -> Decimal | None:
        """The rate of the last stamp up to a time, as a fraction of the notional."""
        ...


class NoHistory:
    """A past of which nothing is known."""

    def extremes(self, symbol: str, since: Time, until: Time) -> tuple[Decimal, Decimal] | None:
        return None

    def bar(self, symbol: str, time: Time, now: Time) -> Bar | None:
        return None

    def funding_rate(self, symbol: str, until: Time) -> Decimal | None:
        return None


@quick
@dataclass(frozen=True, kw_only=True)
class Market:
    """Prices at one moment: `last` is traded, `mark` is what margin is judged by.

    `trading` names the symbols whose bar is open now: only they fill market orders at once. `low`
    and `high` limit the price of a fill inside the running bar.
    """

    time: Time
    last: Mapping[str, Decimal]
    mark: Mapping[str, Decimal]
    marked: frozenset[str] = frozenset()
    """Symbols judged by a mark tape in this step; the others are judged by the last price."""
    trading: frozenset[str] = frozenset()
    bars: Mapping[str, Bar] = field(default_factory=dict)
    sessions: tuple[Time, ...] = ()
    elsewhere: Mapping[str, tuple[Time, ...]] = field(default_factory=dict)
    """The same for symbols that trade in another market than the first."""
    history: History = field(default_factory=NoHistory, compare=False)

    def has_mark(self, *symbols: str) -> bool:
        """Whether any of these symbols is judged by a mark."""
        return not self.marked.isdisjoint(symbols)

    def sessions_of(self, symbols: Iterable[str]) -> tuple[Time, ...]:
        """The closes of the next sessions; with several markets, each time the last to close."""
        if not self.elsewhere:
            return self.sessions
        ahead = {self.elsewhere.get(symbol, self.sessions) for symbol in symbols}
        return tuple(map(max, zip(*ahead, strict=False))) if ahead else self.sessions
