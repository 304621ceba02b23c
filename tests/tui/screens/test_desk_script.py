"""The script of a rehearsal as a guide: one key does what comes next."""

from pathlib import Path

from tests.tui.desks import desk
from tests.tui.worlds import black_thursday, first_call
from tui.runtime.opener import Door
from tui.screens.call_card import CallCard
from tui.screens.card import Card
from tui.screens.desk.end_card import EndCard


async def test_the_script_leads_a_beginner_to_the_margin_call() -> None:
    session = first_call()
    session.rehearsal = "first-call"
    async with desk(session) as hands:
        assert (
            "Deposit 10,000.00 USD: press d, or p to have it done."
            in hands.desk.picture.notice_text
        )
        await hands.press("p")
        assert session.account.totals.deposited == 10_000
        await hands.press("p")
        assert session.account.main.loan.principal == 10_000
        await hands.press("p")  # the clock runs to 4 January
        await hands.press("p")  # where the stop is moved to 80
        assert [order.trigger for order in session.account.orders.values()] == [80]
        for _ in range(4):
            await hands.press("p")
        assert isinstance(hands.app.screen, CallCard)
        assert len(session.account.calls) == 1


async def test_the_script_goes_on_where_it_was_left() -> None:
    session = first_call()
    session.rehearsal, session.script_done = "first-call", 1
    async with desk(session) as hands:
        await hands.press("p")
        # the deposit counts as done, so the order comes next, and nothing is there to pay for it
        assert "refused" in hands.desk.picture.notice_text


async def test_an_account_of_its_own_has_no_script() -> None:
    async with desk(black_thursday()) as hands:
        await hands.press("p")
        assert "No script" in hands.desk.picture.notice_text


async def test_steps_asked_for_quickly_are_all_taken() -> None:
    session = black_thursday()
    async with desk(session) as hands:
        before = session.place.index
        for _ in range(5):
            hands.desk.action_step()
        await hands.settle()
        assert session.place.index == before + 5


async def test_the_coach_speaks_in_sentences_and_names_the_key() -> None:
    session = first_call()
    session.rehearsal = "first-call"
    said = []
    async with desk(session) as hands:
        said.append(hands.desk.picture.notice_text)
        for _ in range(4):
            await hands.press("p")
            said.append(hands.desk.picture.notice_text)
    proposals = (
        "Deposit 10,000.00 USD: press d, or p to have it done.",
        "Buy 200 ACME with 10,000.00 USD borrowed, stop at 92: press b, or p to have it done.",
        "Next, on Thu 4 Jan 2024 00:00: Move the stop on ACME to 80. p goes there.",
        "Move the stop on ACME to 80: press e, or p to have it done.",
        "Next, on Mon 8 Jan 2024 00:00: Remove the stop on ACME. p goes there.",
    )
    for proposal, line in zip(proposals, said, strict=True):
        assert proposal in line


async def test_what_was_proposed_and_done_by_hand_is_not_done_again() -> None:
    session = first_call()
    session.rehearsal = "first-call"
    async with desk(session) as hands:
        await hands.press("d", "~12000", "enter", "enter")
        assert session.account.totals.deposited == 12_000
        assert "Buy 200 ACME" in hands.desk.picture.notice_text
        await hands.press("p")
        assert session.account.totals.deposited == 12_000
        assert session.account.main.loan.principal == 8_000  # 200 at 100, less 12,000 of cash
        assert session.script_done == 2


async def test_what_was_not_proposed_leaves_the_script_where_it_was() -> None:
    session = first_call()
    session.rehearsal = "first-call"
    async with desk(session) as hands:
        await hands.press("i", "~just looking", "enter")
        assert session.script_done == 0
        await hands.press("p", "d", "~500", "enter", "enter")  # a second deposit: not the order
        assert session.script_done == 1
        await hands.press("p")
        assert session.account.main.loan.principal == 9_500


async def test_first_call_ends_with_what_happened_and_its_lesson(tmp_path: Path) -> None:
    """10,000 in; 2,375.34 left (`journeys.md`): 7,624.66 or 76.2% less."""
    door = Door(tmp_path / "ledger.db")
    offer = next(each for each in door.rehearsals() if each.id == "first-call")
    opened = door.begin(offer)
    try:
        async with desk(opened.session, kept=opened) as hands:
            for _ in range(12):
                await hands.press("p")
                if isinstance(hands.app.screen, Card):
                    await hands.press("escape")
            await hands.press("space")
            while not isinstance(hands.app.screen, EndCard):
                await hands.press("escape" if isinstance(hands.app.screen, Card) else "space")
            said = " ".join(hands.app.screen.text.split())
            assert (
                "You paid in 10,000.00 USD and ended with 2,375.34: down 7,624.66 (76.2%)" in said
            )
            assert "2 margin calls, 1 forced exit." in said
            assert "A stop moved away from the price: 1 time." in said
            assert "A stop taken off an open position: 1 time." in said
            assert "A stop at 92, left where it was, costs 1,600.00" in said
            await hands.press("i")
            assert hands.desk.side.form is not None
        async with desk(opened.session, kept=opened) as hands:  # looked at once more
            assert hands.desk.picture.notice_text.startswith("The tape has ended.")
    finally:
        opened.session.close()
