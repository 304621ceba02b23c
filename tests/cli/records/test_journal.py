"""`journal` and `trade`: the trades of an account, as lines, as JSON and as CSV."""

import csv
from pathlib import Path

import pytest

from tests.cli.driving import exact, tightrope
from tests.cli.records.test_accounts import begun, run

BOUGHT = (
    'buy = { symbol = "XYZ", quantity = "10", stop_loss = "90", leverage = 1,'
    ' reason = "It broke out", tags = ["=1+1", "trend"] }'
)
MOVED = 'move_stop = { symbol = "XYZ", price = "80" }'
CLOSED = 'close = { symbol = "XYZ" }'


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten shares bought at 100 with a stop at 90, which is moved to 80, and sold at 110; then two
    sold short at 110 without one."""
    acts = [
        (0, 'deposit = "10000"'),
        (0, BOUGHT),
        (1, MOVED),
        (2, CLOSED),
        (3, 'sell = { symbol = "XYZ", quantity = "2", leverage = 1 }'),
    ]
    folder = tmp_path_factory.mktemp("journal")
    return run(folder, ["100", "100", "110", "110", "110"], acts)


def test_every_trade_has_a_line(ledger: Path) -> None:
    head, first, second = (
        " ".join(line.split()) for line in tightrope("journal", "--ledger", ledger).lines
    )
    assert head.startswith("no opened symbol side quantity entry exit R result costs closed by")
    # 10 x 10 over 10 x 10; the stop was moved once
    assert (
        first == "1 2024-01-02 00:00 XYZ long 10 100 110 1.00 100.00 0.00 you 1 =1+1,trend no note"
    )
    assert second == "2 2024-01-05 00:00 XYZ short 2 110 — — 0.00 0.00 open no stop, no reason"


def test_filters_narrow_the_list_down(ledger: Path) -> None:
    assert len(tightrope("journal", "long", "r>0.5", "--ledger", ledger).lines) == 2
    none = tightrope("journal", "tag:nothing", "--ledger", ledger)
    assert (none.status, none.out) == (0, "")
    assert none.err == "tightrope: no trade fits; t has 2\n"


def test_a_filter_that_is_none_is_refused_with_what_is_allowed(ledger: Path) -> None:
    refused = tightrope("journal", "tag:trend", "closed:luck", "r<x", "--ledger", ledger)
    assert (refused.status, refused.out) == (2, "")
    assert "closed:luck: no such value; allowed: trader" in refused.err
    assert "r<x: not a number" in refused.err


def test_as_json_the_figures_are_exact(ledger: Path) -> None:
    told = exact(tightrope("journal", "--json", "--ledger", ledger).out)
    assert (told["account"], told["currency"], len(told["trades"])) == ("t", "USD", 2)
    first, second = told["trades"]
    assert (first["r"], first["net"], first["stop_moves"]) == ("1", "100.00", 1)
    assert (first["opened"], first["closed"]) == ("2024-01-02T00:00:00Z", "2024-01-04T00:00:00Z")
    assert (first["missing"], first["no_r"]) == (["note"], None)
    assert (second["closed_by"], second["r"], second["no_r"]) == (None, None, "no_stop")


def test_in_a_spreadsheet_no_text_is_a_formula(ledger: Path) -> None:
    rows = list(csv.DictReader(tightrope("journal", "--csv", "--ledger", ledger).lines))
    assert [row["number"] for row in rows] == ["1", "2"]
    assert rows[0]["tags"] == "'=1+1 trend"
    assert (rows[0]["net"], rows[1]["r"]) == ("100.00", "")


def test_one_trade_is_told_in_full(ledger: Path) -> None:
    lines = tightrope("trade", "1", "--ledger", ledger).lines
    assert lines[0] == "Trade 1: long 10 XYZ, cross, 1x"
    assert "  Reason     It broke out" in lines
    assert "  Tue 2 Jan 2024 00:00  set at 90" in lines
    assert "  Wed 3 Jan 2024 00:00  widened from 90 to 80, 1.00 R more at risk" in lines
    assert "  R          1.00 R" in lines
    told = exact(tightrope("trade", "1", "--json", "--ledger", ledger).out)
    assert [change["act"] for change in told["stop"]["changes"]] == ["set", "widened"]
    assert (told["risk"]["r0"], told["stop"]["changes"][1]["widened_r"]) == ("100.00", "1")


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "1000000000"])
def test_a_trade_is_asked_for_by_its_number(number: str, ledger: Path) -> None:
    refused = tightrope("trade", number, "--ledger", ledger)
    assert refused.status == 2
    assert "is not the number of a trade" in refused.err or "unrecognized" in refused.err


def test_there_is_no_trade_beyond_the_last(ledger: Path) -> None:
    refused = tightrope("trade", "3", "--ledger", ledger)
    assert refused.status == 2
    assert "there is no trade 3; allowed: 1 to 2" in refused.err


def test_an_account_that_never_traded_says_so(tmp_path: Path) -> None:
    fresh = begun(tmp_path, "mine")
    empty = tightrope("journal", "--ledger", fresh)
    assert (empty.status, empty.out) == (0, "")
    assert empty.err == "tightrope: mine has no trades yet\n"
    assert tightrope("trade", "1", "--ledger", fresh).status == 2
