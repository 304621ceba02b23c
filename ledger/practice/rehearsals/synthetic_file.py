"""`source = { model = … }` of a rehearsal file: the keys of each model, their bounds and defaults.

Rates and volatilities are yearly fractions. Missing keys have the defaults given here; a key that a
model does not use is refused, never ignored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ledger.market.synthetic.resample import LEAST_UNITS, least_price, units
from ledger.market.tapes.recipe import Hours, Jumps, Model, Panic, Recipe, Resample
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, ZERO, fits, plain, trim
from ledger.practice.library.source_file import SourceFile
from ledger.refused import Refused
from ledger.times import DAY, HOUR, INTERVALS, Interval, Time, iso
from ledger.toml_file import (
    Line,
    Location,
    Moment,
    Number,
    Positive,
    Table,
    Whole,
    check_table,
    shown,
    to_line,
)

MOST_BARS = 1_000_000
USUAL_HOURS = "14:00-21:00"
"""New York's sessions in whole hours, as the shipped tapes of hourly bars have them."""
WHOLE_DAY = "00:00-24:00"
MOST_TICKS = Decimal(10) ** 12
_FINEST_TICK = Decimal("0.00000001")

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)


def _to_hours(value: object) -> Hours:
    """`14:30-21:00` as seconds of the day."""
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        opens, closes = (int(match[at]) * HOUR + int(match[at + 1]) * 60 for at in (1, 3))
        if opens < closes <= DAY:
            return Hours(opens=opens, closes=closes)
    raise PydanticCustomError(
        "hours", f'{shown(value)} are not hours of a day; allowed: such as "14:30-21:00", in UTC'
    )


Rate = Annotated[Number, Field(ge=-20, le=20)]
Volatility = Annotated[Number, Field(ge=0, le=20)]
Signed = Annotated[Number, Field(ge=-1, le=1)]
Days = Annotated[Number, Field(gt=0, le=10_000)]
Group = Annotated[str, BeforeValidator(to_line), Field(min_length=1, max_length=24)]
Session = Annotated[Any, BeforeValidator(_to_hours)]


class _Any(Table):
    """Keys of every model."""

    model: Model
    bars: Annotated[Whole, Field(ge=2, le=MOST_BARS)] = 10_000
    start_price: Positive | None = None
    tick: Annotated[Positive, Field(ge=_FINEST_TICK)] | None = None
    group: Group | None = None


class _Walk(_Any):
    """Keys of every model that generates its own moves."""

    interval: Interval = "1h"
    drift: Rate = ZERO
    volatility: Volatility = Decimal("0.5")
    session: Session | None = None
    gap_deviation: Annotated[Number, Field(ge=0, le=1)] | None = None
    correlation: Signed = ZERO


class _Jump(_Walk):
    jump_rate: Annotated[Number, Field(ge=0, le=10_000)] = Decimal(24)
    jump_mean: Annotated[Number, Field(ge=-5, le=5)] = Decimal("-0.05")
    jump_deviation: Annotated[Number, Field(ge=0, le=5)] = Decimal("0.08")


class _Regimes(_Walk):
    calm_volatility: Volatility | None = None
    panic_volatility: Volatility | None = None
    panic_drift: Rate | None = None
    calm_days: Days = Decimal(30)
    panic_days: Days = Decimal(3)


class _Bootstrap(_Any):
    tape: Line
    block: Annotated[Number, Field(ge=1, le=100_000)] = Decimal(20)
    since: Moment | None = None
    until: Moment | None = None


