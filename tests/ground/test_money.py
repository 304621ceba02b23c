"""Exact money: what an asset can hold, and how an amount is rounded to it."""

from decimal import Decimal

import pytest

from ledger.money import from_atoms, round_down, round_up, settle, to_atoms, units, without_residue

D = Decimal


@pytest.mark.parametrize(
    ("amount", "posted", "asked", "offered"),
    [
        ("0.004", "0.00", "0.01", "0.00"),
        ("0.005", "0.01", "0.01", "0.00"),  # half up
        ("-0.005", "-0.01", "0.00", "0.00"),  # and away from zero below it
        ("-0.019", "-0.02", "-0.01", "-0.01"),
        ("1.00", "1.00", "1.00", "1.00"),
    ],
)
def test_what_is_posted_asked_and_offered_of_a_fraction_of_a_cent(
    amount: str, posted: str, asked: str, offered: str
) -> None:
    found = [rounded(D(amount), "USD") for rounded in (settle, round_up, round_down)]
    assert found == [D(posted), D(asked), D(offered)]


def test_what_a_third_lacks_in_its_last_digit_costs_no_cent() -> None:
    third = D(10) / 3
    assert 3 * third < 10, "34 digits of threes"
    assert round_down(without_residue(3 * third), "USD") == 10
    assert without_residue(D("0.004999999999999999")) == D("0.004999999999999999")


@pytest.mark.parametrize(("amount", "atoms"), [("0.01", 1), ("-12.34", -1234), ("100", 10_000)])
def test_whole_cents_go_into_the_store_and_come_back(amount: str, atoms: int) -> None:
    assert to_atoms(D(amount), "USD") == atoms
    assert from_atoms(atoms, "USD") == D(amount)


@pytest.mark.parametrize("amount", ["0.001", "-0.001", "1.005"])
def test_an_amount_finer_than_a_cent_has_no_place_in_the_store(amount: str) -> None:
    with pytest.raises(ValueError, match=r"USD is finer than 0\.01"):
        to_atoms(D(amount), "USD")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_quantity_has_eight_decimals_and_no_more_is_made_of_it(sign: int) -> None:
    assert units(sign * D("0.123456789")) == sign * D("0.12345678")
