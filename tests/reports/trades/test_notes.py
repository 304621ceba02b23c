"""Notes belong to a trade, keep what they said before, and give it tags."""

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.reports.trades.notes import Written
from ledger.reports.trades.trade import Trade
from tests.reports.trades.played import buy, close, coin, opened, trades
from tests.worlds import D, World


def played() -> tuple[World, list[Trade]]:
    """Two trades, one after the other."""
    world = coin()
    world.flat(100, buy(1, stop=90, tags=("breakout",), confidence=4))
    world.flat(110, close())
    world.flat(110, buy(1))
    world.flat(105, close())
    return world, list(trades(world))


def number_of_the_last_note(world: World) -> int:
    record = [opened(world), *world.events]
    return max(n for n, event in enumerate(record, 1) if isinstance(event, e.NoteAdded))


def test_a_note_goes_to_the_trade_that_it_names_however_old_that_is() -> None:
    world, (first, _) = played()
    world.flat(105, c.AddNote(text="left\ntoo early", trade=first.opened_seq))
    one, other = trades(world)
    assert [(n.text, n.written) for n in one.notes] == [("left\ntoo early", Written.AFTER)]
    assert other.notes == ()


def test_a_note_before_a_trade_waits_for_the_next_one_in_its_symbol() -> None:
    world, _ = played()
    world.flat(105, c.AddNote(text="the next one", symbol="BTC", before=True))
    world.flat(105, buy(1))
    third = trades(world)[2]
    assert [(n.text, n.written) for n in third.notes] == [("the next one", Written.BEFORE)]
    assert trades(world)[1].notes == ()


def test_a_revision_replaces_the_text_and_keeps_what_it_said() -> None:
    world, (first, _) = played()
    world.flat(105, c.AddNote(text="greed", tags=("late",), trade=first.opened_seq))
    number = number_of_the_last_note(world)
    world.flat(105, c.Deposit(amount=D(1)))  # a world leaves its opening out of the numbers
    world.flat(105, c.AddNote(text="fear", tags=("early",), revises=number))
    again = number_of_the_last_note(world)
    world.flat(105, c.Deposit(amount=D(1)))
    world.flat(105, c.AddNote(text="neither", tags=("early",), revises=again))
    (note,) = trades(world)[0].notes
    assert (note.seq, note.text) == (number, "neither")
    assert [(was.seq, was.text, was.tags) for was in note.past] == [
        (number, "greed", ("late",)),
        (again, "fear", ("early",)),
    ]
    assert trades(world)[0].tags == ("breakout", "early")


def test_a_tag_is_taken_off_until_it_is_given_again() -> None:
    world, (first, second) = played()
    assert (first.tags, first.plan.confidence) == (("breakout",), 4)
    assert (second.tags, second.plan.confidence) == ((), None)
    world.flat(105, c.AddNote(text="", tags=("fomo",), trade=second.opened_seq))
    world.flat(105, c.AddNote(text="", untags=("breakout", "fomo"), trade=second.opened_seq))
    world.flat(105, c.AddNote(text="", untags=("breakout",), trade=first.opened_seq))
    assert [trade.tags for trade in trades(world)] == [(), ()]
    world.flat(105, c.AddNote(text="", tags=("fomo",), trade=second.opened_seq))
    assert trades(world)[1].tags == ("fomo",)


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_a_note_about_an_event_that_never_was_is_refused(number: int) -> None:
    world, _ = played()
    world.flat(105, c.AddNote(text="so", trade=number))
    assert any(isinstance(event, e.ActionRefused) for event in world.events)
    assert not any(isinstance(event, e.NoteAdded) for event in world.events)


@pytest.mark.parametrize("confidence", [0, 6])
def test_confidence_is_one_to_five(confidence: int) -> None:
    world = coin()
    world.flat(100, buy(1, confidence=confidence))
    refused = [event for event in world.events if isinstance(event, e.OrderRefused)]
    assert [event.reason for event in refused] == ["confidence is a whole number from 1 to 5"]
