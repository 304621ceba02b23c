"""A market made up on the desk: what the form stands for, what it shows, and what it begins."""

import asyncio
from pathlib import Path

import pytest
from textual.events import Key

from ledger.market.tapes.recipe import Model
from ledger.practice.rehearsals.rehearsal import load_rehearsal, read_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from tests.tui.desks import NARROW, WIDE, Hands, desk
from tests.tui.test_app import until
from tests.tui.worlds import folder
from tui.app import TightropeApp
from tui.chart.chart import Chart
from tui.panels.market_lines import worst_fall
from tui.runtime.opener import Door, Made
from tui.screens.card import Card
from tui.screens.desk.desk import Desk
from tui.screens.ledger import LedgerScreen
from tui.screens.market import MarketScreen
from tui.screens.market_form import EXAMPLE, complaint, example, hidden, page, rows
from tui.screens.welcome import Welcome
from tui.text.entry import Unreadable
from tui.widgets.fields import Fields
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Lines

VENUES = ("us-reg-t", "binance-usdm")


def values(**typed: str) -> dict[str, str]:
    return {**{row.name: row.value for row in rows(VENUES)}, **typed}


# the form as a file


@pytest.mark.parametrize("model", Model)
@pytest.mark.parametrize("count", ["1", "3"])
def test_what_stands_in_the_form_is_a_rehearsal(model: Model, count: str) -> None:
    typed = values(model=model.value, count=count, bars="200")
    found = read_rehearsal(page(typed), Path("x.toml"))
    assert len(found.tapes) == int(count)
    assert {tape.recipe.model for tape in found.tapes.values() if tape.recipe} == {model}
    assert [len(tape) for tape in found.tapes.values()] == [200] * int(count)
    assert found.rulebook.id == "us-reg-t"
    assert [action.text for action in found.actions] == ["deposit 10000"]


def test_percent_in_the_form_are_fractions_in_the_file() -> None:
    typed = values(drift="-12.5", volatility="80", jump_mean="-5", count="2", correlation="-70")
    tape = read_rehearsal(page(typed), Path("x.toml")).tapes["BETA"]
    assert tape.recipe is not None
    assert tape.recipe.jumps is not None
    found = tape.recipe
    figures = (found.drift, found.volatility, tape.recipe.jumps.mean, found.correlation)
    assert [str(figure) for figure in figures] == ["-0.125", "0.8", "-0.05", "-0.7"]


def test_a_row_that_means_nothing_is_neither_shown_nor_sent() -> None:
    assert {"tape", "gap_deviation", "correlation"} <= hidden(values(model="gbm"))
    assert {"volatility", "interval", "jump_rate"} <= hidden(values(model="bootstrap"))
    assert "correlation" not in hidden(values(count="2"))
    assert "nonsense" not in page(values(model="gbm", jump_rate="nonsense"))


def test_a_fault_of_the_file_is_told_in_the_words_of_the_form() -> None:
    told = 'made-up.toml:7: tape[1].source.bars: "1" is too small; allowed: 2 or more'
    assert complaint(told) == 'Bars: "1" is too small; allowed: 2 or more'
    told = 'made-up.toml:7: tape[1].source.volatility: "30" is too large; allowed: at most 20'
    assert complaint(told).startswith('Vol. %: "30" is too large; allowed: at most 20 (a file')
    assert complaint("x.toml: not valid TOML: what") == "not valid TOML: what"


def test_what_is_no_number_is_said_at_its_row() -> None:
    with pytest.raises(Unreadable, match="Drift %: not a number"):
        page(values(drift="up"))
    with pytest.raises(Unreadable, match="Deposit: enter a number"):
        page(values(deposit=""))


def test_a_hostile_text_stays_a_text() -> None:
    typed = values(model="bootstrap", tape='x" }\nvenue = "us-reg-t', seed='1"\nmode = "cross')
    assert page(typed).count("\nvenue = ") == 1
    assert "\nmode = " not in page(typed)


def test_an_example_has_the_seed_after_it() -> None:
    assert example(values(seed="41"))["seed"] == "42"
    assert example(values(seed="x"))["seed"] == "x"


def test_the_worst_fall_is_from_the_highest_close_before_it() -> None:
    """100, 62 of 100: ACME of the first call falls by 38 %."""
    found = load_rehearsal(folder() / "first-call.toml")
    assert worst_fall(found.tapes["ACME"]) == pytest.approx(0.38)


# on the screen


async def pressed(app: TightropeApp, *keys: str) -> None:
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))
        await asyncio.sleep(0.01)


