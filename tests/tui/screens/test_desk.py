"""Facts of the desk: what a key does, what stops the clock, and what is never shown."""

import asyncio
import os
from decimal import Decimal

import pytest
from textual.events import Key

from ledger.books.store import Batch
from ledger.books.writer import MemoryWriter, Ticket
from ledger.practice.library.files import assets
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.timeline import Phase
from tests.places import TESTS
from tests.tui.desks import NARROW, WIDE, desk
from tests.tui.worlds import black_thursday, first_call
from tui.chart.candles import History
from tui.chart.chart import Chart
from tui.panels.event_rows import KINDS
from tui.screens import ledger as ledger_screen
from tui.screens.call_card import CallCard
from tui.screens.card import Card
from tui.screens.ledger import LedgerScreen
from tui.screens.ticket.form import SideForm
from tui.widgets.grid import DataGrid

DEPOSIT = ("d", "~10000", "enter", "enter")
BUY = ("b", "~200", "tab", "tab", "~92", "enter", "enter")
HOSTILE = ["\x1b[31mred", "[/nope]", "[@click=app.quit]quit[/]", "\u202eabc", "x" * 500, "漢字"]


async def test_the_clock_stops_at_a_margin_call() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~200", "enter", "enter")
        for _ in range(9):
            hands.desk.conductor.pace.change(1)
        await hands.press("space")
        assert isinstance(hands.app.screen, CallCard)
        assert not hands.desk.conductor.pace.running
        assert hands.desk.snapshot.place.phase is Phase.CLOSED
        assert "PAUSED" in hands.desk.picture.status.text


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_made_up_prices_are_called_synthetic_wherever_they_are_shown(
    size: tuple[int, int],
) -> None:
    file = assets() / "rehearsals" / "made-up-panic.toml"
    async with desk(begin(load_rehearsal(file), None, "made"), size) as hands:
        assert "SYNTHETIC" in hands.screen().split("\n")[0]
        await hands.press("2")
        assert "ALFA 1h  100.00  SYNTHETIC REGIMES, SEED 8" in hands.screen()
        await hands.press("slash")
        assert "BETA 1h  20.000  SYNTHETIC REGIMES, SEED 8" in hands.screen()
        await hands.press("L")
        kinds = hands.screen().split("\n")[0].split()
        assert "SYNTHETIC" in kinds
        assert kinds[kinds.index("all") :][: len(KINDS)] == list(KINDS), "none is cut off"


async def test_a_refused_order_keeps_the_text() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~201", "tab", "tab", "tab", "tab", "~because", "enter")
        assert "REFUSED" in hands.text("thought")
        assert "the most that would pass: 200" in hands.text("thought")
        assert hands.desk.side.form is not None
        assert hands.desk.side.form.values["amount"] == "201"
        assert hands.desk.side.form.values["reason"] == "because"
        assert not hands.desk.side.form.reviewing
        assert not hands.desk.view.positions


async def test_an_order_is_sent_by_the_second_enter_only() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~25", "tab", "tab", "~92", "enter")
        assert "REVIEW" in hands.text("form-keys")
        assert not hands.desk.view.positions
        await hands.press("~1")
        assert "REVIEW" not in hands.text("form-keys"), "what was reviewed is not this any more"
        await hands.press("backspace", "enter", "enter")
        assert hands.desk.view.positions[0].quantity == 25


async def test_the_ticket_shows_what_the_fill_will_do() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "~200", "tab", "tab", "~92")
        told = hands.text("thought")
        for figure in ("10,000.00", "2.22", "50.00%", "71.42", "66.66", "-1,600.00  16.0%", "8.0x"):
            assert figure in told
        await hands.press("enter", "enter")
        view = hands.desk.view
        assert (view.loan, view.interest_per_day) == (Decimal("10000.00"), Decimal("2.22"))


async def test_a_size_by_risk_is_the_engines() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "b", "up", "right", "tab", "~2", "tab", "tab", "~92")
        assert "Quantity" in hands.text("thought")
        await hands.press("enter", "enter")
        assert hands.desk.view.positions[0].quantity == 25


async def test_the_clock_waits_for_the_ticket() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY)
        hands.desk.action_run()
        hands.desk.action_close()
        await hands.settle()
        assert not hands.desk.conductor.pace.running
        place = hands.desk.snapshot.place
        hands.desk.action_run()
        hands.desk.action_step()
        await hands.settle()
        assert hands.desk.snapshot.place == place
        assert "waits for the ticket" in hands.desk.picture.notice_text


