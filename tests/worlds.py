"""Small worlds for tests: rule books in one line, tapes from a few prices, and a run over them.

The rule books here are the tests' own, named after what they are like; the shipped ones are tested
as files. Prices are given as (open, high, low, close) rows, one minute or one day each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from ledger.account.commands import CloseBar, Command, OpenBar
from ledger.account.events.kinds import Event
from ledger.account.state import Account, Convention, open_account
from ledger.engine.decide import decide
from ledger.market.instrument import Instrument, Kind
from ledger.market.quote import Bar, Market, Step
from ledger.market.rules.rulebook import (
    AccountKind,
    Capitalize,
    ExitAmount,
    ForcedExit,
    Funding,
    Interest,
    Judged,
    Level,
    Mode,
    RateTier,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import Schedule, Tier
from ledger.times import DAY

T0 = 1_704_067_200
"""2024-01-01T00:00:00Z"""
MINUTE = 60

E = TypeVar("E", bound=Event)


D = Decimal


def broker(**changes: Any) -> Rulebook:
    """A US broker: half down, 30 % house at the close, 25 % exchange always, 8 % on 360 days."""
    slippage = changes.pop("slippage", D(0))
    book = Rulebook(
        id="broker",
        title="A broker",
        kind=AccountKind.LOAN,
        currency="USD",
        modes=(Mode.CROSS,),
        health="equity_ratio",
        initial_margin=D("0.5"),
        max_leverage=D(2),
        default_leverage=D(2),
        minimum_equity=D(2000),
        maker_fee=D(0),
        taker_fee=D(0),
        stop_slippage=D(0),
        auto_repay=True,
        clear_band=D("0.01"),
        interest=Interest(
            tiers=(RateTier(floor=D(0), rate=D("0.08")),), capitalize=Capitalize.MONTHLY
        ),
        funding=None,
        schedules=(
            Schedule(name="house", long_rate=D("0.30")),
            Schedule(name="exchange", long_rate=D("0.25")),
        ),
        levels=(
            level(Rung.WARNING, "house", "1.1", Judged.ALWAYS),
            level(Rung.CALL, "house", "1", Judged.CLOSE, due_sessions=2),
            level(Rung.LIQUIDATION, "exchange", "1", Judged.ALWAYS, calls=True),
        ),
        forced_exit=ForcedExit(
            event="force_sold",
            amount=ExitAmount.RESTORE,
            slippage=slippage,
            fee=D(0),
            protected=False,
        ),
    )
    return replace(book, **changes)


def level(rung: Rung, schedule: str, multiple: str, judged: Judged, **more: Any) -> Level:
    return Level(
        rung=rung,
        schedule=schedule,
        multiple=D(multiple),
        judged=judged,
        inclusive=more.pop("inclusive", False),
        **more,
    )


TIERS = (
    Tier(floor=D(0), rate=D("0.004"), max_leverage=D(125)),
    Tier(floor=D(50_000), rate=D("0.005"), max_leverage=D(100)),
    Tier(floor=D(600_000), rate=D("0.0065"), max_leverage=D(75)),
)


def venue(**changes: Any) -> Rulebook:
    """A perpetual venue: half a percent of maintenance at mark, no fees, no debt beyond zero."""
    exit_changes = {k: changes.pop(k) for k in ("slippage", "fee", "protected") if k in changes}
    flat = (Tier(floor=D(0), rate=changes.pop("maintenance", D("0.005")), max_leverage=D(125)),)
    tiers = changes.pop("tiers", flat)
    book = Rulebook(
        id="venue",
        title="A venue",
        kind=AccountKind.DERIVATIVES,
        currency="USDT",
        modes=(Mode.ISOLATED, Mode.CROSS),
        health="margin_ratio",
        initial_margin=D(0),
        max_leverage=D(125),
        default_leverage=D(1),
        minimum_equity=D(0),
        maker_fee=D(0),
        taker_fee=D(0),
        stop_slippage=D(0),
        auto_repay=False,
        clear_band=D("0.01"),
        interest=Interest(),
        funding=Funding(),
        schedules=(Schedule(name="venue", tiers=tiers),),
        levels=(
            level(Rung.WARNING, "venue", "1.5625", Judged.ALWAYS, inclusive=True),
            level(Rung.CALL, "venue", "1.25", Judged.ALWAYS, inclusive=True),
            level(Rung.LIQUIDATION, "venue", "1", Judged.ALWAYS, inclusive=True),
        ),
        forced_exit=replace(
            ForcedExit(
                event="liquidated",
                amount=ExitAmount.POSITION,
                slippage=D(0),
                fee=D(0),
                protected=True,
            ),
            **exit_changes,
        ),
    )
    return replace(book, **changes)


def stock(symbol: str = "ACME", **changes: Any) -> Instrument:
    given = {"tick": D("0.01"), "lot": D(1), "currency": "USD", "kind": Kind.SPOT, **changes}
    return Instrument(symbol=symbol, **given)


def perpetual(symbol: str = "BTC", **changes: Any) -> Instrument:
    given = {"tick": D("0.5"), "lot": D("0.001"), "currency": "USDT", "kind": Kind.LINEAR}
    return Instrument(symbol=symbol, **{**given, **changes})


Row = Sequence[str | int]


class Past:
    """The bars of a world, to be asked of; no splits."""

    def __init__(self) -> None:
        self.bars: list[tuple[str, Bar]] = []

    def extremes(self, symbol: str, since: int, until: int) -> tuple[Decimal, Decimal] | None:
        found = [one for name, one in self.bars if name == symbol and since <= one.time < until]
        return (min(b.low for b in found), max(b.high for b in found)) if found else None

    def bar(self, symbol: str, time: int, now: int) -> Bar | None:
        return next((one for name, one in self.bars if (name, one.time) == (symbol, time)), None)

    def funding_rate(self, symbol: str, until: int) -> Decimal | None:
        return None


class World:
    """One account on a few bars; `play` runs them with what the trader does at each open."""

    def __init__(
        self,
        book: Rulebook,
        *instruments: Instrument,
        mode: Mode | None = None,
        convention: Convention = Convention.WORST,
        interval: int = DAY,
    ) -> None:
        listed = {instrument.symbol: instrument for instrument in instruments}
        self.account: Account = open_account(
            "test", book, mode or book.modes[0], convention, listed
        )
        self.past = Past()
        self.market = Market(time=T0, last={}, mark={}, history=self.past)
        self.interval = interval
        self.events: list[Event] = []
        self.bars = 0

    def do(self, *commands: Command) -> list[Event]:
        """Send commands where the clock stands; the events they led to."""
        found: list[Event] = []
        for command in commands:
            if isinstance(command, OpenBar):
                self.past.bars += command.step.bars.items()
            decision = decide(self.account, self.market, command)
            self.account, self.market = decision.account, decision.market
            found += decision.events
        self.events += found
        return found

    def step(self, rows: Mapping[str, Row | None], **more: Any) -> Step:
        """The next step; a symbol without a row has a hole there."""
        time = T0 + self.bars * self.interval
        bars = {symbol: bar(time, row) for symbol, row in rows.items() if row is not None}
        marks = {symbol: bar(time, row) for symbol, row in more.pop("marks", {}).items()}
        ahead = more.pop("sessions", tuple(time + (n + 1) * self.interval for n in range(1, 9)))
        return Step(
            time=time,
            closes=time + self.interval,
            bars=bars,
            marks=marks,
            sessions=ahead,
            **more,
        )

    def bar(self, rows: Mapping[str, Row | None], *commands: Command, **more: Any) -> list[Event]:
        """One bar: the open, the commands there, the rest of it."""
        step = self.step(rows, **more)
        self.bars += 1
        return self.do(OpenBar(step=step), *commands, CloseBar(step=step))

    def flat(self, price: str | int, *commands: Command, symbol: str = "") -> list[Event]:
        """A bar in which nothing moves."""
        symbol = symbol or next(iter(self.account.instruments))
        return self.bar({symbol: (price,) * 4}, *commands)

    def of(self, kind: type[E]) -> list[E]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]


def bar(time: int, row: Row) -> Bar:
    first, high, low, close = (D(value) for value in row)
    return Bar(time, first, high, low, close, D(1))


def only(found: Iterable[E]) -> E:
    """The one event there must be."""
    (event,) = found
    return event
