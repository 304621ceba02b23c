"""`purse`: what there is for practice outside the accounts."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.driving import FIRST_CALL, Ended, exact, tightrope


def new(ledger: Path, name: str, *more: str) -> Ended:
    return tightrope(
        *("new", name, "--ledger", ledger, "--venue", "us-reg-t"),
        *("--tape", f"ACME={FIRST_CALL.with_name('acme.csv')}"),
        *("--start", "2024-01-01T00:00:00Z", *more),
    )


def purse(ledger: Path, *more: str) -> list[dict[str, Any]]:
    ended = tightrope("purse", *more, "--json", "--ledger", ledger)
    assert ended.status == 0, ended.err
    return list(exact(ended.out))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "l.db"


def test_the_first_account_sets_the_purse_to_ten_thousand(ledger: Path) -> None:
    ended = new(ledger, "own", "--deposit", "3000", "--json")
    assert exact(ended.out)["purse"] == "7000.00"
    assert purse(ledger) == [
        {
            "currency": "USD",
            "set_to": "10000.00",
            "left": "7000.00",
            "paid_in": {"own": "3000.00"},
        }
    ]


def test_it_may_be_set_to_another_amount_with_the_first_account(ledger: Path) -> None:
    """4,000 of 40,000 are 10%, and 8,000 more of them 30%: more than a fifth."""
    first = new(ledger, "own", "--deposit", "4000", "--purse", "40000")
    assert "10.00% of your practice money is in accounts\n" in first.out
    second = new(ledger, "two", "--deposit", "8000")
    assert "30.00% of your practice money is in accounts: more than a fifth" in second.out


def test_a_purse_that_is_set_is_not_set_by_an_account(ledger: Path) -> None:
    new(ledger, "own", "--deposit", "3000")
    ended = new(ledger, "two", "--deposit", "3000", "--purse", "40000")
    assert ended.status == 2
    assert "the purse of USD is set already" in ended.err
    assert purse(ledger)[0]["left"] == "7000.00"


def test_a_deposit_beyond_it_begins_no_account(ledger: Path) -> None:
    ended = new(ledger, "own", "--deposit", "10000.01")
    assert ended.status == 2
    assert "the purse holds 10000 USD" in ended.err
    assert exact(tightrope("accounts", "--json", "--ledger", ledger).out) == []
    assert purse(ledger) == []


def test_a_rehearsal_brings_its_own_money(ledger: Path) -> None:
    assert tightrope("rehearse", FIRST_CALL, "--ledger", ledger).status == 0
    assert purse(ledger) == []
    assert purse(ledger, "set", "500")[0]["left"] == "500.00"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", ledger).status == 0
    assert purse(ledger)[0]["left"] == "500.00"


def test_it_is_told_in_lines(ledger: Path) -> None:
    new(ledger, "own", "--deposit", "3000")
    assert tightrope("purse", "--ledger", ledger).lines == [
        "The purse holds 7,000.00 USD (set to 10,000.00 USD)",
        "  own: 3,000.00 USD paid in",
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("set",), "the amount is missing"),
        (("set", "many"), "AMOUNT: 'many' is not an amount"),
        (("set", "1e3"), "is not an amount"),
        (("set", "-5"), "is not an amount"),
        (("set", "0.001"), "the smallest amount of USD is 0.01"),
        (("set", "1000000000000"), "is not an amount"),
        (("set", "5", "--currency", "XXX"), "allowed: BTC, USD, USDC, USDT"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    ledger: Path, typed: tuple[str, ...], told: str
) -> None:
    new(ledger, "own", "--deposit", "3000")
    before = purse(ledger)
    ended = tightrope("purse", *typed, "--ledger", ledger)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err
    assert purse(ledger) == before


def test_without_any_account_the_currency_must_be_named(ledger: Path) -> None:
    ended = tightrope("purse", "set", "100", "--ledger", ledger)
    assert ended.status == 2
    assert "--currency: name the currency" in ended.err
    assert purse(ledger, "set", "100", "--currency", "USDT")[0]["left"] == "100.000000"
