"""What is on record and what it is made of: values that nobody changes, with figures by name."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from ledger import account
from ledger.account.events.base import Event
from ledger.account.order import Order
from ledger.account.risk.margin import Margin
from ledger.account.state import Account
from ledger.frozen import replace
from tests.kinds import defaults, is_given_by_name, is_scratch, kinds_in, never_changes

KINDS = kinds_in(account)


def test_the_kinds_are_found() -> None:
    assert {Event, Order, Account, Margin} < {*KINDS}
    assert len(KINDS) > 60


@pytest.mark.parametrize("kind", KINDS)
def test_no_figure_of_a_value_is_ever_changed(kind: Any) -> None:
    assert never_changes(kind)


def test_only_what_lives_for_a_step_is_left_to_the_type_checker() -> None:
    scratch = {kind.__name__ for kind in KINDS if is_scratch(kind)}
    assert scratch == {"Margin", "Stretch", "OpenBar", "CloseBar"}


SHORT = {"Change", "Target", "Health", "Margin", "Stretch", "Lot"}
"""Of few figures, in an order that everybody knows."""


@pytest.mark.parametrize("kind", KINDS)
def test_figures_are_given_by_name_so_that_no_two_are_taken_for_each_other(kind: Any) -> None:
    assert is_given_by_name(kind) is (kind.__name__ not in SHORT)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "__dict__" in dir(kind)])
def test_what_an_account_is_made_of_can_be_copied_with_a_change(kind: Any) -> None:
    value = object.__new__(kind)
    name = next((each.name for each in dataclasses.fields(kind)), None)
    if name is not None:
        assert vars(replace(value, **{name: 1})) == {name: 1}


def test_what_is_not_said_is_nothing_or_the_usual() -> None:
    """An order is one of the trader's, at the market, good till cancelled."""
    assert defaults(KINDS) == {
        ("PlaceOrder", "order_type"): "market",
        ("PlaceOrder", "good_for"): "gtc",
        ("OrderPlaced", "cause"): "trader",
        ("OrderPlaced", "good_for"): "gtc",
        ("Order", "cause"): "trader",
        ("Order", "good_for"): "gtc",
        ("ClosePosition", "fraction"): Decimal(1),
        ("StartIncident", "stops"): "survive",
        ("AccountOpened", "fills"): "worst",
    }
