"""`play FILE.toml`: a rehearsal file of one's own on the desk, on a real pseudo-terminal."""

from pathlib import Path

import pytest

from ledger.books.store import Ledger
from tests.cli.driving import FIRST_CALL, installed, rows, tightrope
from tests.terminal import Terminal

ACME = "\n".join(
    [
        "time,open,high,low,close,volume",
        *(f"2024-01-{day:02}T00:00:00Z,100,101,99,100,500" for day in range(2, 20)),
    ]
)
TO_DO = """
[[do]]
at = 2024-01-02T00:00:00Z
deposit = "5010"

[[do]]
at = 2024-01-03T00:00:00Z
buy = { symbol = "ACME", quantity = "100" }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What the guide has in its chapter on a venue of one's own, without the venue."""
    (tmp_path / "acme.csv").write_text(ACME, "utf-8")
    path = tmp_path / "At my broker.toml"
    head = 'title = "At my broker"\nvenue = "us-reg-t"\n'
    tape = '[[tape]]\nsymbol = "ACME"\nsource = "acme.csv"\n'
    path.write_text(head + tape + TO_DO, "utf-8")
    return path


def play(ledger: Path, file: Path, *options: str, width: int = 120, height: int = 40) -> Terminal:
    command: list[str | Path] = [installed(), "play", file, "--ledger", ledger, *options]
    return Terminal(command, width=width, height=height)


def quit_desk(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_end() == 0


def names(ledger: Path) -> list[str]:
    return [name for (name,) in rows(ledger, "SELECT name FROM branches ORDER BY id")]


def test_it_begins_an_account_and_its_actions_are_the_script(tmp_path: Path, file: Path) -> None:
    ledger = tmp_path / "ledger.db"
    with play(ledger, file) as terminal:
        terminal.wait_for("p takes the script's next step")
        terminal.press("p")
        terminal.wait_for("equity 5,010.00 USD")
        terminal.press("p")
        terminal.wait_for("bar 2/18")
        terminal.press("p")
        terminal.wait_for("End of the script")
        quit_desk(terminal)
    assert names(ledger) == ["at-my-broker"]
    assert ("order_filled",) in rows(ledger, "SELECT type FROM events")


def test_the_same_file_goes_on_with_its_account_and_its_script(tmp_path: Path, file: Path) -> None:
    ledger = tmp_path / "ledger.db"
    with play(ledger, file) as terminal:
        terminal.wait_for("p takes the script's next step")
        terminal.press("p")
        terminal.wait_for("equity 5,010.00 USD")
        quit_desk(terminal)
    with play(ledger, file, width=80, height=24) as terminal:
        terminal.wait_for("5,010.00")
        terminal.press("p")
        terminal.wait_for("Wed 3 Jan 2024 00:00  PAUSED")
        terminal.press("p")
        terminal.wait_for("End of the script")
        quit_desk(terminal)
    assert names(ledger) == ["at-my-broker"]
    with play(ledger, file, "--again") as terminal:
        terminal.wait_for("equity 0.00 USD")
        quit_desk(terminal)
    assert names(ledger) == ["at-my-broker", "at-my-broker-2"]


def test_an_edited_file_begins_another_account(tmp_path: Path, file: Path) -> None:
    ledger = tmp_path / "ledger.db"
    with play(ledger, file) as terminal:
        terminal.wait_for("bar 1/18")
        quit_desk(terminal)
    file.write_text(file.read_text("utf-8").replace("5010", "6000"), "utf-8")
    with Terminal([installed(), "--ledger", ledger]) as terminal:
        terminal.wait_for("bar 1/18")
        terminal.press("p")
        terminal.wait_for("the file has changed since")
        quit_desk(terminal)
    with play(ledger, file) as terminal:
        terminal.wait_for("bar 1/18")
        terminal.press("p")
        terminal.wait_for("equity 6,000.00 USD")
        quit_desk(terminal)
    assert names(ledger) == ["at-my-broker", "at-my-broker-2"]


def test_a_deck_s_incidents_happen_by_themselves(tmp_path: Path, file: Path) -> None:
    """With the file's own actions: 5,010 are paid in at the first bar."""
    ledger = tmp_path / "ledger.db"
    file.write_text(file.read_text("utf-8") + "\n[deck]\ndraws = 2\n", "utf-8")
    with play(ledger, file) as terminal:
        terminal.wait_for("equity 5,010.00 USD")
        quit_desk(terminal)
    (tmp_path / "acme.csv").rename(tmp_path / "gone.csv")
    ended = tightrope("play", file, "--ledger", ledger)
    assert (ended.status, ended.out) == (2, "")
    assert "acme.csv: there is no such file" in ended.err


def test_a_scenario_of_one_s_own_is_briefed(tmp_path: Path, file: Path) -> None:
    told = """
[scenario]
kind = "drill"
goal = "Owe nothing at the end."
briefing = "You hold ACME on margin."
debrief = "It did not move."
"""
    file.write_text(file.read_text("utf-8") + told, "utf-8")
    with play(tmp_path / "ledger.db", file, width=80, height=24) as terminal:
        terminal.wait_for("Owe nothing at the end.")
        terminal.press("\x1b")
        terminal.wait_for(lambda screen: "Owe nothing at the end." not in screen)
        quit_desk(terminal)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["nowhere.toml"], "nowhere.toml: there is no such file"),
        (["./"], "this is a folder, not a file"),
        (["~nobody-here/a.toml"], "there is no such file"),
        ([FIRST_CALL], "the desk needs a terminal; without one, use tightrope rehearse "),
        ([FIRST_CALL, "--headless"], "--headless: a file runs without the desk with tightrope "),
        ([FIRST_CALL, "--json"], "--json: a file runs without the desk with tightrope rehearse "),
    ],
)
def test_what_cannot_be_played_is_refused_and_leaves_nothing(
    tmp_path: Path, typed: list[object], told: str
) -> None:
    ledger = tmp_path / "new" / "ledger.db"
    ended = tightrope("play", *typed, "--ledger", ledger)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err
    assert not ledger.parent.exists()


def test_every_fault_of_the_file_is_told_and_no_screen_is_drawn(tmp_path: Path, file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace("us-reg-t", "nowhere"), "utf-8")
    with play(tmp_path / "ledger.db", file) as terminal:
        assert terminal.wait_end() == 2
        assert 'no rule book is called "nowhere"' in terminal.screen
    assert b"\x1b[?1049h" not in terminal.raw


def test_a_ledger_in_use_has_its_exit_status(tmp_path: Path, file: Path) -> None:
    ledger = tmp_path / "ledger.db"
    with Ledger.open(ledger), play(ledger, file) as terminal:
        assert terminal.wait_end() == 4
