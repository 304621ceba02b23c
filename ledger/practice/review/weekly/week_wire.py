"""A review for `--json`."""

from decimal import Decimal
from typing import Any

from ledger.money import plain
from ledger.practice.review.finding_words import finding_wire
from ledger.practice.review.managed_words import summary_wire
from ledger.practice.review.weekly.week import WeeklyReview
from ledger.reports.discipline.own_rules import Outcome
from ledger.reports.grade.days import PlanDay
from ledger.reports.performance.distribution import Bin
from ledger.times import DAY, iso

Wire = dict[str, Any]


def review_wire(review: WeeklyReview) -> Wire:
    """The five pages as figures; trades by their numbers."""
    return {
        "account": review.account,
        "length": review.span.length.value,
        "first_day": date(review.view.first_day),
        "last_day": date(review.view.last_day),
        "plan": {
            "kept": review.kept,
            "of": len(review.plan),
            "days": [_day(review, each) for each in review.plan],
        },
        "r": {
            "trades": [trade.number for trade in review.trades],
            "past_stop": list(review.view.figures.past_stop),
            "without_r": list(review.without_r),
            "bins": [_bin(each) for each in review.view.figures.histogram],
        },
        "managed": summary_wire(review.managed),
        "findings": [finding_wire(each, review.seen) for each in review.seen.findings],
        "rules": [_tested(each) for each in review.tested],
    }


def date(day: int) -> str:
    """A trading day as `2020-03-12`."""
    return iso(day * DAY)[:10]


def _day(review: WeeklyReview, each: PlanDay) -> Wire:
    numbers = {trade.opened_seq: number for number, trade in review.view.trades.items()}
    return {
        "date": date(each.day),
        "kept": each.kept,
        "planned": each.planned,
        "trades": [numbers[seq] for seq in each.opened if seq in numbers],
        "breaches": [
            {"limit": breach.limit.value, "time": iso(breach.at), "sentence": breach.said}
            for breach in each.breaches
        ],
    }


def _bin(each: Bin) -> Wire:
    return {"low": _edge(each.low), "high": _edge(each.high), "trades": list(each.trades)}


def _edge(r: float | None) -> str | None:
    """`None` for the open end of an outermost bin."""
    return None if r is None else plain(Decimal(str(r)) + 0)  # no negative zero


def _tested(each: Outcome) -> Wire:
    rule = each.rule
    return {
        "version": rule.version,
        "text": rule.text,
        "test": None if rule.condition is None else rule.condition.value,
        "limit": None if rule.limit is None else plain(rule.limit),
        "in_force": rule.until is None,
        "trades": list(each.trades),
        "broken": list(each.broken),
        "kept": each.kept,
    }
