"""Rule books for the fast-forward: lenders and perpetual venues of every shape there is."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from ledger.market.instrument import Kind
from ledger.market.rules.carry import (
    BorrowFee,
    Calendar,
    Capitalize,
    Counted,
    CreditInterest,
    Interest,
    Overnight,
    RateTier,
    Rollover,
    Weekend,
)
from ledger.market.rules.rulebook import (
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
from ledger.market.rules.schedule import Basis, Schedule
from ledger.times import DAY, HOUR
from tests.laws.scripts import FLOORS, SMALL_TIERS
from tests.worlds import D, broker, level, venue


def lender(chance: Random) -> Rulebook:
    """One that lends money and shares."""
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
    by_rate = ("1.1", "1", "1"), ("1.2", "1.1", "1")
    by_what_is_lent = ("0.5", "0.4", "0.3"), ("0.95", "0.9", "0.4")
    by_shape = {
        "rate": by_rate,
        "floors": by_rate,
        "tiers": (("0.5", "0.4", "0.3"), ("80", "70", "20")),
    }
    multiples = chance.choice(by_shape.get(shape, by_what_is_lent))
    interest = Interest(
        tiers=(RateTier(floor=D(0), rate=D("0.8")), RateTier(floor=D(5000), rate=D("0.5"))),
        post_every=chance.choice((HOUR, HOUR, 4 * HOUR, DAY, 1_234)),
        capitalize=chance.choice(tuple(Capitalize)),
        calendar=chance.choice(tuple(Calendar)),
        counted=chance.choice(tuple(Counted)),
        first_period=chance.random() < 0.3,
    )
    if interest.calendar is Calendar.SECONDS:  # no rule book file may have the two here
        interest = replace(interest, counted=Counted.COMPLETED, first_period=False)
    elif interest.counted is Counted.BEGUN:
        interest = replace(interest, first_period=False)
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
        rollover=sometimes(chance, Rollover(fee=D("0.0002"), every=4 * HOUR)),
        borrow_fee=sometimes(chance, BorrowFee(rate=D("0.2"))),
    )
    exit_ = replace(
        book.forced_exit,
        amount=chance.choice(tuple(ExitAmount)),
        order=chance.choice(tuple(ExitOrder)),
        protected=chance.random() < 0.3,
    )
    return replace(book, forced_exit=exit_, credit=_credit(Random(repr(interest))))


def perpetuals(chance: Random) -> Rulebook:
    """A venue of contracts, at times of inverse ones."""
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
    rate = chance.choice((D("0.5"), D("-0.5"), None, None))
    multiples = chance.choice((("1.5625", "1.25", "1"), ("16", "8", "1")))
    book = venue(
        modes=chance.choice(modes),
        levels=_levels(chance, ("venue",) * 3, multiples),
        offset=Offset(matched=chance.choice((D(0), D("0.3"), D(1)))),
        funding=sometimes(chance, Funding(every=8 * HOUR, rate=rate), 0.6),
        protected=chance.random() < 0.7,
        taker_fee=chance.choice((D(0), D("0.0005"))),
        rollover=sometimes(chance, Rollover(fee=D("0.0002"), counted=Counted.BEGUN)),
    )
    book = replace(book, schedules=(schedule,), overnight=_nights(Random(repr(book))))
    if chance.random() < 0.2:
        return replace(book, currency="BTC", contract=Kind.INVERSE)
    return book


def _credit(chance: Random) -> CreditInterest | None:
    """Interest on cash, drawn apart, so that the rest of a world stays what it was."""
    spreads = RateTier(floor=D(100), rate=D("-0.1")), RateTier(floor=D(5000), rate=D("0.3"))
    terms = CreditInterest(
        benchmark=D("0.2"), idle=spreads, short=spreads, full_from=chance.choice((D(0), D(10_000)))
    )
    return sometimes(chance, terms)


def _nights(chance: Random) -> tuple[Overnight, ...]:
    """The charge for the night, drawn apart too."""
    terms = Overnight(
        admin=D("0.3"),
        benchmark=chance.choice((D(0), D("0.5"))),
        weekend=chance.choice(tuple(Weekend)),
    )
    return (terms,) if chance.random() < 0.4 else ()


def sometimes(chance: Random, thing: Any, how_often: float = 0.3) -> Any:
    """The thing, or nothing."""
    return thing if chance.random() < how_often else None


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
