"""What a ledger says to anyone with a plain SQL shell."""

from pathlib import Path

import pytest

from ledger.books.file.views import VIEWS
from ledger.books.store import Ledger
from tests.books.lives import first_call, long_life
from tests.books.shelves import fork_of, guarded, keep, plainly

CALL = first_call()


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journey (a) to its end, and a what-if line from the purchase on."""
    made = tmp_path_factory.mktemp("views") / "ledger.db"
    with Ledger.open(made) as ledger:
        branch = keep(ledger, CALL)
        bought = next(n for n, e in enumerate(CALL.events, 1) if type(e).__name__ == "OrderFilled")
        fork_of(ledger, branch, bought)
        keep(ledger, long_life(), "contract")
    return made


def read(path: Path, query: str) -> list[tuple[object, ...]]:
    with plainly(path) as db:
        return db.execute(query).fetchall()


def test_balances_read_as_money(path: Path) -> None:
    """73 of 200 shares were sold for 4,526.00, later 500.00 paid in; both went to the loan."""
    rows = read(
        path,
        "SELECT account, asset, amount FROM v_balance WHERE branch = 'test' AND class = 'asset'"
        " ORDER BY account",
    )
    assert rows == [("cash", "USD", "0.00"), ("position:ACME", "USD", "12700.00")]


def test_the_journal_tells_a_sale_leg_by_leg(path: Path) -> None:
    rows = read(
        path,
        "SELECT debit, credit, amount, asset FROM v_journal"
        " WHERE branch = 'test' AND type = 'force_sold'",
    )
    assert sorted(rows) == [
        ("cash", "position:ACME", "7300.00", "USD"),
        ("realized_pnl", "cash", "2774.00", "USD"),
        ("trade:ACME", "qty:ACME", "73.00000000", "ACME"),
    ]


def test_postings_are_signed_and_sum_to_nothing(path: Path) -> None:
    rows = read(
        path, "SELECT account, amount FROM v_posting WHERE branch = 'test' AND type = 'loan_drawn'"
    )
    assert sorted(rows) == [("cash", "10000.00"), ("loan_principal", "-10000.00")]


def test_the_loan_reads_as_what_is_owed(path: Path) -> None:
    loan = CALL.end.main.loan
    rows = read(path, "SELECT principal, accrued_interest FROM v_loans WHERE branch = 'test'")
    assert rows == [(str(loan.principal), str(loan.accrued))]


def test_interest_of_a_month_is_what_accrued_and_what_was_paid(path: Path) -> None:
    totals = CALL.end.totals
    rows = read(path, "SELECT month, accrued, paid FROM v_interest_by_month WHERE branch = 'test'")
    assert rows == [("2024-01", str(totals.interest), str(totals.interest_paid))]


def test_what_was_realised_names_its_sale(path: Path) -> None:
    rows = read(
        path,
        "SELECT type, symbol, quantity, price, amount, asset FROM v_realised WHERE branch = 'test'",
    )
    assert rows == [("force_sold", "ACME", "73", "62", "-2774.00", "USD")]


def test_each_margin_call_has_one_state(path: Path) -> None:
    """Ten days of 8 % on 10,000.00 are 22.22: at 70.00 the house lacks 0.3 x 14,000 - 3,977.78.

    That call expires with the breach of the exchange's level, whose own call the sale meets.
    """
    rows = read(
        path,
        "SELECT level, shortfall, state, met_by, expired_by FROM v_margin_calls"
        " WHERE branch = 'test' ORDER BY call",
    )
    assert rows == [
        ("house", "222.22", "expired", None, "exchange"),
        ("exchange", "1342.22", "met", "forced_sale", None),
    ]


def test_every_invariant_reads_ok(path: Path) -> None:
    rows = read(path, "SELECT law, verdict, broken FROM v_invariants")
    assert len(rows) > 10
    assert {row[1:] for row in rows} == {("OK", 0)}


def test_a_what_if_line_shows_what_it_inherited(path: Path) -> None:
    inherited = read(path, "SELECT count(*), max(seq) FROM v_events WHERE branch = 'what-if'")
    ((count, last),) = inherited
    assert count == last
    rows = read(
        path,
        "SELECT account, amount FROM v_balance WHERE branch = 'what-if' AND class = 'asset'"
        " ORDER BY account",
    )
    assert rows == [("cash", "0.00"), ("position:ACME", "20000.00")]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_can_be_read_where_the_schema_is_not_trusted(path: Path, view: str) -> None:
    with guarded(path) as db:
        db.execute(f"SELECT * FROM {view}").fetchall()


def test_contracts_stand_at_no_cost(path: Path) -> None:
    """Only spot is bought; of a contract the book knows the margin and the result."""
    rows = read(path, "SELECT DISTINCT account FROM v_balance WHERE branch = 'contract'")
    heads = {str(name).partition(":")[0] for (name,) in rows}
    assert "position" not in heads
    assert {"margin", "qty", "realized_pnl"} <= heads
