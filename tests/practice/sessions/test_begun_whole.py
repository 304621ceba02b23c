"""An account is begun whole or not at all: its rules, its opening, its first money, its guide."""

from pathlib import Path

import pytest

from ledger.books.store import Ledger
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.scenario import scenario
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.books.shelves import plainly
from tui.runtime.opener import Door


def test_what_fails_before_the_first_entry_leaves_no_account(tmp_path: Path) -> None:
    path, asked = tmp_path / "ledger.db", load_rehearsal(scenario("2015-franc").file)

    def fail(session: Session) -> None:
        session.advance()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin(asked, path, "a", fail)
    with Ledger.open(path) as ledger:
        assert ledger.branches() == []
    begin(asked, path, "a").close()
    with Ledger.open(path) as ledger:
        assert [branch.name for branch in ledger.branches()] == ["a"]


def test_a_scenario_is_on_record_with_its_money_and_its_guide_in_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    door = Door(path)
    session = door.begin(door.scenario("2015-franc")).session
    with plainly(path) as db:
        assert db.execute("SELECT first_seq, last_seq FROM commit_log").fetchall() == [
            (1, session.account.seq)
        ]
        types = [row[0] for row in db.execute("SELECT type FROM events ORDER BY seq")]
        assert types[:3] == ["account_opened", "session_planned", "deposited"]
        (guide,) = db.execute("SELECT body FROM places").fetchone()
        assert '"rehearsal":"scenarios/2015-franc"' in guide
    session.close()
