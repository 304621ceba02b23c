"""What is on record and what it is made of: values that nobody changes, with figures by name."""

import dataclasses
import importlib
import inspect
import pkgutil
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

from ledger import account
from ledger.account.events.base import Event
from ledger.account.order import Order
from ledger.account.risk.margin import Margin
from ledger.account.state import Account
from ledger.frozen import replace
from ledger.market import rules
from ledger.market.rules.rulebook import Offset
from ledger.times import DAY, HOUR


def kinds_in(room: ModuleType) -> list[Any]:
    """The dataclasses that are defined in the files of a room."""
    files = pkgutil.walk_packages(room.__path__, room.__name__ + ".")
    modules = [importlib.import_module(file.name) for file in files]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if dataclasses.is_dataclass(kind)
        and inspect.isclass(kind)
        and kind.__module__ == module.__name__
    ]


OF_ACCOUNT, OF_RULES = kinds_in(account), kinds_in(rules)


def test_the_kinds_are_found() -> None:
    assert {Event, Order, Account, Margin} < {*OF_ACCOUNT}
    assert len(OF_ACCOUNT) > 60


def is_scratch(kind: Any) -> bool:
    """What lives for a step leaves it to the type checker that nobody changes it: it was frozen,
    and lost the guard."""
    return kind.__dataclass_params__.frozen and "__setattr__" not in vars(kind)


@pytest.mark.parametrize("kind", [*OF_ACCOUNT, *OF_RULES])
def test_no_figure_of_a_value_is_ever_changed(kind: Any) -> None:
    value, names = object.__new__(kind), [each.name for each in dataclasses.fields(kind)]
    if is_scratch(kind):
        return
    for name in names:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)


def test_only_what_lives_for_a_step_is_left_to_the_type_checker() -> None:
    assert {kind.__name__ for kind in [*OF_ACCOUNT, *OF_RULES] if is_scratch(kind)} == {
        *("Margin", "Stretch", "Piece"),
        *("OpenBar", "CloseBar"),
    }


SHORT = {"Change", "Target", "Health", "Margin", "Stretch", "Lot", "Piece"}
"""Of few figures, in an order that everybody knows."""


@pytest.mark.parametrize("kind", [*OF_ACCOUNT, *OF_RULES])
def test_figures_are_given_by_name_so_that_no_two_are_taken_for_each_other(kind: Any) -> None:
    given = inspect.signature(kind).parameters.values()
    by_name = all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in given)
    assert by_name is (kind.__name__ not in SHORT)


@pytest.mark.parametrize("kind", [kind for kind in OF_ACCOUNT if "__dict__" in dir(kind)])
def test_what_an_account_is_made_of_can_be_copied_with_a_change(kind: Any) -> None:
    value = object.__new__(kind)
    name = next((each.name for each in dataclasses.fields(kind)), None)
    if name is not None:
        assert vars(replace(value, **{name: 1})) == {name: 1}


UNLESS_SAID: dict[tuple[str, str], object] = {
    # an order is one of the trader's, at the market, good till cancelled
    ("PlaceOrder", "order_type"): "market",
    ("PlaceOrder", "good_for"): "gtc",
    ("OrderPlaced", "cause"): "trader",
    ("OrderPlaced", "good_for"): "gtc",
    ("Order", "cause"): "trader",
    ("Order", "good_for"): "gtc",
    ("ClosePosition", "fraction"): Decimal(1),
    ("StartIncident", "stops"): "survive",
    ("AccountOpened", "fills"): "worst",
    # a lender counts the seconds of a year of 360 days and posts what a day has cost
    ("Interest", "day_count"): 360,
    ("Interest", "post_every"): DAY,
    ("Interest", "capitalize"): "never",
    ("Interest", "calendar"): "seconds",
    ("Interest", "counted"): "completed",
    ("Interest", "tier_of"): "blended",
    ("BorrowFee", "day_count"): 360,
    ("BorrowFee", "every"): DAY,
    # Kraken's rollover is charged every four hours, funding is paid every eight
    ("Rollover", "every"): 4 * HOUR,
    ("Rollover", "counted"): "completed",
    ("Funding", "every"): 8 * HOUR,
    ("Band", "share"): Decimal(1),
    ("Level", "share"): Decimal(1),
    ("ForcedExit", "order"): "losers",
    ("ForcedExit", "restores"): "liquidation",
    ("Schedule", "basis"): "value",
    ("Rulebook", "repays"): "incoming",
    ("Rulebook", "draws"): "lacking",
    ("Rulebook", "contract"): "linear",
}
"""What is so unless it is said to be otherwise."""


def test_what_is_not_said_is_nothing_or_the_usual() -> None:
    found = {
        (kind.__name__, each.name): each.default
        for kind in [*OF_ACCOUNT, *OF_RULES]
        for each in dataclasses.fields(kind)
        if each.default is not dataclasses.MISSING
    }
    offset = found.pop(("Rulebook", "offset"))
    assert offset == Offset(matched=Decimal(0))
    assert {key: value for key, value in found.items() if value} == UNLESS_SAID
