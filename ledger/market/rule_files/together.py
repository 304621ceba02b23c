"""Figures of a rule book that are valid alone but not together: in its file and after overrides."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.market.rules.schedule import Basis, Schedule
from ledger.money import ONE, plain, trim

_ROUNDED = Decimal("0.01")
_LEVERAGE_STEP, _MARGIN_STEP = Decimal("0.01"), Decimal("0.0001")


def leverage_fault(initial: Decimal, most: Decimal) -> str | None:
    """Why an initial margin and a largest leverage cannot both hold; `None` if they can.

    Each is the other's inverse; a hundredth is allowed for rounding one of them (0.33 with 3).
    """
    if abs(initial * most - ONE) <= _ROUNDED:
        return None
    fault = f"initial_margin {plain(initial)} and max_leverage {plain(most)} contradict each other"
    margin = trim((ONE / most).quantize(_MARGIN_STEP, ROUND_CEILING))
    allowed = f"initial_margin {plain(margin)}"
    if initial:
        inverse = trim((ONE / initial).quantize(_LEVERAGE_STEP, ROUND_FLOOR))
        fault += f", since {plain(initial)} of own money carries {plain(inverse)}x"
        allowed = f"max_leverage {plain(inverse)}, or {allowed}"
    return f"{fault}; allowed: {allowed}"


def lower_schedule(book: Rulebook) -> Schedule | None:
    """The schedule of the last rung, if it is not the one that a trader must stay above."""
    last = book.levels[-1].schedule
    return None if last == book.call_level.schedule else book.schedule(last)


def _one_rate(schedule: Schedule) -> bool:
    return schedule.basis is Basis.VALUE and not schedule.tiers


def requirement_faults(book: Rulebook) -> Iterator[tuple[tuple[str, str], str]]:
    """Requirements of a lender that contradict each other: the two keys, and what is wrong."""
    if book.kind is not AccountKind.LOAN:
        return
    upper, lower = book.schedule(book.call_level.schedule), lower_schedule(book)
    if not _one_rate(upper):
        return
    if lower and _one_rate(lower) and lower.long_rate > upper.long_rate:
        yield (
            ("exchange_margin", "maintenance_margin"),
            f"exchange_margin {plain(lower.long_rate)} is above maintenance_margin "
            f"{plain(upper.long_rate)}; lower it, or raise both",
        )
    if book.initial_margin < upper.long_rate:
        yield (
            ("initial_margin", "maintenance_margin"),
            f"initial_margin {plain(book.initial_margin)} is below maintenance_margin "
            f"{plain(upper.long_rate)}, so that every purchase would be called at once; "
            "raise it, or lower both",
        )
