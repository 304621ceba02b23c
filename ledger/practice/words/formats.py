"""Numbers, percentages and times as text, the same in a sentence, on a page and on a screen.

A screen adds arrows and widths (`tui.text.format`). A missing value (no price yet, not a number) is
a dash, never a zero. Times are UTC.
"""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

from ledger.money import scale_of

NOTHING = "—"

_LONGEST = 24
"""From this many digits before the point a figure is written with an exponent."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONEY_PLACES = 2
_STABLE_PLACES = 6
_MOST_PLACES = 18
_LAST_SECOND = 253_402_300_799


def fixed(value: Decimal | None, places: int, *, shift: int = 0) -> str:
    """`10,000.00`: thousands separated, rounded half up, and never a negative zero."""
    if value is None or not value.is_finite():
        return NOTHING
    if value.adjusted() + shift >= _LONGEST:
        return f"{value.scaleb(shift):.3E}" if abs(value.adjusted()) < 999_000 else NOTHING
    with localcontext(prec=_LONGEST + 20, rounding=ROUND_HALF_UP):
        if value.adjusted() + shift < -places - 1:
            rounded = Decimal(0).scaleb(-places)
        else:
            rounded = value.scaleb(shift).quantize(Decimal(1).scaleb(-places))
    return f"{abs(rounded) if rounded.is_zero() else rounded:,f}"


def trimmed(value: Decimal | None, places: int, least: int = 0) -> str:
    """At most `places` decimals and at least `least`, without trailing zeros."""
    figure = fixed(value, max(places, least))
    if "." not in figure or "E" in figure:
        return figure
    whole, _, decimals = figure.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    figure = f"{whole}.{decimals}" if decimals else whole
    return "0" if figure == "-0" else figure


def money(amount: Decimal | None, asset: str, *, exact: bool = False) -> str:
    """`7,411.70`: money and dollar coins with two decimals, other coins without trailing zeros.

    `exact` keeps every further digit, for figures that have to add up.
    """
    least = _MONEY_PLACES if scale_of(asset) <= _STABLE_PLACES else 0
    if exact:
        return trimmed(amount, _MOST_PLACES, least)
    return fixed(amount, least) if least else trimmed(amount, scale_of(asset))


def with_unit(figure: str, unit: str) -> str:
    """The figure with its unit; a dash stands alone."""
    return figure if figure == NOTHING else figure + unit


def percent(ratio: Decimal | None, places: int = 1) -> str:
    """`27.0%` for 0.27."""
    return with_unit(fixed(ratio, places, shift=2), "%")


def trimmed_percent(ratio: Decimal | None, places: int) -> str:
    """`28.4%` for 0.284: at most `places` decimals, without trailing zeros."""
    return with_unit(NOTHING if ratio is None else trimmed(ratio.scaleb(2), places), "%")


def when(moment: datetime) -> str:
    """`Thu 12 Mar 2020 10:38`; seconds only if not zero."""
    seconds = f":{moment.second:02}" if moment.second else ""
    return (
        f"{_DAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year} "
        f"{moment.hour:02}:{moment.minute:02}{seconds}"
    )


def day(time: int | None, *, weekday: bool = False, year: bool = False) -> str:
    """`12 Mar`, `Thu 12 Mar`, `12 Mar 2020`."""
    moment = moment_of(time)
    if moment is None:
        return NOTHING
    parts = [_DAYS[moment.weekday()]] if weekday else []
    parts += [str(moment.day), _MONTHS[moment.month - 1]]
    return " ".join([*parts, str(moment.year)] if year else parts)


def month(time: int | None) -> str:
    """`Mar 2020`."""
    moment = moment_of(time)
    return NOTHING if moment is None else f"{_MONTHS[moment.month - 1]} {moment.year}"


def moment_of(time: int | None) -> datetime | None:
    """The moment of a time, `None` if it cannot be shown."""
    if time is None or not 0 <= time <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(time, UTC)
