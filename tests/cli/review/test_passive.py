"""`passive`: did moving the stop help? Ten shares at 100 with a stop at 90 risk 100."""

import json
from pathlib import Path

from tests.cli.driving import tightrope


def test_one_line_says_whether_moving_the_stops_helped(ledger: Path) -> None:
    head, trade, _, stops, whole, causes = tightrope("passive", "--ledger", ledger).lines
    assert " ".join(head.split()) == "no opened symbol R passive R managed R by cause"
    assert " ".join(trade.split()) == (
        "1 2024-01-02 00:00 XYZ -2.10 -1.20 -0.90 widened stops -0.90"
    )
    assert stops == "Moving your stops cost 0.90 R in 1 of 1 trade (widened stops -0.90 R)."
    assert whole == (
        "Managing them cost 0.90 R: 1 trade made -2.10 R, and left alone would have made -1.20 R."
    )
    assert causes == "By cause, in R: widened stops -0.90."


def test_as_json_the_rows_add_up(ledger: Path) -> None:
    told = json.loads(tightrope("passive", "2024-01", "--json", "--ledger", ledger).out)
    (one,) = told["each"]
    assert (told["stop_moves_r"], told["managed_r"], told["trades"]) == ("-0.9", "-0.9", 1)
    made = one["net"], one["passive"]["net"], one["rows"]["widened_stops"]
    assert made == ("-210.00", "-120.00", "-90.00")


def test_the_page_of_a_trade_has_it_too(ledger: Path) -> None:
    lines = tightrope("trade", "1", "--ledger", ledger).lines
    assert lines[lines.index("Set and forgotten") + 1 :] == [
        "  Passive R         -1.20 R, ended by stop loss on Thu 4 Jan 2024 00:00",
        "  Managed R         -0.90 R, -90.00 USD",
        "  Widened stops     -0.90 R, -90.00 USD",
    ]


def test_without_a_trade_to_compare_it_says_so(ledger: Path) -> None:
    none = tightrope("passive", "short", "--ledger", ledger)
    assert (none.status, none.out) == (0, "")
    assert "nothing to compare" in none.err
