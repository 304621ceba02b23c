"""A scenario on the desk: briefed, interrupted by what goes wrong, debriefed with a grade."""

from pathlib import Path

import pytest

from ledger.account.incident import IncidentKind
from ledger.practice.incident_words import lesson
from ledger.practice.opening import begin
from ledger.practice.rehearsal import load_rehearsal
from ledger.practice.session import Session
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.test_app import until
from tui.app import TightropeApp
from tui.screens.card import Card
from tui.screens.desk import Desk


async def hands_on(app: TightropeApp, pilot: object) -> Hands:
    await until(app, Card)
    desk = next(screen for screen in app.screen_stack if isinstance(screen, Desk))
    return Hands(pilot, desk)  # type: ignore[arg-type]


async def test_the_clock_stops_where_something_goes_wrong_and_the_end_is_graded(
    tmp_path: Path,
) -> None:
    app = TightropeApp(tmp_path / "ledger.db", ascii_only=False, play="drill-09-call-while-down")
    async with app.run_test(size=WIDE) as pilot:
        hands = await hands_on(app, pilot)
        card = app.screen
        assert isinstance(card, Card)
        assert "At 10:35 the venue will be down" in card.text
        await hands.press("escape", "b", "~0.1", "enter", "enter", "n")
        assert "OUTAGE" in hands.text("status")
        assert "The venue is down" in hands.screen()
        await hands.press("n", "n", "n")
        await until(app, Card)
        assert isinstance(app.screen, Card)
        assert "Grade: " in app.screen.text
    app.close_session()


async def test_a_scenario_that_was_left_goes_on_with_what_it_has_in_store(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    app = TightropeApp(ledger, ascii_only=False, play="drill-09-call-while-down")
    async with app.run_test(size=WIDE) as pilot:
        hands = await hands_on(app, pilot)
        await hands.press("escape", ".", ".")
    app.close_session()
    again = TightropeApp(ledger, ascii_only=False)
    async with again.run_test(size=WIDE) as pilot:
        await until(again, Desk)
        assert isinstance(again.screen, Desk)
        hands = Hands(pilot, again.screen)
        await hands.press("n")
        assert "OUTAGE" in hands.text("status")
    again.close_session()


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_what_goes_wrong_is_told_to_its_end_stays_while_it_lasts_and_is_told_to_be_over(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    struck = ("outage", "hours = 1"), ("withdrawal_freeze", "hours = 2")
    session = scripted(tmp_path, *struck)
    async with desk(session, size) as hands:
        await hands.press(".")
        told = " ".join(hands.text("notice").split())
        assert lesson(IncidentKind.OUTAGE) in told
        assert lesson(IncidentKind.WITHDRAWAL_FREEZE) in told
        shown = " ".join(hands.screen().split())
        assert "a few blind hours cannot cross" in shown
        assert "sweep profits out while the door is open." in shown
        assert " OUTAGE " in hands.text("status")
        assert (" FREEZE " if size == WIDE else " +1 ") in hands.text("status")
        await hands.press("d", "~5", "enter", "enter", "n")
        for _ in range(70):
            if "OUTAGE" not in hands.text("status"):
                break
            await hands.press(".")
        assert hands.text("notice").strip() == "Over: outage."
        assert " FREEZE " in hands.text("status")


def scripted(folder: Path, *struck: tuple[str, str]) -> Session:
    """The first minute of Black Thursday; the incidents strike in the second."""
    lines = [
        'venue = "binance-usdm"',
        "start = 2020-03-12T00:00:00Z",
        "end = 2020-03-12T03:00:00Z",
        '[[tape]]\nsymbol = "XBTUSD"\nsource = "xbtusd-bitmex-1m-2020-03"',
        '[[do]]\nat = 2020-03-12T00:00:00Z\ndeposit = "3000"',
        *(
            f'[[do]]\nat = 2020-03-12T00:01:00Z\nincident = {{ kind = "{kind}", {more} }}'
            for kind, more in struck
        ),
    ]
    path = folder / "struck.toml"
    path.write_text("\n".join(lines), "utf-8")
    rehearsal = load_rehearsal(path)
    session = begin(rehearsal, None, "struck")
    session.fate = rehearsal.actions
    session.advance()
    session.commit().result()
    return session
