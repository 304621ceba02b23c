"""Names of the books in other programs: what those take, and never two for one."""

import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.reports.exports.chart import chart_of
from ledger.reports.exports.record import BookAccount, Record, amount, summed
from tests.exports.reader import BEANCOUNT


def record(*accounts: tuple[str, str, str], account: str = "mine") -> Record:
    return Record(
        account=account,
        title="",
        venue="",
        currency="USD",
        first="2024-01-01T00:00:00Z",
        last="2024-01-02T00:00:00Z",
        events=2,
        hash="",
        forked=None,
        accounts=tuple(BookAccount(name, kind, asset, 2, 0) for name, kind, asset in accounts),
    )


@pytest.mark.parametrize(
    ("asset", "written"),
    [
        ("1000PEPE", "X1000PEPE"),
        ("btc", "BTC"),
        ("ÄPFEL", "PFEL"),
        ("BTC-", "BTC"),
        ("ES/Z4", "ES-Z4"),
        ("BTC-USDT", "BTC-USDT"),
        ("BRK.B", "BRK.B"),
        ("TRUE", "XTRUE"),
        ("漢字", "X"),
        ("F", "F"),
        ("A" * 40, "A" * 24),
    ],
)
def test_a_symbol_becomes_one_that_beancount_takes(asset: str, written: str) -> None:
    (symbol,) = chart_of(record((f"qty:{asset}", "units", asset))).symbols
    assert symbol.written == written


def test_what_would_become_the_same_is_numbered() -> None:
    chart = chart_of(
        record(*((f"qty:{asset}", "units", asset) for asset in ("BTC", "btc", "BTC-", "b" * 40)))
    )
    assert [symbol.written for symbol in chart.symbols] == ["BTC", "BTC-2", "BTC-3", "B" * 24]
    assert chart.names[1] == "Assets:Mine:Units:Btc"


def test_money_and_an_instrument_of_one_name_are_two_commodities() -> None:
    chart = chart_of(record(("cash", "asset", "USD"), ("qty:USD", "units", "USD")))
    assert [symbol.written for symbol in chart.holds] == ["USD", "USD-2"]


def test_the_accounts_have_the_fields_own_names() -> None:
    names = {
        "cash": ("asset", "Assets:Mine:Cash"),
        "margin:BTC": ("asset", "Assets:Mine:Margin:BTC"),
        "savings": ("asset", "Assets:Mine:Savings"),
        "position:BTC": ("asset", "Assets:Mine:Cost:BTC"),
        "loan_principal": ("liability", "Liabilities:Mine:Loan:Main"),
        "loan_principal:isolated:BTC": ("liability", "Liabilities:Mine:Loan:Isolated-BTC"),
        "accrued_interest": ("liability", "Liabilities:Mine:Interest-due:Main"),
        "equity:opening": ("equity", "Equity:Mine:Opening"),
        "realized_pnl": ("income", "Income:Mine:Realized"),
        "income:venue_absorbed": ("income", "Income:Mine:Venue-absorbed"),
        "expense:interest": ("expense", "Expenses:Mine:Interest"),
        "expense:fees:trade": ("expense", "Expenses:Mine:Fees:Trade"),
        "qty:BTC": ("units", "Assets:Mine:Units:BTC"),
        "trade:BTC": ("units", "Equity:Mine:Trading:BTC"),
    }
    chart = chart_of(record(*((name, kind, "USD") for name, (kind, _) in names.items())))
    assert chart.names == tuple(written for _, written in names.values())


KINDS = ("asset", "liability", "equity", "income", "expense", "units", "?")
FIRST = ("cash", "margin", "position", "loan_principal", "qty", "trade", "expense:fees", "x", "")
ACCOUNTS = st.lists(
    st.tuples(
        st.builds(lambda a, b: f"{a}:{b}" if b else a, st.sampled_from(FIRST), st.text(max_size=9)),
        st.sampled_from(KINDS),
        st.text(max_size=60),
    ),
    unique_by=lambda one: (one[0], one[2]),
    max_size=8,
)


@given(ACCOUNTS, st.text(max_size=60))
def test_no_account_is_anothers_or_its_parent_and_no_symbol_stands_for_two(
    accounts: list[tuple[str, str, str]], called: str
) -> None:
    chart = chart_of(record(*accounts, account=called))
    for one, other in combinations(sorted(chart.names), 2):
        assert one != other
        assert not other.startswith(f"{one}:")
    assets = {(asset, name.startswith(("qty:", "trade:"))) for name, _, asset in accounts}
    assert len({symbol.written for symbol in chart.symbols}) == len(assets)
    for name, symbol in zip(chart.names, chart.holds, strict=True):
        assert re.fullmatch(BEANCOUNT["open"], f"2024-01-01 open {name} {symbol.written}")


def test_amounts_have_all_their_decimals() -> None:
    assert [amount(*each) for each in ((-5, 2), (0, 8), (123456789, 6), (7, 0))] == [
        "-0.05",
        "0.00000000",
        "123.456789",
        "7",
    ]


def test_the_legs_of_an_event_are_summed_and_what_cancels_is_dropped() -> None:
    """0 gives 1 five and gets three back; what 2 gives to 0 it gets again."""
    assert summed([(1, 0, 5), (0, 1, 3), (0, 2, 4), (2, 0, 4)]) == ((1, 2), (0, -2))
