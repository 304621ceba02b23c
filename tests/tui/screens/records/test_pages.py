"""The journal's pages on the desk: a note is revised, a decision of a trade is tried again."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from ledger.practice.review.journal import journal
from ledger.practice.sessions.open_session import resume
from tests.cli.driving import FIRST_CALL, tightrope
from tests.tui.desks import NARROW, Hands, desk
from tui.app import TightropeApp
from tui.chart.chart import Chart
from tui.runtime.opened import Opened
from tui.screens.records.trade import TradeScreen
from tui.text import display


def played(folder: Path) -> Path:
    """The first call, played to its end: trade 1 is still open, and was called twice."""
    ledger = folder / "l.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", ledger).status == 0
    return ledger


async def until(hands: Hands, holds: Callable[[], object]) -> None:
    for _ in range(3000):
        if holds():
            await hands.settle()
            return
        await asyncio.sleep(0.002)
    raise AssertionError(hands.screen())


async def test_a_note_is_revised_and_what_it_said_stays_on_the_page(tmp_path: Path) -> None:
    ledger = played(tmp_path)
    session = resume(ledger)
    async with desk(session, NARROW, kept=Opened(session, ledger)) as hands:
        await hands.press("escape", "J")
        await until(hands, lambda: "1 trade" in hands.text("filter"))
        await hands.press("enter")
        await until(hands, lambda: isinstance(hands.app.screen, TradeScreen))
        await hands.press("i", "tab", "enter")
        card = hands.app.screen.query_one("#card")
        assert "the note is empty" in str(card.border_subtitle)  # and what was typed stays
        await hands.press("tab", "~greed", "tab", "~late", "enter")
        await until(hands, lambda: "note" in hands.text("notice"))
        await until(hands, lambda: "greed" in hands.text("trade-lines"))
        await hands.press("e", "~x", "tab", "enter")
        await until(hands, lambda: "was, " in hands.text("trade-lines"))
        assert "xgreed" in hands.text("trade-lines")
        assert "#late" in hands.text("filter")
    (note,) = (note for note in journal(ledger, None).entry(1).trade.notes if note.text)
    assert (note.text, [was.text for was in note.past]) == ("xgreed", ["greed"])


async def test_a_decision_is_tried_again_from_the_trades_page(tmp_path: Path) -> None:
    ledger = played(tmp_path)
    session = resume(ledger)
    async with desk(session, kept=Opened(session, ledger)) as hands:
        await hands.press("escape", "J")
        await until(hands, lambda: "1 trade" in hands.text("filter"))
        await hands.press("enter")
        await until(hands, lambda: isinstance(hands.app.screen, TradeScreen))
        await until(hands, lambda: "2024" in hands.text("walked"))
        await hands.press(*["left_square_bracket"] * 30)  # to the plan, the first of it all
        assert "T tries another line" in hands.text("walked")
        await hands.press("T")
        app = hands.app
        assert isinstance(app, TightropeApp)
        await until(hands, lambda: app.opened is not None and app.opened.session is not session)
        assert app.opened is not None
        fork = app.opened.session.fork
        assert fork is not None
        assert (fork.parent, fork.seq + 1) == ("first-call", journal_plan(ledger))


def journal_plan(ledger: Path) -> int:
    """The number of the event with which the trade was planned."""
    return journal(ledger, "first-call").entry(1).trade.plan.seq


async def test_the_entry_and_the_result_of_an_open_trade_are_hidden_on_request(
    tmp_path: Path,
) -> None:
    """200 were bought at 100 and 73 sold at 62: 127 are left, under a stop at 92."""
    ledger = played(tmp_path)
    session = resume(ledger)
    async with desk(session, kept=Opened(session, ledger)) as hands:
        display.choose(display.Display.BLIND_ENTRY)
        try:
            await hands.press("escape", "J")
            await until(hands, lambda: "1 trade" in hands.text("filter"))
            assert "2,798" not in hands.screen()
            await hands.press("enter")
            await until(hands, lambda: isinstance(hands.app.screen, TradeScreen))
            await until(hands, lambda: "2024" in hands.text("walked"))
            page = hands.text("trade-lines")
            assert "2,798" not in page
            assert "at 100" not in page
            assert "in 100" not in page
            assert "entry" not in hands.app.screen.query_one(Chart).text
            assert "92" in page
        finally:
            display.choose(display.Display.ALL)
