"""An account under review: its figures over a span of days, and the trades they were taken from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.books.file.damage import ledger_errors
from ledger.money import ZERO
from ledger.practice.forks.attribution import Rows
from ledger.practice.review.history import History, Progress, read_history, unheard
from ledger.reports.performance.cost_split import CostSplit
from ledger.reports.performance.of_trades import results_of
from ledger.reports.performance.performance import Performance, performance
from ledger.reports.trades.trade import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """The span has both its ends, as trading days counted from 1970. `trades` are all of the
    account's by number, so that every bar and cell can open its own."""

    account: str
    currency: str
    per_year: int
    first_day: int
    last_day: int
    figures: Performance
    trades: Mapping[int, Trade]


def read_review(
    path: Path,
    account: str | None,
    first: int | None = None,
    last: int | None = None,
    progress: Progress = unheard,
) -> ReviewView:
    """Read an account, or the one used last, and measure it over a span of days; `None` leaves an
    end open. Raises `Refused`, and what `Ledger.open` raises."""
    history = read_history(path, account, progress)
    with ledger_errors(path):  # figures of a forged record may be beyond computing
        return review_of(history, first, last)


def review_of(history: History, first: int | None = None, last: int | None = None) -> ReviewView:
    """The same of a history that was read: another span costs no reading."""
    return ReviewView(
        account=history.account,
        currency=history.currency,
        per_year=history.per_year,
        first_day=history.first_day if first is None else max(first, history.first_day),
        last_day=history.last_day if last is None else min(last, history.last_day),
        figures=performance(
            history.curve.between(first, last),
            results_of(history.closed(first, last)),
            cost_split(history.rows(first, last)),
            history.sales(first, last),
            history.per_year,
        ),
        trades={trade.number: trade for trade in history.trades},
    )


def cost_split(rows: Rows) -> CostSplit:
    """The rows of a result as what prices brought, and costs above zero."""
    price, paid = rows.price, {name: ZERO - cost for name, cost in rows.amounts().items()}
    return CostSplit(
        gross=float(price),
        fees=float(paid["fees"]),
        interest=float(paid["interest"]),
        funding=float(paid["funding"]),
        overnight=float(paid["overnight"]),
        slippage=float(paid["slippage"]),
        forced=float(paid["forced_exits"]),
    )
