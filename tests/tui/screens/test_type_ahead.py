"""Facts of what is typed faster than the desk answers: it is for the form that was asked for."""

from decimal import Decimal

import pytest
from textual.events import Key, Paste
from textual.keys import _character_to_key

from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.worlds import first_call


def burst(hands: Hands, *keys: str) -> None:
    """Everything at one go, as a terminal hands it over; a text after `~`."""
    for key in keys:
        for stroke in key[1:] if key.startswith("~") else [key]:
            name = _character_to_key(stroke) if len(stroke) == 1 else stroke
            hands.app.post_message(Key(name, stroke if len(stroke) == 1 else None))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_note_typed_at_one_go_is_written_and_the_clock_stands(
    size: tuple[int, int],
) -> None:
    async with desk(first_call(), size) as hands:
        before = hands.desk.snapshot.place
        burst(hands, "i", "~so far. no trade < plan", "enter", "z")
        await hands.settle()
        assert hands.desk.snapshot.place == before
        assert "so far. no trade < plan" in str(hands.desk.panels.record.wires[-1])
        assert hands.desk.has_class("zoomed"), "the key after the note is the desk's again"


async def test_money_paid_in_and_an_order_sent_are_one_burst_of_keys() -> None:
    async with desk(first_call()) as hands:
        burst(hands, "d", "~10000", "enter", "enter", "b", "~25", "tab", "tab", "~92",
              "enter", "enter", "full_stop")  # fmt: skip
        await hands.settle()
        view = hands.desk.view
        assert view.deposited == Decimal(10_000)
        assert (view.positions[0].quantity, view.positions[0].stop) == (25, 92)


async def test_what_is_pasted_right_after_a_form_was_asked_for_lands_in_it() -> None:
    async with desk(first_call()) as hands:
        hands.app.post_message(Key("i", "i"))
        hands.app.post_message(Paste("bought the dip"))
        await hands.settle()
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["text"] == "bought the dip"
