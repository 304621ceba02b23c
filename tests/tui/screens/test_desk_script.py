"""The script of a rehearsal as a guide: one key does what comes next."""

from tests.tui.desks import desk
from tests.tui.worlds import black_thursday, first_call
from tui.screens.call_card import CallCard


async def test_the_script_leads_a_beginner_to_the_margin_call() -> None:
    session = first_call()
    session.rehearsal = "first-call"
    async with desk(session) as hands:
        assert "p takes the script's next step" in hands.desk.picture.notice_text
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