TABLES: dict[Model, type[_Any]] = {
    Model.GBM: _Walk,
    Model.JUMP: _Jump,
    Model.REGIMES: _Regimes,
    Model.GAPS: _Walk,
    Model.BOOTSTRAP: _Bootstrap,
}
"""The keys of each model."""
MODELS = ", ".join(Model)
USUAL_GROUP = "market"
USUAL_GAP = Decimal("0.01")
USUAL_PRICE = Decimal(100)
PANIC_TIMES = 3
"""The volatility of a panic over that of a calm, by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticSource:
    """One `source`, checked on its own, and its place in the file."""

    symbol: str
    at: Location
    table: _Any
    file: SourceFile

    @property
    def lender(self) -> str | None:
        """The recorded tape whose moves a bootstrap resamples."""
        return self.table.tape if isinstance(self.table, _Bootstrap) else None

    def refuse(self, key: str, problem: str) -> Refused:
        """A fault of one key."""
        return self.file.refusal((*self.at, key), problem)

    def recipe(self, seed: int, start: Time, lender: Tape | None) -> Recipe:
        """The recipe of the tape. Raises `Refused`."""
        table = self.table
        price, tick = _prices(self, lender)
        terms: dict[str, Any] = {
            "model": Model(table.model),
            "symbol": self.symbol,
            "seed": seed,
            "start": start,
            "bars": table.bars,
            "start_price": price,
            "tick": tick,
        }
        if isinstance(table, _Bootstrap):
            assert lender is not None, "a bootstrap names its tape"
            return Recipe(
                **terms,
                interval=lender.interval,
                group=table.group or "",
                resample=_resample(self, lender),
            )
        return Recipe(**terms, **_walk(self))


def read_source(
    raw: Mapping[str, Any], symbol: str, at: Location, file: SourceFile
) -> SyntheticSource:
    """The table of one synthetic tape. Raises `Refused` with every fault of its keys."""
    model = raw.get("model")
    if model is None:
        raise file.refusal((*at, "model"), f"is missing; allowed: {MODELS}")
    if model not in list(Model):
        raise file.refusal((*at, "model"), f"{shown(model)} is not known; allowed: {MODELS}")
    tables = {**raw, "model": Model(model)}
    table = check_table(TABLES[Model(model)], tables, file.text, file.name, at)
    return SyntheticSource(symbol=symbol, at=at, table=table, file=file)


def _prices(source: SyntheticSource, lender: Tape | None) -> tuple[Decimal, Decimal]:
    """First price and tick; the default tick gives the price five figures, as exchanges do."""
    table = source.table
    price = table.start_price
    if price is None:
        price = USUAL_PRICE if lender is None else lender.step * lender.opens[0]
    tick = table.tick
    if tick is None:
        tick = max(ONE.scaleb(price.adjusted() - 4), _FINEST_TICK)
        tick = tick if lender is None else min(tick, lender.step)
    if not fits(price, tick):
        raise source.refuse("start_price", f"{plain(price)} is not a multiple of the tick; "
                            f"allowed: multiples of {plain(tick)}")  # fmt: skip
    if price >= tick * MOST_TICKS:
        raise source.refuse("tick", f"is too fine for the price; allowed: {plain(price)} / 10^12 "
                            "or more")  # fmt: skip
    return price, tick


def _walk(source: SyntheticSource) -> dict[str, Any]:
    """The part of the recipe that generates its own moves."""
    table = source.table
    assert isinstance(table, _Walk)
    interval = INTERVALS[table.interval]
    hours = _hours(source, table, interval)
    jumps = panic = None
    if isinstance(table, _Jump):
        jumps = Jumps(rate=table.jump_rate, mean=table.jump_mean, deviation=table.jump_deviation)
    volatility = table.volatility
    if isinstance(table, _Regimes):
        volatility, panic = _regimes(source, table, interval, hours)
    gap = table.gap_deviation
    if gap is None:
        gap = USUAL_GAP if table.model is Model.GAPS else ZERO
    return {
        "interval": interval,
        "drift": table.drift,
        "volatility": volatility,
        "jumps": jumps,
        "panic": panic,
        "hours": hours,
        "gap_deviation": gap,
        "group": table.group or (USUAL_GROUP if table.correlation else ""),
        "correlation": table.correlation,
    }


def _hours(source: SyntheticSource, table: _Walk, interval: int) -> Hours | None:
    """The session, which whole bars must fill; a daily bar fills a weekday."""
    hours: Hours | None = table.session
    if hours is None and table.model is Model.GAPS:
        hours = _to_hours(WHOLE_DAY if interval == DAY else USUAL_HOURS)
    if hours is None and table.gap_deviation:
        raise source.refuse("gap_deviation", "a market that never closes has no gaps; give a "
                            f'session, such as session = "{USUAL_HOURS}"')  # fmt: skip
    if hours is not None and (hours.closes - hours.opens) % interval:
        fitting = [name for name, seconds in INTERVALS.items()
                   if (hours.closes - hours.opens) % seconds == 0]  # fmt: skip
        raise source.refuse("interval", f"bars of {table.interval} do not fill the session; "
                            f"allowed: {', '.join(fitting)}, or other hours")  # fmt: skip
    return hours


def _regimes(
    source: SyntheticSource, table: _Regimes, interval: int, hours: Hours | None
) -> tuple[Decimal, Panic]:
    """The calm's volatility, and the panic."""
    calm = table.volatility
    if table.calm_volatility is not None:
        if "volatility" in table.model_fields_set:
            raise source.refuse(
                "volatility", "is the same as calm_volatility here; give one of them"
            )
        calm = table.calm_volatility
    day = DAY if hours is None else hours.closes - hours.opens
    for key in ("calm_days", "panic_days"):
        if getattr(table, key) * day < interval:
            least = Decimal(interval) / day
            raise source.refuse(key, "is shorter than a bar; allowed: "
                                f"{plain(trim(least.quantize(_FINEST_TICK)))} or more")  # fmt: skip
    panic = table.panic_volatility
    return calm, Panic(
        volatility=PANIC_TIMES * calm if panic is None else panic,
        drift=table.drift if table.panic_drift is None else table.panic_drift,
        calm_seconds=int(table.calm_days * day),
        panic_seconds=int(table.panic_days * day),
    )


def _resample(source: SyntheticSource, lender: Tape) -> Resample:
    table = source.table
    assert isinstance(table, _Bootstrap)
    resample = Resample(tape=table.tape, block=table.block, since=table.since, until=table.until)
    span = f"{iso(lender.first)} to {iso(lender.end)}"
    if len(units(lender, resample)) < LEAST_UNITS:
        what = "bars" if lender.continuous else "days"
        key = "since" if table.since is not None else "until" if table.until is not None else "tape"
        raise source.refuse(key, f"fewer than {LEAST_UNITS + 1} {what} are left to draw from; "
                            f"use more of {span}")  # fmt: skip
    if least_price(lender, resample) <= 0:
        raise source.refuse("tape", "has a price at or below zero, which has no ratio; use "
                            "prices above zero, or leave it out by since and until")  # fmt: skip
    return resample
