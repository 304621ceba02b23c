"""At the end of a run a card offers the same again, another line, and what comes next."""

from pathlib import Path

from ledger.practice.accounts.overview import accounts
from tests.tui.desks import WIDE, Hands
from tests.tui.screens.accounts.test_list import begun, until
from tui.app import TightropeApp
from tui.runtime.onward import next_after, same_again, shipped
from tui.runtime.opener import Door
from tui.screens.desk.desk import Desk
from tui.screens.desk.end_card import EndCard
from tui.screens.ledger import LedgerScreen

DRILL = "scenarios/drill-09-call-while-down"


async def ended(app: TightropeApp, hands: Hands) -> EndCard:
    """Close every card and run on until the last one."""
    while not isinstance(app.screen, EndCard):
        await hands.press("n" if isinstance(app.screen, Desk) else "escape")
    return app.screen


async def test_the_debrief_of_a_drill_offers_it_again_and_the_next_one(tmp_path: Path) -> None:
    app = TightropeApp(tmp_path / "ledger.db", ascii_only=False, play="drill-09-call-while-down")
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Desk)
        first = next(screen for screen in app.screen_stack if isinstance(screen, Desk))
        hands = Hands(pilot, first)
        card = await ended(app, hands)
        assert "The goal was" in card.text
        await hands.press("T")
        assert isinstance(app.screen, LedgerScreen)
        await hands.press("escape", "p")
        assert isinstance(app.screen, EndCard)
        await hands.press("a")
        await until(app, Desk, first)
        assert app.opened is not None
        assert app.opened.session.rehearsal == DRILL
        assert not app.opened.session.ended
    app.close_session()
    assert len(accounts(tmp_path / "ledger.db")) == 2


def test_an_account_of_ones_own_is_begun_again_under_its_name_and_the_old_one_archived(
    tmp_path: Path,
) -> None:
    ledger = begun(tmp_path, "mine")
    door = Door(ledger)
    opened = door.last("mine")
    assert opened is not None
    for _ in range(3):
        opened.session.advance()
    opened.session.commit()
    outcome = same_again(door, opened, opened.session.close)
    assert outcome.opened is not None
    again = outcome.opened.session
    assert (again.account.name, again.place.index) == ("mine", 0)
    assert outcome.sentence == "mine begins again. The old one is archived as mine-old."
    again.close()
    assert {row.account: row.is_archived for row in accounts(ledger)} == {
        "mine-old": True,
        "mine": False,
    }


def test_what_comes_next_is_the_following_entry_of_its_group() -> None:
    names = [offer.id for _, offer in shipped()]
    place = names.index(DRILL)
    following = next_after(DRILL)
    assert following is not None
    assert following.id == names[place + 1]
    assert next_after(names[-1]) is None
    assert next_after("") is None
