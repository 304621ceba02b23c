"""The parts of a rule book: values that nobody changes, with figures by name and usual defaults."""

from typing import Any

import pytest

from ledger.market import rules
from ledger.market.rules.rulebook import Offset, Rulebook
from ledger.times import DAY, HOUR
from tests.kinds import defaults, is_given_by_name, kinds_in, never_changes
from tests.worlds import D

KINDS = kinds_in(rules)


@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_of_a_rule_book_is_ever_changed_and_all_are_given_by_name(kind: Any) -> None:
    assert never_changes(kind)
    assert is_given_by_name(kind) is (kind.__name__ != "Piece")


def test_what_a_book_does_not_say_is_nothing_or_the_usual() -> None:
    found = defaults([*KINDS])
    assert Rulebook in KINDS
    assert found.pop(("Rulebook", "offset")) == Offset(matched=D(0))
    assert found == {
        # a lender counts the seconds of a year of 360 days and posts what a day has cost
        ("Interest", "day_count"): 360,
        ("Interest", "post_every"): DAY,
        ("Interest", "capitalize"): "never",
        ("Interest", "calendar"): "seconds",
        ("Interest", "counted"): "completed",
        ("Interest", "tier_of"): "blended",
        ("BorrowFee", "day_count"): 360,
        ("BorrowFee", "every"): DAY,
        ("BorrowFee", "base"): "value",
        ("BorrowFee", "weekend"): "daily",
        ("BorrowFee", "scale"): D(1),
        # Kraken's rollover is charged every four hours, funding is paid every eight
        ("Rollover", "every"): 4 * HOUR,
        ("Rollover", "counted"): "completed",
        ("Funding", "every"): 8 * HOUR,
        # a broker of contracts divides a year by 360 and charges the weekend on Friday
        ("Overnight", "day_count"): 360,
        ("Overnight", "weekend"): "friday",
        # Interactive Brokers pays interest on cash for each day of a year of 360
        ("CreditInterest", "day_count"): 360,
        ("CreditInterest", "every"): DAY,
        ("Band", "share"): D(1),
        ("Level", "share"): D(1),
        ("ForcedExit", "order"): "losers",
        ("ForcedExit", "restores"): "liquidation",
        ("Schedule", "basis"): "value",
        ("Rulebook", "repays"): "incoming",
        ("Rulebook", "draws"): "lacking",
        ("Rulebook", "contract"): "linear",
    }