async def test_flatten_asks_for_its_word() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, "X", "~flat", "enter", "enter")
        assert hands.desk.view.positions
        await hands.press("ctrl+u", "~FLAT", "enter", "enter")
        assert not hands.desk.view.positions


async def test_a_form_that_is_opened_over_another_takes_its_place() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, "x", "X")  # nothing is typed into a form that only asks
        assert [form.heading for form in hands.desk.query(SideForm)] == ["Flatten everything"]
        await hands.press("escape", "x", "b")
        assert [form.heading for form in hands.desk.query(SideForm)] == ["Ticket"]


async def test_parts_are_closed_and_orders_cancelled() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, "c", "right", "enter", "enter")
        assert hands.desk.view.positions[0].quantity == 50
        await hands.press("4", "x", "enter")
        assert not hands.desk.view.orders


async def test_money_moves_by_hand() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "m", "up", "~b", "tab", "~1000", "enter", "enter")
        assert hands.desk.view.loan == Decimal("1000.00")
        await hands.press("d", "up", "right", "tab", "~500", "enter", "enter")
        assert hands.desk.view.deposited == Decimal("9500.00")


def test_no_candle_is_of_the_future() -> None:
    session = black_thursday()
    history = History(session.timeline, "XBTUSD")
    tape = session.timeline.tapes["XBTUSD"]
    for _ in range(70):
        session.advance()
        for frame in (60, 300, 3600):
            candles = history.candles(session.place, frame)
            known = tape.bar(tape.find(session.market.time))
            assert candles[-1].time <= session.market.time
            assert candles[-1].close == pytest.approx(float(known.open))
    fresh = History(session.timeline, "XBTUSD")
    for frame in (60, 300, 3600):
        assert [c.time for c in fresh.candles(session.place, frame)][-20:] == [
            c.time for c in history.candles(session.place, frame)
        ][-20:]


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_from_outside_is_only_text(text: str) -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, "i")
        hands.desk.side.form.fill("text", text)
        await hands.press("enter")
        shown = hands.screen()
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert len({len(line) <= WIDE[0] for line in shown.split("\n")}) == 1


@pytest.mark.parametrize("size", [(60, 15), (79, 24), (80, 23), (1, 1), (20, 3)])
async def test_too_small_a_terminal_is_told_what_is_needed(size: tuple[int, int]) -> None:
    async with desk(first_call(), size) as hands:
        await hands.press(".")
        if size == (60, 15):
            lines = [line for line in hands.screen().split("\n") if line.strip()]
            assert len(lines) == 3
            assert lines[2].strip() == "needs 80x24, have 60x15: the clock stands"
        await hands.pilot.resize_terminal(*WIDE)
        await hands.settle()
        assert "3 Positions" in hands.screen()


async def test_a_narrow_terminal_has_one_panel_and_its_tabs() -> None:
    async with desk(first_call(), NARROW) as hands:
        await hands.press(*DEPOSIT, *BUY)
        for key, word in {"1": "Equity", "2": "entry", "3": "LONG", "4": "stop loss",
                          "5": "FILL"}.items():  # fmt: skip
            await hands.press(key)
            assert word in hands.screen()
            assert sum(panel.region.height > 0 for panel in hands.desk.panels.each) == 1


async def test_a_narrow_desk_says_what_a_key_did_that_changes_nothing_in_sight() -> None:
    async with desk(first_call(), NARROW) as hands:
        await hands.press("3", "right_square_bracket")
        assert hands.text("notice").strip() == "Chart: 1w bars"
        await hands.press("left_square_bracket", "left_square_bracket")
        assert hands.text("notice").strip() == "Chart: 1d bars, the shortest"
        await hands.press("z")
        assert "Only one panel fits here" in hands.text("notice")


async def test_without_utf8_everything_is_ascii() -> None:
    async with desk(first_call(), ascii_only=True) as hands:
        await hands.press(*DEPOSIT, *BUY, ".")
        assert hands.screen().isascii()
        await hands.press("b")
        assert hands.screen().isascii()
        await hands.press("escape", "?")
        assert hands.screen().isascii()


