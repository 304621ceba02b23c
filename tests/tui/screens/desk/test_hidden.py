"""Blind entry and R only: what is hidden is nowhere on the desk, and R and the stop stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.test_app import until
from tests.tui.worlds import first_call
from tui.app import TightropeApp
from tui.runtime.opened import Opened
from tui.screens.desk.desk import Desk
from tui.settings import Settings, read_settings
from tui.text.display import Display, choose, masked


@pytest.fixture(autouse=True)
def shown_again() -> Iterator[None]:
    """The choice is that of the program: the next test begins with everything shown."""
    choose(Display.ALL)
    yield
    choose(Display.ALL)


async def bought(hands: Hands) -> None:
    """100 ACME at 100 with a stop at 90: R is 1,000; at 98, 200 of it is lost."""
    await hands.press("d", "~10000", "enter", "enter", "b")
    form = hands.desk.side.form
    assert form is not None
    for name, value in {"amount": "100", "stop": "90"}.items():
        form.fill(name, value)
        await hands.settle()
    await hands.press("enter", "enter", ".", ".")


async def seen(hands: Hands) -> str:
    """Every panel of the desk, one after the other."""
    screens = []
    for panel in "12345":
        await hands.press(panel)
        screens.append(hands.screen())
    await hands.press("3")
    return "\n".join(screens)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_blind_entry_hides_entry_and_result_of_an_open_trade_and_leaves_r_and_the_stop(
    size: tuple[int, int],
) -> None:
    async with desk(first_call(), size) as hands:
        await bought(hands)
        shown = await seen(hands)
        assert "-200.00" in shown
        assert "9,800.00" in shown
        await hands.press("H")
        assert "Blind entry" in hands.text("notice")
        hidden = await seen(hands)
        for figure in ("-200.00", "equity 9,800.00", "at 100,", "at 100.00", "entry 100.00"):
            assert figure not in hidden
        assert "-0.20 R" in hidden
        assert "stop 8.2% away" in hidden
        await hands.press("enter")
        assert "H shows everything again" in hands.screen()
        await hands.press("escape", "c", "enter", "enter")
        assert "9,800.00" in await seen(hands), "nothing is open any more"


async def test_r_only_hides_money_everywhere_and_the_key_brings_it_back() -> None:
    async with desk(first_call()) as hands:
        await bought(hands)
        await hands.press("H", "H")
        hidden = await seen(hands)
        for figure in ("10,000.00", "9,800.00", "200.00", "1,000.00"):
            assert figure not in hidden
        assert "-0.20 R" in hidden
        await hands.press("H")
        assert "9,800.00" in await seen(hands)


async def test_what_is_hidden_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "desk.toml"
    app = TightropeApp(None, opened=Opened(first_call()), ascii_only=False, settings=file)
    async with app.run_test(size=WIDE) as pilot:
        await until(app, Desk)
        await Hands(pilot, app.screen).press("H")  # type: ignore[arg-type]
        assert app.remember() == ""
    assert read_settings(file)[0].display == Settings(display="blind-entry").display
    again = TightropeApp(None, opened=Opened(first_call()), ascii_only=False, settings=file)
    async with again.run_test(size=WIDE) as pilot:
        await until(again, Desk)
        hands = Hands(pilot, again.screen)  # type: ignore[arg-type]
        await hands.press("H")
        assert "R only" in hands.text("notice")


def test_an_event_is_masked_only_where_it_gives_something_away() -> None:
    fill = {"type": "order_filled", "price": "100", "value": "200", "quantity": "2", "fee": None}
    assert masked(fill) is fill
    choose(Display.BLIND_ENTRY)
    assert masked(fill) == {**fill, "price": "•••", "value": "•••"}
    choose(Display.R_ONLY)
    assert masked(fill) == {**fill, "value": "•••"}
