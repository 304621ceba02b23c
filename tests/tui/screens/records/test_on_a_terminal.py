"""On a real pseudo-terminal: two trades are made, the journal is opened and filtered, a note with a
tag is written, and one trade is walked through again."""

from pathlib import Path

import pytest

from tests.cli.driving import FIRST_CALL, exact, installed, tightrope
from tests.terminal import Terminal


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24)])
def test_two_trades_are_made_found_noted_and_walked_through(
    tmp_path: Path, width: int, height: int
) -> None:
    ledger = tmp_path / "l.db"
    begun = tightrope(
        *("new", "mine", "--ledger", ledger, "--venue", "us-reg-t", "--deposit", "10000"),
        *("--tape", f"ACME={FIRST_CALL.with_name('acme.csv')}", "--start", "2024-01-01T00:00:00Z"),
    )
    assert begun.status == 0, begun.err
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    command = [installed(), "--ledger", ledger]
    with Terminal(command, environment=environment, width=width, height=height) as terminal:
        terminal.wait_for("10,000.00")
        for reason in ("support", "hope"):
            terminal.press("b")
            terminal.wait_for("If called")
            terminal.press("10\t\t90\t\t" + reason + "\r\r")  # amount, leverage, stop, reason
            terminal.wait_for("Bought 10 ACME at")
            if reason == "support":
                terminal.press(".")
                terminal.wait_for("Tue 2 Jan")
            terminal.press("c")
            terminal.wait_for("Close")
            terminal.press("\r\r")
            terminal.wait_for("Sold 10 ACME at")
        terminal.press("J")
        terminal.wait_for("2 trades")
        terminal.press("/supp")  # the second trade was made in hope
        terminal.wait_for("1 of 2 trades")
        terminal.press("\r")
        terminal.press("iToo early.\rAgain.\tfear\r")
        terminal.wait_for("note written")
        terminal.press("\r")
        terminal.wait_for("TRADE 1")
        terminal.wait_for("Tue 2 Jan 2024 00:00   #")
        terminal.press("\x1b[D")  # to the bar before
        terminal.wait_for("Mon 1 Jan 2024 00:00   #")
        terminal.press("]")
        terminal.wait_for("Tue 2 Jan 2024 00:00   #")
        terminal.press("q")
        terminal.press("q")
        terminal.wait_for("long")
        terminal.press("q")
        assert terminal.wait_end() == 0
    found = tightrope("trade", 1, "--json", "--ledger", ledger)
    trade = exact(found.out)
    assert [note["text"] for note in trade["notes"]] == ["Too early.\nAgain."]
    assert trade["tags"] == ["fear"]
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