async def shown(app: TightropeApp, *texts: str) -> None:
    """Wait until the screen of the form says it under the path."""
    for _ in range(1_000):
        await asyncio.sleep(0.01)
        screen = app.screen
        if isinstance(screen, MarketScreen) and screen.is_mounted:
            told = " ".join(lines.text for lines in screen.query(Lines))
            if all(text in told for text in texts):
                return
    raise AssertionError(f"{texts} is never shown")


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_market_is_made_up_and_an_account_begun_and_resumed_on_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    ledger = tmp_path / "ledger.db"
    app = TightropeApp(ledger, ascii_only=False)
    async with app.run_test(size=size) as pilot:
        await until(app, Welcome)
        await pressed(app, "M")
        await until(app, MarketScreen)
        await shown(app, "SYNTHETIC MARKET", "2,000 bars, 83 days", "ALFA", "max drawdown")
        first = app.screen.query_one(Chart).text
        await pressed(app, "ctrl+n")
        for _ in range(500):
            await asyncio.sleep(0.01)
            if app.screen.query_one(Chart).text != first:
                break
        assert app.screen.query_one(Chart).text != first
        await pressed(app, "enter")
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        hands = Hands(pilot, app.screen)
        await hands.settle()
        assert "SYNTHETIC" in hands.text("status")
        assert "10,000.00" in hands.text("status")
        tape = app.screen.opened.session.timeline.tapes["ALFA"]
        assert tape.synthetic == "synthetic jump, seed 2"
        await hands.press("L")
        await until(app, LedgerScreen)
        assert "SYNTHETIC" in app.screen.query_one("#filter", Lines).text
    app.close_session()
    again = resume(ledger)
    assert again.account.name == "made-up-jump"
    assert again.timeline.tapes["ALFA"].sha256 == tape.sha256
    again.close()


async def test_a_fault_keeps_the_text_and_begins_nothing() -> None:
    app = TightropeApp(None, ascii_only=True)
    async with app.run_test(size=NARROW):
        await until(app, Welcome)
        await pressed(app, *"synth", "enter")
        await until(app, MarketScreen)
        app.screen.query_one(Fields).fill("bars", "1")
        await shown(app, 'Bars: "1" is too small; allowed: 2 or more')
        await pressed(app, "enter")
        await asyncio.sleep(0.5)
        assert isinstance(app.screen, MarketScreen)
        assert app.screen.query_one(Fields).values["bars"] == "1"
        await shown(app, 'Bars: "1" is too small; allowed: 2 or more')
        await pressed(app, "escape")
        await until(app, Welcome)


async def test_the_picture_may_be_of_another_seed_than_the_one_that_is_played() -> None:
    app = TightropeApp(None, ascii_only=False)
    async with app.run_test(size=WIDE):
        await until(app, Welcome)
        await pressed(app, "M")
        await until(app, MarketScreen)
        await shown(app, "max drawdown")
        app.screen.query_one(Fields).fill("shown", EXAMPLE)
        await shown(app, "another seed")
        await pressed(app, "enter")
        await until(app, Desk)
        assert isinstance(app.screen, Desk)
        tape = app.screen.opened.session.timeline.tapes["ALFA"]
        assert tape.synthetic == "synthetic jump, seed 1"


async def test_from_the_desk_another_market_leaves_the_account_where_it_is(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    session = begin(load_rehearsal(folder() / "first-call.toml"), ledger, "first")
    session.advance()
    session.close()
    app = TightropeApp(ledger, ascii_only=False)
    async with app.run_test(size=WIDE):
        await until(app, Desk)
        desk = app.screen
        await pressed(app, "M")
        await until(app, MarketScreen)
        await pressed(app, "escape")
        await until(app, Desk)
        assert app.screen is desk
        await pressed(app, "R")
        await until(app, Welcome)
        assert app.screen.query_one("#practise", DataGrid).rows[-1][1][0][0] == "Synthetic market…"
        await pressed(app, "M")
        await until(app, MarketScreen)
        app.screen.query_one(Fields).fill("bars", "500")
        await shown(app, "500 bars", "max drawdown")
        await pressed(app, "enter")
        await until(app, Desk, desk)
        assert isinstance(app.screen, Desk)
        assert app.screen.opened.session.account.name == "made-up-jump"
    app.close_session()
    kept = resume(ledger, "first")
    assert kept.place.index == 0
    kept.close()


def test_incidents_of_the_form_are_drawn_by_its_seed() -> None:
    def drawn(**typed: str) -> list[tuple[int, str]]:
        found = read_rehearsal(page(values(bars="500", **typed)), Path("x.toml"))
        return [(action.at, action.text) for action in found.actions if not action.index]

    assert drawn(incidents="0") == []
    assert len(drawn(incidents="4", seed="7")) == 4
    assert drawn(incidents="4", seed="7") == drawn(incidents="4", seed="7")
    assert drawn(incidents="4", seed="7") != drawn(incidents="4", seed="8")
    told = 'made-up.toml:9: deck.draws: "51" is too large; allowed: at most 50'
    assert complaint(told) == 'Incidents: "51" is too large; allowed: at most 50'


async def test_a_market_with_a_deck_has_the_rest_of_it_in_store_when_it_is_opened_again(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.db"
    rehearsal = read_rehearsal(page(values(bars="500", incidents="3")), Path("x.toml"))
    store = [(drawn.at, drawn.command) for drawn in rehearsal.actions if not drawn.index]
    opened = Door(ledger).begin(Made("made-up-jump", rehearsal))
    async with desk(opened.session) as hands:
        await hands.press("n")
        struck = hands.app.screen
        assert isinstance(struck, Card)
        assert "A careful trader would" in struck.text
    opened.session.close()
    again = Door(ledger).last(None)
    assert again is not None
    assert [(each.at, each.command) for each in again.session.fate] == store
    assert again.session.script_done == 1
    again.session.close()
