"""The whole of it on a real pseudo-terminal: begin, pay in, step, leave, and find it all again."""

from pathlib import Path

import pytest

from ledger.books.store import Ledger
from tests.cli.driving import installed, rows, tightrope
from tests.terminal import Terminal


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ledger.db"


def desk(ledger: Path, *, width: int = 120, height: int = 40) -> Terminal:
    return Terminal([installed(), "--ledger", ledger], width=width, height=height)


def begin(ledger: Path) -> None:
    """The first run: take the guided rehearsal, pay in, see two bars, leave."""
    with desk(ledger) as terminal:
        terminal.wait_for("First call")
        terminal.press("\r")
        terminal.wait_for("bar 1/12")
        terminal.press("d")
        terminal.wait_for("Amount")
        terminal.press("10000\r")
        terminal.wait_for("Enter")
        terminal.press("\r")
        terminal.wait_for("equity 10,000.00 USD")
        terminal.press(".")
        terminal.wait_for("bar 2/12")
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_the_desk_is_found_again_as_it_was_left(ledger: Path) -> None:
    begin(ledger)
    assert "Equity              10,000.00 USD" in tightrope("status", "--ledger", ledger).lines
    with desk(ledger) as terminal:
        terminal.wait_for("equity 10,000.00 USD")
        terminal.wait_for("bar 2/12")
        terminal.wait_for("Deposited")
        terminal.press(".")
        terminal.wait_for("bar 3/12")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert rows(ledger, "SELECT type FROM events ORDER BY seq") == [
        ("account_opened",),
        ("deposited",),
    ]
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0


def test_a_second_desk_shows_what_was_saved_and_says_that_it_only_looks(ledger: Path) -> None:
    begin(ledger)
    with Ledger.open(ledger):
        before = rows(ledger, "SELECT * FROM events")
        with desk(ledger, width=300) as terminal:  # its whole path in a line
            terminal.wait_for("is in use by another Tightrope")
            terminal.wait_for("The clock has stopped")
            terminal.press("q")  # the card first, then the desk
            terminal.wait_for(lambda screen: "The clock has stopped" not in screen)
            terminal.wait_for("equity 10,000.00 USD")
            terminal.press("q")
            assert terminal.wait_end() == 0
        assert rows(ledger, "SELECT * FROM events") == before


def test_a_terminal_that_is_too_small_is_told_what_it_needs(ledger: Path) -> None:
    begin(ledger)
    before = rows(ledger, "SELECT * FROM events")
    with desk(ledger, width=60, height=15) as terminal:
        terminal.wait_for("needs 80x24, have 60x15")
        terminal.wait_for("10,000.00")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert rows(ledger, "SELECT * FROM events") == before


def test_an_interrupt_leaves_the_desk_and_the_ledger_whole(ledger: Path) -> None:
    begin(ledger)
    with desk(ledger) as terminal:
        terminal.wait_for("bar 2/12")
        terminal.press("\x03")
        assert terminal.wait_end() == 0
    assert tightrope("doctor", "--ledger", ledger).status == 0


def test_a_desk_whose_window_is_closed_ends_and_lets_the_ledger_go(ledger: Path) -> None:
    """Without SIGHUP: the terminal of a test is nobody's controlling terminal."""
    begin(ledger)
    with desk(ledger) as terminal:
        terminal.wait_for("bar 2/12")
        terminal.close()
        assert terminal.process.wait(20) == 0
    with Ledger.open(ledger):
        pass
    assert tightrope("doctor", "--ledger", ledger).status == 0
