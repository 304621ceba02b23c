"""A stop was moved: back to before it, another line, and what it would have come to."""

from pathlib import Path

import pytest

from tests.cli.driving import REHEARSALS, exact, installed, tightrope
from tests.terminal import Terminal

MOVED = 12
LAST = 31


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24)])
def test_a_stop_that_was_moved_is_undone_and_compared(
    tmp_path: Path, width: int, height: int
) -> None:
    """At the fork the price is 94 and the stop 92, 200 shares: let stand, it sells for 400 less.
    In the account the stop was moved, and a forced sale followed."""
    path = tmp_path / "l.db"
    tightrope("rehearse", REHEARSALS / "first-call.toml", "--ledger", path)
    with Terminal([installed(), "--ledger", path], width=width, height=height) as terminal:
        terminal.wait_for("END OF TAPE")
        terminal.press("L")
        terminal.wait_for("Esc back to the desk")
        terminal.press("j" * (LAST - MOVED))
        terminal.wait_for("moved from 92 to 80")
        terminal.wait_for("undo this decision")
        terminal.press("T")
        terminal.wait_for("FORK AT #12")
        terminal.wait_for("You are in a fork of first-call at #12")
        terminal.press("n")
        terminal.wait_for("5 Jan 2024")
        terminal.press("C")
        terminal.wait_for("forced exits")
        terminal.wait_for("▼-400.00" if width > 100 else "-400.00")
        terminal.press("\x1b")
        terminal.wait_for("FORK AT #12")
        terminal.press("T")
        terminal.wait_for("Back in first-call.")
        terminal.wait_for("END OF TAPE")
        terminal.press("q")
        assert terminal.wait_end() == 0
    (played, fork) = exact(tightrope("accounts", "--json", "--ledger", path).out)
    assert (played["account"], played["equity"]) == ("first-call", "2375.34")
    assert (fork["account"], fork["parent"], fork["equity"]) == (
        "first-call-fork",
        "first-call",
        "8393.33",
    )
    assert tightrope("doctor", "--deep", "--ledger", path).status == 0


def test_a_ready_made_line_is_one_key_and_shows_what_it_came_to(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    tightrope("rehearse", REHEARSALS / "first-call.toml", "--ledger", path)
    with Terminal([installed(), "--ledger", path], width=100, height=30) as terminal:
        terminal.wait_for("END OF TAPE")
        terminal.press("L")
        terminal.wait_for("Esc back to the desk")
        terminal.press("j" * (LAST - MOVED))
        terminal.wait_for("leave the stop where it was")
        terminal.press("1")
        terminal.wait_for("first-call-stop-left")
        terminal.wait_for("▲+6,017.99")
        terminal.press("\x1b")
        terminal.wait_for("END OF TAPE")
        terminal.press("q")
        assert terminal.wait_end() == 0
