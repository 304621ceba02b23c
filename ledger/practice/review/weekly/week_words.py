"""The five pages of a review in words: every line with the trades it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.practice.review.finding_words import grouped, heading, sentence
from ledger.practice.review.managed_words import CAUSES, number_of_trades, signed, summary
from ledger.practice.review.weekly.week import WeeklyReview
from ledger.practice.words.formats import day
from ledger.reports.discipline.findings import Finding
from ledger.reports.discipline.managed import by_cause
from ledger.reports.discipline.own_rules import Outcome, OwnRule
from ledger.reports.grade.days import PlanDay
from ledger.reports.performance.distribution import Bin
from ledger.reports.performance.groups import WEEKDAYS
from ledger.text import clean
from ledger.times import DAY

_WIDEST = 30
_MONDAY = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and the numbers of the trades that it stands for. `finding` is the one it tells."""

    text: str
    trades: tuple[int, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One of the five."""

    title: str
    lines: tuple[Line, ...]


def pages(review: WeeklyReview, *, money: bool = True) -> list[Page]:
    """All five, in order; without `money` no sum is told."""
    return [
        Page("Plan kept", (*_plan(review, money=money),)),
        Page("Results in R", (*_results(review),)),
        Page("What managing brought", (*_managed(review),)),
        Page("Findings", (*_findings(review),)),
        Page("One rule", (*_rules(review),)),
    ]


def _plan(review: WeeklyReview, *, money: bool) -> Iterator[Line]:
    if not review.plan:
        yield Line("Nothing was opened, and no plan was broken.")
        return
    of = _days(len(review.plan))
    yield Line(f"The plan was kept on {review.kept} of {of} of trading.")
    numbers = {trade.opened_seq: number for number, trade in review.view.trades.items()}
    for each in review.plan:
        opened = tuple(numbers[seq] for seq in each.opened if seq in numbers)
        yield Line(f"  {dated(each.day)}  {_verdict(each, money=money)}", opened)


def _days(many: int) -> str:
    return "1 day" if many == 1 else f"{many} days"


def dated(day_: int) -> str:
    """`Mon 2 Mar 2020`."""
    return f"{WEEKDAYS[(day_ + _MONDAY) % 7]} {day(day_ * DAY, year=True)}"


def _verdict(each: PlanDay, *, money: bool) -> str:
    if each.breaches:
        return "; ".join(x.said if money else x.without_money for x in each.breaches)
    return "kept" if each.planned else "there was no plan"


def _results(review: WeeklyReview) -> Iterator[Line]:
    closed, bins = review.trades, review.view.figures.histogram
    if not closed:
        yield Line("No trade was closed.")
        return
    figures = review.view.figures
    rs = [trade.r for trade in closed if trade.r is not None]
    every = tuple(trade.number for trade in closed)
    if not rs:
        yield Line(f"{number_of_trades(len(closed))}, none with an R: no stop at entry.", every)
        return
    mean = sum(rs, Decimal(0)) / len(rs)
    made = f"{signed(sum(rs, Decimal(0)))} R, {signed(mean)} R a trade"
    yield Line(f"{number_of_trades(len(rs))} made {made}.", every)
    past = figures.past_stop
    if past:
        yield Line(f"{len(past)} of them lost more than 1.20 R: {listed(past)}.", past)
    else:
        yield Line("None lost more than 1.20 R.")
    if review.without_r:
        yield Line(f"{number_of_trades(len(review.without_r))} without a stop at entry: no R.",
                   review.without_r)  # fmt: skip
    most = max(each.n for each in bins)
    for each in bins:
        yield Line(f"  {each.label:<18}{each.n:>4}  {_bar(each, past, most)}".rstrip(), each.trades)
    if past:
        yield Line("! lost more than 1.20 R")


def _bar(each: Bin, past: Sequence[int], most: int) -> str:
    """A mark for each trade, or for several where there are many; `!` for those past their stop."""
    beyond = sum(1 for number in each.trades if number in past)
    share = max(1, -(-most // _WIDEST))
    over, rest = -(-beyond // share), -(-(each.n - beyond) // share)
    return "!" * over + "#" * rest


def listed(numbers: Sequence[int]) -> str:
    """`trade 3`, `trades 3, 5`."""
    texts = ", ".join(str(number) for number in numbers)
    return f"{'trade' if len(numbers) == 1 else 'trades'} {texts}"


def _managed(review: WeeklyReview) -> Iterator[Line]:
    managed = review.managed
    if not managed:
        yield Line("No trade with a stop was closed: nothing to compare.")
        return
    every = tuple(each.trade.number for each in managed)
    for said in summary(managed):
        yield Line(said, every)
    done = {worth.by for one in managed for worth in one.decisions}
    rows = {by: r for by, r in by_cause(managed).items() if r or by in done}
    for by, r in rows.items():
        about = tuple(one.trade.number for one in managed if one.rows[by])
        yield Line(f"  {CAUSES[by]:<18}{signed(r):>7} R  {listed(about) if about else ''}".rstrip(),
                   about)  # fmt: skip


def _findings(review: WeeklyReview) -> Iterator[Line]:
    seen = review.seen
    if not seen.findings:
        yield Line("Nothing was found.")
        return
    for detector, findings in grouped(seen.counting).items():
        every = tuple(dict.fromkeys(n for each in findings for n in each.about))
        yield Line(heading(detector, findings), every)
        for each in findings:
            yield Line(f"  {each.id}  {sentence(each, seen.trades)}", _of(each), each)
    contested = [each for each in seen.findings if seen.contested(each)]
    if contested:
        yield Line("Contested by you, and not counted")
        for each in contested:
            yield Line(f"  {each.id}  {sentence(each, seen.trades)}", _of(each), each)


def _of(finding: Finding) -> tuple[int, ...]:
    after = () if finding.after is None else (finding.after,)
    return tuple(dict.fromkeys((*finding.about, *after, *finding.compared)))


def _rules(review: WeeklyReview) -> Iterator[Line]:
    for each in review.tested:
        yield Line(f"{_named(each.rule)} {outcome(each)}", each.broken or each.trades)
    if review.rule is None:
        yield Line("You have no rule yet. Make one: next week's review tests it.")


def _named(rule: OwnRule) -> str:
    return f"Rule v{rule.version}: {clean(rule.text, 200)}"


def outcome(each: Outcome) -> str:
    """`Broken in 1 of 3 trades opened under it: trade 4.`"""
    many = number_of_trades(len(each.trades))
    if each.rule.condition is None:
        return f"Not testable: judge it yourself ({many} opened under it)."
    if not each.trades:
        return "No trade was opened under it."
    if each.broken:
        return f"Broken in {len(each.broken)} of {many} opened under it: {listed(each.broken)}."
    return f"Kept in {many} opened under it."


def review_lines(review: WeeklyReview) -> list[str]:
    """The review as plain lines."""
    lines = [f"{review.account}, {review.span.words}"]
    for number, page in enumerate(pages(review), 1):
        lines += ["", f"{number} {page.title}", *(line.text for line in page.lines)]
    return lines
