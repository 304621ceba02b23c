"""How results in R are spread: a histogram, and how far trades went against and for the trader."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from ledger.reports.performance.results import Result, Verdict

WIDTH = 0.5
_SHIFT = WIDTH / 2
"""Bins are centred on whole and half R: a stop that cost a little more or less than 1 R is in one
bin with the others, and so is what came to about nothing."""
LOWEST, HIGHEST = -4.25, 10.25
"""Results beyond are counted in the first and the last bin."""
PAST_STOP = -1.2
"""A loss of more than this went past its stop, costs allowed for."""
_HEAT = 0.9


@dataclass(frozen=True, slots=True)
class Bin:
    """The results with low <= R < high, by the numbers of their trades; an outermost one may be
    open: then its end is `None`."""

    low: float | None
    high: float | None
    trades: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many they are."""
        return len(self.trades)

    @property
    def label(self) -> str:
        """`-1.25 to -0.75 R`."""
        if self.low is None:
            return f"under {self.high:.2f} R"
        if self.high is None:
            return f"{self.low:.2f} R and more"
        return f"{self.low:.2f} to {self.high:.2f} R"


def histogram(results: Sequence[Result]) -> list[Bin]:
    """Bins of half an R from the least result to the greatest, empty ones between included."""
    held: dict[int, list[int]] = {}
    for result in results:
        if result.r is not None:
            held.setdefault(_place(result.r), []).append(result.number)
    if not held:
        return []
    below, above = _place(LOWEST - WIDTH), _place(HIGHEST)
    return [
        Bin(
            low=None if place == below else place * WIDTH - _SHIFT,
            high=None if place == above else (place + 1) * WIDTH - _SHIFT,
            trades=tuple(held.get(place, ())),
        )
        for place in range(min(held), max(held) + 1)
    ]


def _place(r: float) -> int:
    return floor((min(max(r, LOWEST - WIDTH), HIGHEST) + _SHIFT) / WIDTH)


def past_stop(results: Sequence[Result]) -> tuple[int, ...]:
    """The numbers of the trades that lost more than their stop was to cost."""
    return tuple(each.number for each in results if each.r is not None and each.r < PAST_STOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """How far one trade went against (`mae_r`) and for the trader (`mfe_r`), both positive, and
    what it made."""

    number: int
    mae_r: float
    mfe_r: float
    r: float
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Excursions of the trades that were won, or lost: medians, and the MAE that nine of ten stayed
    within."""

    n: int
    median_mae_r: float
    nine_of_ten_mae_r: float
    median_mfe_r: float


def excursions(results: Sequence[Result]) -> list[Excursion]:
    """Those of every trade that had a stop."""
    return [
        Excursion(
            number=each.number,
            mae_r=abs(each.mae_r),
            mfe_r=max(each.mfe_r, 0.0),
            r=each.r,
            verdict=each.verdict,
        )
        for each in results
        if each.r is not None and each.mae_r is not None and each.mfe_r is not None
    ]


def heat(points: Sequence[Excursion], verdict: Verdict) -> Heat | None:
    """Of those that ended in one way; `None` if none did."""
    chosen = [each for each in points if each.verdict is verdict]
    if not chosen:
        return None
    maes = sorted(each.mae_r for each in chosen)
    return Heat(
        n=len(chosen),
        median_mae_r=quantile(maes, 0.5),
        nine_of_ten_mae_r=quantile(maes, _HEAT),
        median_mfe_r=quantile(sorted(each.mfe_r for each in chosen), 0.5),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share lies, on straight lines between neighbours (Hyndman and Fan's
    seventh definition). Raises `IndexError` without values."""
    place = share * (len(ordered) - 1)
    lower = floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)
