"""Performance figures as rows: label, figure, and in one line what the figure is.

The command line prints them, and the review screen shows the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ledger.practice.review.review_view import ReviewView
from ledger.practice.words.formats import NOTHING, day, fixed, moment_of, money, percent, when
from ledger.reports.performance.distribution import PAST_STOP, Heat
from ledger.reports.performance.expectancy import SQN_LEAST, SQN_MOST
from ledger.reports.performance.groups import By, Group
from ledger.reports.performance.ratios import LEAST_DAYS, LEAST_SPAN
from ledger.reports.performance.results import Verdict
from ledger.times import DAY, HOUR


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its key in the JSON, its label, the figure, and its definition."""

    key: str
    label: str
    figure: str
    says: str


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together."""

    title: str
    rows: tuple[Row, ...]


def sections(view: ReviewView) -> list[Section]:
    """All figures but those of groups, bins and days."""
    return [
        Section("Return", _returns(view)),
        Section(_closed(view), _trades(view)),
        Section("Excursions in R", _excursions(view)),
        Section(f"Result and costs, in {view.currency}", _costs(view)),
        Section("Winners and losers", _disposition(view)),
    ]


def span(view: ReviewView) -> str:
    """`12 Mar 2020 to 13 Mar 2020`."""
    first, last = (day(each * DAY, year=True) for each in (view.first_day, view.last_day))
    return first if first == last else f"{first} to {last}"


def number(value: float | None, places: int = 2, unit: str = "") -> str:
    """A figure with its unit; a dash where there is none."""
    return NOTHING if value is None else f"{fixed(Decimal(str(value)), places)}{unit}"


def share(value: float | None, places: int = 1) -> str:
    """`27.0%`."""
    return NOTHING if value is None else percent(Decimal(str(value)), places)


def amount(value: float | None, currency: str) -> str:
    """Money."""
    return NOTHING if value is None else money(Decimal(str(value)), currency)


def lasting(seconds: float) -> str:
    """`3.4 days`, `5.0 hours`, `12 minutes`."""
    if seconds >= 2 * DAY:
        return number(seconds / DAY, 1, " days")
    return number(seconds / HOUR, 1, " hours") if seconds >= HOUR else f"{seconds / 60:.0f} minutes"


def _date(time: int | None) -> str:
    moment = moment_of(time)
    return NOTHING if moment is None else f"{when(moment)} UTC"


def _returns(view: ReviewView) -> tuple[Row, ...]:
    figures, ratios = view.figures, view.figures.ratios
    ruined, fall = figures.growth.ruined, figures.drawdown
    rows = [
        Row("days", "Days", str(ratios.days), "trading days measured"),
        Row(
            *("return", "Return", share(figures.growth.total, 2)),
            "time-weighted: cut at every deposit and withdrawal, then linked",
        ),
        Row(
            *("gain", "Gain", amount(sum(each.gain for each in figures.days), view.currency)),
            "change in equity, deposits and withdrawals left out",
        ),
        Row(
            *("max_drawdown", "Largest drawdown", share(0.0 if fall is None else fall.depth, 2)),
            "fall from a peak, with equity marked at the close of each bar",
        ),
    ]
    if fall is not None:
        again = "not recovered" if fall.recovered is None else f"recovered {_date(fall.recovered)}"
        rows.append(Row("", "", "", f"{_date(fall.peak)} to {_date(fall.trough)}, {again}"))
    if ruined is not None:
        ends = "equity was gone; nothing after it is measured"
        rows.insert(0, Row("ruined", "Ruined", _date(ruined), ends))
    return (*rows, *_ratios(view))


def _ratios(view: ReviewView) -> tuple[Row, ...]:
    ratios = view.figures.ratios
    year = f"of {view.per_year} days a year" if ratios.annualised else "not annualised"
    few = f"; needs {LEAST_DAYS} days" if ratios.days < LEAST_DAYS else ""
    short = "" if ratios.annualised else f"; needs {LEAST_SPAN} days"
    return (
        Row(
            *("yearly_return", "Return per year", share(ratios.yearly_return)),
            f"the return compounded to 365 days{short}",
        ),
        Row(
            *("volatility", "Volatility", share(ratios.volatility, 2)),
            f"sample deviation of daily returns, {year}{few}",
        ),
        Row(
            *("sharpe", "Sharpe ratio", number(ratios.sharpe)),
            f"mean daily return / sample deviation, {year}{few}",
        ),
        Row(
            *("sortino", "Sortino ratio", number(ratios.sortino)),
            f"mean daily return / root mean square of losses, {year}{few}",
        ),
        Row(
            *("calmar", "Calmar ratio", number(ratios.calmar)),
            f"return per year / largest drawdown{short}",
        ),
    )


def _closed(view: ReviewView) -> str:
    made = view.figures.expectancy
    won, lost, scratches = f"{made.won:,} won", f"{made.lost:,} lost", f"{made.scratches:,} scratch"
    return f"Trades closed: {made.n:,} ({won}, {lost}, {scratches})"


def _trades(view: ReviewView) -> tuple[Row, ...]:
    made, cash = view.figures.expectancy, view.currency
    factor = number(made.profit_factor) if made.lost else "no losses yet" if made.won else NOTHING
    return (
        *_in_r(view),
        Row("mean_net", "Mean result", amount(made.mean_net, cash), "net of every cost"),
        Row(
            *("scratches", "Scratches", str(made.scratches)),
            "within their own costs of zero: neither won nor lost",
        ),
        Row("win_rate", "Win rate", share(made.win_rate), "won / all closed trades"),
        Row(
            *("decided_win_rate", "Win rate, decided", share(made.decided_win_rate)),
            "won / (won + lost)",
        ),
        Row(
            *("needed_win_rate", "Needed win rate", share(made.needed_win_rate)),
            "1 / (1 + payoff): the decided win rate at which you break even",
        ),
        Row("payoff", "Payoff", number(made.payoff), "mean win / mean loss"),
        Row("profit_factor", "Profit factor", factor, "sum of wins / sum of losses"),
        Row(
            *("longest_win_streak", "Longest win streak", str(made.streaks.won)),
            "scratches do not count",
        ),
        Row(
            *("longest_loss_streak", "Longest loss streak", str(made.streaks.lost)),
            "scratches do not count",
        ),
    )


def _in_r(view: ReviewView) -> tuple[Row, ...]:
    made = view.figures.expectancy
    n = f"N = {made.with_r:,} with a stop at entry"
    needs = "" if made.with_r >= SQN_LEAST else f"; needs N = {SQN_LEAST}"
    return (
        Row("mean_r", "Expectancy", number(made.mean_r, 2, " R"), f"mean R ({n})"),
        Row(
            *("deviation_r", "Deviation of R", number(made.deviation_r, 2, " R")),
            f"sample deviation ({n})",
        ),
        Row(
            *("sqn", "SQN", number(made.sqn)),
            f"root of N (at most {SQN_MOST}) x mean R / deviation of R{needs}",
        ),
        Row(
            *("past_stop", "Past the stop", str(len(view.figures.past_stop))),
            f"lost more than {-PAST_STOP:.1f} R ({n})",
        ),
    )


def _excursions(view: ReviewView) -> tuple[Row, ...]:
    heat = view.figures.heat
    return (
        *_heat("won", "winners", heat[Verdict.WON]),
        *_heat("lost", "losers", heat[Verdict.LOST]),
    )


def _heat(key: str, who: str, heat: Heat | None) -> tuple[Row, ...]:
    n = f"N = {0 if heat is None else heat.n:,}"
    return (
        Row(
            *(f"mae_{key}", f"MAE of {who}"),
            number(None if heat is None else heat.median_mae_r, 2, " R"),
            f"how far they went against you, median ({n})",
        ),
        Row(
            *(f"heat_{key}", f"90% of {who}"),
            number(None if heat is None else heat.nine_of_ten_mae_r, 2, " R"),
            f"the MAE within which nine of ten stayed ({n})",
        ),
        Row(
            *(f"mfe_{key}", f"MFE of {who}"),
            number(None if heat is None else heat.median_mfe_r, 2, " R"),
            f"how far they went your way, median ({n})",
        ),
    )


def _costs(view: ReviewView) -> tuple[Row, ...]:
    split = view.figures.costs
    amounts = (
        ("gross", "Prices", split.gross, "what price moves brought, open positions included"),
        ("fees", "Fees", -split.fees, "of trades, of opening and holding, of borrowing"),
        ("interest", "Interest", -split.interest, "on what was borrowed, less what cash earned"),
        ("funding", "Funding", -split.funding, "paid; received is positive"),
        ("overnight", "Overnight", -split.overnight, "nights of contracts; received is positive"),
        ("slippage", "Slippage", -split.slippage, "fills against their price without it"),
        ("forced_exits", "Forced exits", -split.forced, "forced sales, liquidations, their fees"),
        ("net", "Result", split.net, "the rows above, added up"),
    )
    rows = [
        Row(key, label, amount(each, view.currency), says)
        for key, label, each, says in amounts
        if each or key != "overnight"
    ]
    drag = share(split.carry_drag)
    return (
        *rows,
        Row("carry_drag", "Carry drag", drag, "(interest, funding, nights) / |prices|"),
    )


def _disposition(view: ReviewView) -> tuple[Row, ...]:
    found, held = view.figures.disposition, view.figures.holding
    gains, losses = (
        f"{realized} of {realized + paper}"
        for realized, paper in (
            (found.realized_gains, found.paper_gains),
            (found.realized_losses, found.paper_losses),
        )
    )
    few = "" if found.enough else "; too few, needs ten of each"
    times = "needs a winner and a loser"
    if held is not None:
        times = f"mean {lasting(held.lost)} / mean {lasting(held.won)}"
    return (
        Row("pgr", "PGR", number(found.pgr), f"gains realized ({gains}) where several were open"),
        Row("plr", "PLR", number(found.plr), f"losses realized ({losses}) on the same days"),
        Row(
            *("disposition", "PGR less PLR", number(found.difference)),
            f"above zero: winners are sold sooner than losers{few}",
        ),
        Row(
            *("holding_ratio", "Losers / winners held"),
            number(None if held is None else held.ratio, 2, "x"),
            times,
        ),
    )


GROUP_HEADS = ("N", "won", "mean R", "net")


def group_cells(group: Group, currency: str) -> tuple[str, ...]:
    """The cells of one group under `GROUP_HEADS`."""
    return (
        str(group.n),
        str(group.won),
        number(group.mean_r, 2),
        amount(group.net, currency),
    )


def telling(view: ReviewView, by: By) -> bool:
    """Whether a grouping sets anything apart."""
    return len(view.figures.groups[by]) > 1


def definitions(view: ReviewView) -> dict[str, str]:
    """What each figure is, by its key."""
    return {row.key: row.says for section in sections(view) for row in section.rows if row.key}