class FullDisk(MemoryWriter):
    """Keeps the first batches, then the disk is full."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def submit(self, batch: Batch) -> Ticket:
        """Refuses for ever after."""
        self.left -= 1
        if self.left >= 0:
            return super().submit(batch)
        self.failure = OSError(28, "No space left on device: ledger.db")
        ticket = Ticket()
        ticket.set_exception(self.failure)
        return ticket


async def test_a_full_disk_stops_the_clock_and_is_named() -> None:
    async with desk(first_call(FullDisk(1))) as hands:
        before = hands.desk.snapshot
        await hands.press("d", "~500", "enter")
        hands.app.post_message(Key("enter", None))
        for _ in range(100):
            await asyncio.sleep(0.02)
            if isinstance(hands.app.screen, Card) and hands.app.screen.query("#card-lines"):
                break
        assert "No space left on device" in hands.app.screen.text
        assert hands.desk.snapshot is before, "what is not on disk is not shown"
        assert not hands.desk.conductor.pace.running


async def test_the_ledger_screen_filters_by_kind() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, ".", ".", "L")
        assert isinstance(hands.app.screen, LedgerScreen)
        grid = hands.app.screen.query_one(DataGrid)
        everything = len(grid.rows)
        await hands.press("f")
        assert [cells[2][0] for _, cells in grid.rows] == ["BORROW"]
        await hands.press("f")
        assert {cells[2][0] for _, cells in grid.rows} == {"INTRST"}
        await hands.press("F", "F")
        assert len(grid.rows) == everything
        await hands.press("escape")
        assert hands.app.screen is hands.desk


async def test_the_ledger_screen_turns_its_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_screen, "PAGE", 4)
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, ".", ".", "L")
        last = hands.desk.opened.session.account.seq
        assert last > 9
        grid = hands.app.screen.query_one(DataGrid)

        def shown() -> list[int]:
            return [int(key) for key, _ in grid.rows]

        assert shown() == [last, last - 1, last - 2, last - 3]
        await hands.press("o")
        assert shown() == [last - 4, last - 5, last - 6, last - 7]
        assert grid.cursor_key == str(last - 4)
        assert f"No {last - 7} to {last - 4}, newest first" in hands.text("filter")
        await hands.press("O")
        assert shown() == [5, 4, 3, 2], "what is in memory begins after the opening"
        assert grid.cursor_key == "2"
        await hands.press("o")
        assert shown() == [5, 4, 3, 2], "nothing is older"
        assert "There is nothing older." in hands.text("filter")
        await hands.press("w")
        assert shown() == [9, 8, 7, 6]
        await hands.press("W", "w")
        assert shown() == [last, last - 1, last - 2, last - 3], "nothing is newer"
        assert "There is nothing newer." in hands.text("filter")


async def test_every_panel_has_its_help_and_explanation() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, ".")
        for key in "12345":
            await hands.press(key, "?")
            assert "buy (long)" in hands.app.screen.text
            await hands.press("escape", "enter")
            assert isinstance(hands.app.screen, Card)
            assert hands.app.screen.text
            await hands.press("escape")
        await hands.press("3", "enter")
        assert "10,000.00 x 8% / 360 days = 2.22 a day" in hands.app.screen.text


async def test_view_keys_change_what_they_say() -> None:
    async with desk(black_thursday()) as hands:
        await hands.press("]")
        assert "5m" in str(hands.desk.panels.each[1].border_title)
        assert hands.text("notice").strip() == "Chart: 5m bars"
        await hands.press("[", "2", "z")
        assert hands.desk.query_one(Chart).size.width > 100
        await hands.press("z", "t")
        assert hands.app.theme == "textual-light"
        await hands.press("tab")
        assert hands.desk.panels.chosen == 2
        await hands.press("shift+tab", ">")
        assert "2/s x120" in hands.text("status")
        assert hands.text("notice").strip() == "Speed: 2 bars a second"
        await hands.press("<", "<", "<")
        assert hands.text("notice").strip() == "Speed: 0.5 bars a second, the slowest there is"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_desk_looks_as_it_did(size: tuple[int, int]) -> None:
    """The picture is kept as text; TIGHTROPE_GOLDEN=1 writes it anew, to be looked at."""
    async with desk(first_call(), size) as hands:
        await hands.press(*DEPOSIT, *BUY, ".", ".", ".", "3")
        shown = hands.screen() + "\n"
        kept = TESTS / "tui" / "goldens" / f"desk-{size[0]}x{size[1]}.txt"
        if os.environ.get("TIGHTROPE_GOLDEN"):
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(shown, "utf-8")
        assert shown == kept.read_text("utf-8")


async def test_the_chart_marks_fills_and_levels() -> None:
    async with desk(first_call()) as hands:
        await hands.press(*DEPOSIT, *BUY, ".", ".")
        picture = hands.desk.query_one(Chart).text
        for word in ("entry 100.00", "stop 92.00", "call 71.4", "liq 66.6", "▲"):
            assert word in picture


async def test_enter_explains_the_account_where_no_row_is_there_to_explain() -> None:
    async with desk(first_call()) as hands:
        await hands.press("3", "enter")
        assert isinstance(hands.app.screen, Card)
