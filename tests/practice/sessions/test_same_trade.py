"""Six rule books, one trade: the table of the README is what the files come to."""

from decimal import Decimal

from ledger.account.events import kinds as e
from tests.compare_venues import FILES, played, table
from tests.places import ROOT

README = ROOT / "README.md"


def test_the_table_of_the_readme_is_what_the_rehearsals_come_to() -> None:
    assert "\n".join(table()) in README.read_text("utf-8")


def test_the_six_files_play_one_trade_under_six_rule_books() -> None:
    found = [played(path) for path in FILES]
    assert len({rehearsal.rulebook.id for rehearsal, _, _ in found}) == 6
    assert len({(rehearsal.start, rehearsal.end) for rehearsal, _, _ in found}) == 1
    for _, events, last in found:
        (opened,) = [event for event in events if isinstance(event, e.PositionOpened)]
        (deposit,) = [event for event in events if isinstance(event, e.Deposited)]
        assert (opened.quantity, deposit.amount) == (Decimal("0.6"), 2500)
        owed = last.loan + last.accrued_interest
        assert last.equity == last.cash + last.market_value - owed
