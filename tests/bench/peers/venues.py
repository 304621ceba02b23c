"""The plan's terms as our rule books: shipped ones with this benchmark's figures in them."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from ledger.account.state import Convention
from ledger.market.instrument import Instrument, Kind
from ledger.market.rules.carry import Interest, RateTier
from ledger.market.rules.rulebook import ExitAmount, Funding, Judged, Mode, Rulebook
from ledger.market.rules.schedule import Schedule
from ledger.market.tapes.tape import Tape
from ledger.money import ONE, ZERO
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.rehearsals.rehearsal import Rehearsal
from tests.bench.peers.workload import HOUR, MINUTE, TICKS, Bars, Carry

TICK = ONE / TICKS
MONEY = "USDT"


def parts(of_ten_thousand: int) -> Decimal:
    """Basis points as a fraction."""
    return Decimal(of_ten_thousand) / 10_000


def rulebook(
    *, fee: int, maintenance: int, carry: Carry = Carry.NONE, rate: float = 0.0, leverage: int = 5
) -> Rulebook:
    """A perpetual venue, or for a loan a lender, with the plan's terms; `rate` is of a year."""
    shipped = load_venue("us-reg-t" if carry is Carry.LOAN else "binance-usdm").rulebook
    schedules = tuple(
        Schedule(name=schedule.name, long_rate=parts(maintenance)) for schedule in shipped.schedules
    )
    terms = replace(
        shipped,
        currency=MONEY,
        modes=(Mode.ISOLATED, Mode.CROSS),
        maker_fee=parts(fee),
        taker_fee=parts(fee),
        schedules=schedules,
        forced_exit=replace(
            shipped.forced_exit, amount=ExitAmount.POSITION, slippage=ZERO, fee=parts(fee)
        ),
    )
    yearly = Decimal(str(rate))
    if carry is Carry.NONE:
        return replace(terms, funding=None)
    if carry is Carry.FUNDING:
        return replace(terms, funding=Funding(every=HOUR, rate=yearly))
    tiers = (RateTier(floor=ZERO, rate=yearly),)
    return replace(
        terms,
        interest=Interest(tiers=tiers, day_count=365, post_every=HOUR),
        initial_margin=ONE / leverage,
        max_leverage=Decimal(leverage),
        default_leverage=Decimal(leverage),
        minimum_equity=ZERO,
        levels=tuple(replace(level, judged=Judged.ALWAYS) for level in terms.levels),
    )


def tape(bars: Bars) -> Tape:
    """The same arrays as a tape."""
    digest = hashlib.sha256(bars.closes.tobytes()).hexdigest()
    return Tape(
        symbol=bars.symbol,
        source=f"{bars.symbol}.csv",
        interval=MINUTE,
        continuous=True,
        step=TICK,
        volume_step=ONE,
        sha256=digest,
        holes=0,
        times=bars.times,
        opens=bars.opens,
        highs=bars.highs,
        lows=bars.lows,
        closes=bars.closes,
        volumes=_ones(len(bars)),
    )


@cache
def _ones(count: int) -> array[int]:
    """The volumes of every tape of a length, once for all."""
    return array("q", [1]) * count


def rehearsal(book: Rulebook, mode: Mode, tapes: Mapping[str, Tape]) -> Rehearsal:
    """A rehearsal without a script, whole units of each symbol's instrument."""
    kind = Kind.LINEAR if book.funding or not book.interest.tiers else Kind.SPOT
    listed = {
        symbol: Instrument(symbol=symbol, kind=kind, tick=TICK, lot=ONE, currency=MONEY)
        for symbol in tapes
    }
    some = next(iter(tapes.values()))
    return Rehearsal(
        title="The common workload",
        folder=Path(),
        venue=load_venue(book.id),
        rulebook=book,
        overrides={},
        mode=mode,
        fills=Convention.WORST,
        start=some.first,
        end=some.end,
        seed=0,
        instruments=listed,
        tapes=dict(tapes),
        marks={},
        funding={},
        actions=(),
    )
