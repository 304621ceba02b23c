"""The end of a run in sentences: how it ended, what happened, and what to look at."""

from collections.abc import Iterator
from decimal import Decimal

from ledger.account.state import Totals
from ledger.practice.words.formats import fixed, percent
from ledger.reports.run_summary import RunSummary


def result(totals: Totals, equity: Decimal, savings: Decimal, currency: str) -> str:
    """What went in, what is left, and the difference; `savings` are profits put aside."""
    taken = totals.withdrawn + savings
    change = equity + taken - totals.deposited
    out = f", took out {_money(taken)}" if taken else ""
    share = f" ({percent(abs(change) / totals.deposited)})" if totals.deposited > 0 else ""
    way = "up" if change > 0 else "down"
    end = f"{way} {_money(abs(change))}{share}" if change else "no gain, no loss"
    return (
        f"You paid in {_money(totals.deposited)} {currency}{out} and ended with "
        f"{_money(equity)}: {end}."
    )


def happened(summary: RunSummary, totals: Totals, held: int) -> Iterator[str]:
    """Trades, the positions still `held`, costs, calls."""
    if summary.trades:
        lost = summary.trades - summary.won
        yield f"{_times(summary.trades, 'trade')} closed: {summary.won} won, {lost} lost."
    else:
        yield "No trade was closed."
    if held:
        yield f"{_times(held, 'position')} still open."
    costs = [
        f"{name} {_money(amount)}"
        for name, amount in (
            ("interest", totals.interest),
            ("fees", totals.fees_paid),
            ("funding", totals.funding_paid),
            ("overnight", totals.overnight),
            ("credit interest", -totals.credit_interest),
        )
        if amount
    ]
    if costs:
        yield f"Costs: {', '.join(costs)}."
    if summary.calls or summary.forced:
        calls, forced = _times(summary.calls, "margin call"), _times(summary.forced, "forced exit")
        yield f"{calls}, {forced}.".capitalize()


def worth_a_look(summary: RunSummary) -> Iterator[str]:
    """What a trader would want to see again; one sentence where there is nothing."""
    nothing = True
    for count, words in (
        (summary.without_stop, "{} opened without a stop."),
        (summary.widened, "A stop moved away from the price: {}."),
        (summary.removed, "A stop taken off an open position: {}."),
        (summary.expired, "A margin call that was not met in time: {}."),
    ):
        if count:
            nothing = False
            what = "position" if words.startswith("{}") else "time"
            yield words.format(_times(count, what))
    if nothing:
        yield "Every position had its stop, none was moved away, and no call ran out."


def _times(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count or 'no'} {what}s"


def _money(amount: Decimal) -> str:
    return fixed(amount, 2)
