"""What is made quickly is what the library's frozen dataclass makes."""

from dataclasses import FrozenInstanceError, asdict, dataclass, field
from decimal import Decimal
from inspect import signature

import pytest

from ledger.books.wire.codec import decode, encode
from ledger.frozen import event_from, later, quick, replace, scratch


@dataclass(frozen=True)
class Plain:
    first: int
    second: int = 2


@quick
@dataclass(frozen=True)
class Quick:
    first: int
    second: int = 2


@quick
@dataclass(frozen=True, kw_only=True)
class Named:
    early: int = 1
    late: int
    held: dict[str, int] = field(default_factory=dict)


@scratch
@dataclass(frozen=True)
class Scratch:
    first: int
    second: int = 2
    held: dict[str, int] = field(default_factory=dict)


@quick
@dataclass(frozen=True, kw_only=True)
class Retold:
    second: int
    late: int
    third: int = 3


def test_a_scratch_value_has_the_fields_of_a_plain_one_and_can_be_compared_and_copied() -> None:
    assert asdict(Scratch(7)) == {**asdict(Plain(7)), "held": {}}
    assert Scratch(7) == Scratch(first=7, second=2)
    assert Scratch(7) != Scratch(7, 3)
    assert replace(Scratch(7), second=5) == Scratch(7, 5)
    assert Scratch(1).held is not Scratch(1).held


def test_a_retold_value_takes_over_what_has_the_same_name_and_nothing_else() -> None:
    told = event_from(Retold, Quick(1, second=8), late=9, third=4)
    assert told == Retold(second=8, late=9, third=4)
    assert asdict(told) == {"second": 8, "late": 9, "third": 4}


def test_a_retold_value_lacks_nothing() -> None:
    with pytest.raises(AssertionError, match="third"):
        event_from(Retold, Plain(1), late=9)


def test_a_quick_value_has_the_signature_and_the_fields_of_a_plain_one() -> None:
    assert signature(Quick) == signature(Plain)
    assert asdict(Quick(7)) == asdict(Plain(7))
    assert asdict(Quick(7, second=8)) == asdict(Plain(7, second=8))
    assert Quick(7) == Quick(first=7, second=2)


def test_no_two_values_share_what_a_default_makes() -> None:
    one, other = Named(late=3), Named(late=3)
    assert one == other
    assert one.held is not other.held


@pytest.mark.parametrize("given", [{}, {"late": 1, "unknown": 2}])
def test_a_missing_field_and_one_that_is_none_are_errors(given: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Named(**given)  # type: ignore[arg-type]


def test_a_copy_has_its_own_figures_and_neither_can_be_changed() -> None:
    value = Quick(1)
    copy = replace(value, second=9)
    assert (copy.first, copy.second, value.second) == (1, 9, 2)
    for each in (value, copy):
        with pytest.raises(FrozenInstanceError):
            each.first = 5  # type: ignore[misc]


def test_a_field_that_came_later_leaves_older_records_and_hashes_as_they_are() -> None:
    @dataclass(frozen=True)
    class Before:
        amount: Decimal

    @dataclass(frozen=True)
    class After:
        amount: Decimal
        place: str = later("")

    assert encode(After(Decimal(1))) == encode(Before(Decimal(1))) == {"amount": "1"}
    assert encode(After(Decimal(1), "x")) == {"amount": "1", "place": "x"}
    assert decode(After, {"amount": "1"}) == After(Decimal(1))
