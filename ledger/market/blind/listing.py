"""Instruments and rule books behind a veil: smaller lots for larger prices, the same money."""

from dataclasses import replace
from decimal import Decimal

from ledger.market.blind.prices import veiled_terms
from ledger.market.blind.veil import Veil
from ledger.market.instrument import Instrument
from ledger.market.rules.carry import BorrowBase
from ledger.market.rules.rulebook import Rulebook
from ledger.market.rules.schedule import PriceBand, Schedule, ShortRule

FINEST_LOT = Decimal("0.00000001")


def veiled_instrument(
    instrument: Instrument, veil: Veil, exposures: dict[str, str], *, by_class: bool
) -> Instrument:
    """The tick stays: a whole multiple of a price on the tick is on the tick. A lot is worth no
    more than before, and the class is told only where the rules go by it. `exposures` has the
    neutral name of what each is exposed to."""
    option, symbol = instrument.option, veil.names[instrument.symbol]
    exposed_to = exposures[instrument.exposed_to]
    return replace(
        instrument,
        symbol=symbol,
        lot=instrument.lot if instrument.inverse else smaller_lot(instrument.lot, veil.factor),
        underlying="" if exposed_to == symbol else exposed_to,
        asset=instrument.asset if by_class else None,
        option=None if option is None else veiled_terms(option, veil),
    )


def smaller_lot(lot: Decimal, factor: int) -> Decimal:
    """The largest power of ten that is worth no more at `factor` times the price: 0.01 for a lot
    of 1 at 13 times."""
    return max(Decimal(1).scaleb((lot / factor).adjusted()), FINEST_LOT)


def veiled_rulebook(book: Rulebook, veil: Veil) -> Rulebook:
    """The same rules, with sums per share for shares that cost more. Of the schedules for some
    symbols only those of what is listed are left, under its neutral names."""
    schedules = tuple(
        _schedule(schedule, veil)
        for schedule in book.schedules
        if not schedule.symbols or schedule.assets or veil.names.keys() & {*schedule.symbols}
    )
    lent = book.borrow_fee
    if lent is not None and lent.base is not BorrowBase.VALUE:
        lent = replace(lent, scale=lent.scale * veil.factor)
    if schedules == book.schedules and lent == book.borrow_fee:
        return book
    return replace(book, schedules=schedules, borrow_fee=lent)


def _schedule(schedule: Schedule, veil: Veil) -> Schedule:
    bands = tuple(PriceBand(below=veil.price(b.below), rate=b.rate) for b in schedule.long_low)
    schedule = schedule if not bands else replace(schedule, long_low=bands)
    short = schedule.short
    if schedule.symbols:
        named = tuple(veil.names[symbol] for symbol in schedule.symbols if symbol in veil.names)
        schedule = replace(schedule, symbols=named)
    if schedule.line is not None:  # as many units are worth more
        per_unit = schedule.line.per_unit * veil.factor
        schedule = replace(schedule, line=replace(schedule.line, per_unit=per_unit))
    if short is None:
        return schedule
    scaled = ShortRule(
        rate=short.rate,
        per_share=veil.price(short.per_share),
        low_price=veil.price(short.low_price),
        low_rate=short.low_rate,
        low_per_share=veil.price(short.low_per_share),
    )
    return replace(schedule, short=scaled)
