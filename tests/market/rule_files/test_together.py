"""Figures that are sound alone and not together, at their very bounds."""

from dataclasses import replace

import pytest

from ledger.market.rule_files.overrides import override
from ledger.market.rule_files.together import leverage_fault, requirement_faults
from ledger.market.rules.rulebook import Rulebook
from ledger.market.rules.schedule import Basis, Schedule
from ledger.refused import Refused
from tests.worlds import TIERS, D, broker, venue


@pytest.mark.parametrize(
    ("initial", "most", "told"),
    [
        ("0.25", "4", None),
        ("0.33", "3", None),  # 0.99
        ("0.337", "3", "max_leverage 2.96, or initial_margin 0.3334"),  # 1.011
        ("0.3366", "3", None),
        ("0.329", "3", "max_leverage 3.03, or initial_margin 0.3334"),  # 0.987
        ("0", "3", "initial_margin 0.3334"),
    ],
)
def test_margin_and_leverage_are_each_others_inverse_to_a_hundredth(
    initial: str, most: str, told: str | None
) -> None:
    found = leverage_fault(D(initial), D(most))
    if told is None:
        assert found is None
    else:
        assert found is not None
        assert found.endswith(f"allowed: {told}")


@pytest.mark.parametrize(("initial", "taken"), [("0.001", True), ("0.00099", False)])
def test_a_leverage_of_a_thousand_is_the_most_that_may_be_named(initial: str, taken: bool) -> None:
    if taken:
        assert override(venue(), {"initial_margin": initial}).max_leverage == 1_000
    else:
        with pytest.raises(Refused, match="more than 1000"):
            override(venue(), {"initial_margin": initial})


def lending(house: str, exchange: str, initial: str) -> Rulebook:
    schedules = (
        Schedule(name="house", long_rate=D(house)),
        Schedule(name="exchange", long_rate=D(exchange)),
    )
    return broker(schedules=schedules, initial_margin=D(initial))


@pytest.mark.parametrize(
    ("book", "keys"),
    [
        (lending("0.30", "0.25", "0.5"), []),
        (lending("0.30", "0.30", "0.30"), []),
        (lending("0.30", "0.31", "0.5"), [("exchange_margin", "maintenance_margin")]),
        (lending("0.30", "0.25", "0.29"), [("initial_margin", "maintenance_margin")]),
        (
            lending("0.30", "0.31", "0.29"),
            [("exchange_margin", "maintenance_margin"), ("initial_margin", "maintenance_margin")],
        ),
        # a venue says by its tiers what is lent
        (replace(venue(tiers=TIERS), initial_margin=D("0.0001")), []),
        (broker(schedules=(Schedule(name="house", basis=Basis.LIABILITIES),) * 2), []),
    ],
)
def test_a_lender_asks_for_less_the_graver_the_level(
    book: Rulebook, keys: list[tuple[str, str]]
) -> None:
    if book.schedules[0].basis is Basis.LIABILITIES:
        book = replace(book, levels=book.levels[:2])
    assert [pair for pair, _ in requirement_faults(book)] == keys


def test_an_override_goes_to_the_schedule_that_it_is_of() -> None:
    """Maintenance is the call's, the exchange's the last level's; without one of its own that keeps
    its rate, and loses its floors."""
    house = override(broker(), {"maintenance_margin": "0.40"})
    assert [schedule.long_rate for schedule in house.schedules] == [D("0.40"), D("0.25")]
    last = override(broker(), {"exchange_margin": "0.20"})
    assert [schedule.long_rate for schedule in last.schedules] == [D("0.30"), D("0.20")]
    assert override(broker(), {"clear_band": "0.02"}).schedules == broker().schedules


def test_a_largest_leverage_is_that_of_every_tier() -> None:
    found = override(venue(tiers=TIERS), {"max_leverage": "10"})
    assert [tier.max_leverage for tier in found.schedules[0].tiers] == [10, 10, 10]
    assert (found.initial_margin, found.max_leverage) == (D("0.1"), 10)
    assert found.default_leverage == 1
    lower = override(replace(venue(), default_leverage=D(20)), {"max_leverage": "10"})
    assert lower.default_leverage == 10
    rate = override(venue(tiers=TIERS), {"maintenance_margin": "0.02"})
    assert [tier.rate for tier in rate.schedules[0].tiers] == [D("0.02")]


@pytest.mark.parametrize(("given", "at_entry"), [("entry", True), ("mark", False)])
def test_maintenance_is_at_the_mark_or_at_the_entry(given: str, at_entry: bool) -> None:
    assert override(venue(), {"maintenance_at": given}).schedules[0].at_entry is at_entry
