"""`next`: which drills come back, by the wall clock of the attempts in a ledger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.scenarios.scenario import FOLDER, scenario, scenarios
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from tests.cli.driving import exact, tightrope
from tests.worlds import D
from tui.runtime.opener import Door

LADDER = "drill-01-ladder"


def fails(ledger: Path) -> None:
    """The first drill, played with nothing but an order: far below 80."""

    def guided(session: Session) -> None:
        session.rehearsal = FOLDER + LADDER

    session = begin(load_rehearsal(scenario(LADDER).file), ledger, LADDER, guided)
    session.open_step()
    session.send(c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(1)))
    session.close_step()
    run(session, (), lambda _: None)
    session.close()


def test_before_the_first_attempt_the_course_is_next(tmp_path: Path) -> None:
    ended = tightrope("next", "--json", "--ledger", tmp_path / "l.db")
    assert (ended.status, ended.err) == (0, "")
    rows = exact(ended.out)
    drills = [each.id for each in scenarios() if each.kind == "drill"]
    assert [row["id"] for row in rows] == drills
    assert not any(row["is_due"] for row in rows)
    assert not (tmp_path / "l.db").exists()
    assert tightrope("next", "--ledger", tmp_path / "l.db").lines[0].split()[:2] == [LADDER, "new"]


def test_a_drill_below_80_is_due_the_day_after_and_then_heads_the_first_screen(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "l.db"
    before = datetime.now(UTC).date()
    fails(ledger)
    row = exact(tightrope("next", "--json", "--ledger", ledger).out)[-1]
    assert row["id"] == LADDER
    assert row["last_grade"] < 80
    tomorrow = timedelta(1)
    days = {before + tomorrow, datetime.now(UTC).date() + tomorrow}
    assert row["due"] in {day.isoformat() for day in days}
    offers = Door(ledger).scenarios(today=before + timedelta(3))["drill"]
    assert offers[0].id == FOLDER + LADDER
    assert [offer.is_due for offer in offers[:2]] == [True, False]
    assert "due" in offers[0].word
    assert not any(offer.is_due for offer in Door(ledger).scenarios(today=before)["drill"])
