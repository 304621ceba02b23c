"""All figures of one account over one span of days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.reports.performance.cost_split import CostSplit
from ledger.reports.performance.disposition import (
    Disposition,
    HoldingTimes,
    SaleDay,
    disposition,
    holding_times,
)
from ledger.reports.performance.distribution import (
    Bin,
    Excursion,
    Heat,
    excursions,
    heat,
    histogram,
    past_stop,
)
from ledger.reports.performance.drawdown import Drawdown, max_drawdown
from ledger.reports.performance.equity_curve import DayResult, EquityCurve, Growth
from ledger.reports.performance.expectancy import Expectancy, expectancy
from ledger.reports.performance.groups import By, Group, groups
from ledger.reports.performance.ratios import Ratios, ratios
from ledger.reports.performance.results import Result, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """What is measured, and what it is measured on: the curve, its days, and the closed trades."""

    curve: EquityCurve
    growth: Growth
    days: list[DayResult]
    drawdown: Drawdown | None
    ratios: Ratios
    costs: CostSplit
    results: list[Result]
    expectancy: Expectancy
    histogram: list[Bin]
    past_stop: tuple[int, ...]
    excursions: list[Excursion]
    heat: Mapping[Verdict, Heat | None]
    groups: Mapping[By, list[Group]]
    disposition: Disposition
    holding: HoldingTimes | None


def performance(
    curve: EquityCurve,
    results: Sequence[Result],
    costs: CostSplit,
    sales: Iterable[SaleDay],
    per_year: int,
) -> Performance:
    """The figures; `per_year` is the number of days that a year of this market counts."""
    growth, days = curve.growth(), curve.days()
    fall = max_drawdown(growth.times, growth.index)
    points = excursions(results)
    return Performance(
        curve=curve,
        growth=growth,
        days=days,
        drawdown=fall,
        ratios=ratios(
            [each.return_ for each in days],
            growth.total,
            growth.span,
            per_year,
            0.0 if fall is None else fall.depth,
        ),
        costs=costs,
        results=list(results),
        expectancy=expectancy(results),
        histogram=histogram(results),
        past_stop=past_stop(results),
        excursions=points,
        heat={verdict: heat(points, verdict) for verdict in (Verdict.WON, Verdict.LOST)},
        groups={by: groups(results, by) for by in By},
        disposition=disposition(sales),
        holding=holding_times(results),
    )
