"""A rule of one's own is held against the trades that were opened under it, and no others."""

from ledger.reports.discipline.findings import Detector, Finding
from ledger.reports.discipline.own_rules import Condition, Outcome, OwnRule, outcome_of
from ledger.reports.trades.trade import Trade
from tests.reports.trades.played import buy, close, coin, trades
from tests.worlds import D


def rule(condition: Condition | None, limit: int | str | None = None, **when: int) -> OwnRule:
    given = None if limit is None else D(limit)
    seq, until = when.get("seq", 0), when.get("until")
    return OwnRule(
        version=1, text="x", condition=condition, limit=given, seq=seq, until=until
    )  # fmt: skip


def three() -> tuple[Trade, ...]:
    """Ten at 100 with a stop at 90 and a risk of 100, thrice: sold at 105, at 95 and at 100."""
    world = coin()
    for leave in (105, 95, 100):
        world.flat(100, buy(10, stop=90))
        world.flat(leave, close())
    return trades(world)


def held(rule_: OwnRule, *findings: Finding, day: int = 1) -> Outcome:
    return outcome_of(rule_, three(), findings, lambda seq: day)


def test_a_rule_is_tested_on_the_trades_opened_while_it_was_in_force() -> None:
    made = three()
    first, second, third = (trade.opened_seq for trade in made)
    only = rule(Condition.ALWAYS_A_STOP, seq=first, until=third)
    assert first < second < third
    assert held(only).trades == (2,)
    assert held(only).kept
    late = rule(Condition.ALWAYS_A_STOP, seq=third)
    assert (held(late).trades, held(late).kept) == ((), None)


def test_a_loss_beyond_the_limit_breaks_the_rule_about_losses() -> None:
    """Sold at 95 the second lost half an R."""
    assert held(rule(Condition.MOST_LOST, "0.5")).broken == ()
    assert held(rule(Condition.MOST_LOST, "0.4")).broken == (2,)


def test_the_trades_after_the_first_so_many_of_a_day_are_too_many() -> None:
    assert held(rule(Condition.MOST_TRADES, 2)).broken == (3,)
    made = three()
    days = {trade.opened_seq: n for n, trade in enumerate(made)}
    assert outcome_of(rule(Condition.MOST_TRADES, 1), made, (), days.__getitem__).kept


def test_a_finding_of_its_detector_breaks_a_rule() -> None:
    widened = Finding(detector=Detector.STOP_WIDENED, key=2, at=0, about=(2,))
    assert held(rule(Condition.NO_WIDENING), widened).broken == (2,)
    assert held(rule(Condition.NO_EARLY_EXIT), widened).kept


def test_a_rule_in_words_is_neither_kept_nor_broken() -> None:
    assert held(rule(None)).kept is None


def test_an_order_without_a_reason_breaks_the_rule_about_reasons() -> None:
    assert held(rule(Condition.REASON)).broken == (1, 2, 3)
