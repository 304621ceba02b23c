"""The desk: what each key does, the frame that moves the clock, and what happens on news."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.binding import BindingType
from textual.message import Message

from ledger.account.events import Event, MarginCallIssued
from ledger.practice.explain import explain_account, explain_position
from ledger.practice.timeline import Phase
from tui import figures, keymap
from tui import format as fmt
from tui.account_panel import account_lines
from tui.pace import FRAMES_PER_SECOND
from tui.screens.call.card import ExitCard
from tui.screens.call.figures import exit_lines, exits
from tui.screens.card import Card, paragraphs
from tui.screens.desk_parts import PANELS
from tui.screens.desk_scenario import DeskScenario
from tui.screens.desk_show import LEAST_BETWEEN, DeskPicture
from tui.screens.help import CHAPTERS, HelpCard, help_lines
from tui.screens.ledger import LedgerScreen
from tui.widgets.grid import DataGrid

if TYPE_CHECKING:
    from tui.app import TightropeApp

_RUNNING = "running; the clock stops at a margin call"
_HURRYING = "running to the next fill, warning, call or funding"


class Desk(DeskScenario):
    """One session on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings(keymap.DESK)]

    _frame_at = 0.0
    _yielded = False
    _held_up = False

    @dataclass
    class Leaving(Message):
        """The trader wants another rehearsal, or one on a market that is `made_up`."""

        made_up: bool = False

    # time

    def on_mount(self) -> None:
        """The first bar opens by itself; then everything waits for the trader."""
        super().on_mount()
        gc.freeze()  # tapes and modules stay: the collector need not walk them between two keys
        self._frame_at = perf_counter()
        session = self.conductor.session
        self.notice(self.greeting())
        if session.place.phase is Phase.BEFORE and not session.ended:
            self.conductor.step()
        else:
            self.take(self.conductor.here())
            self._show_call()
        self.call_after_refresh(self.brief)
        self.set_interval(1 / FRAMES_PER_SECOND, self._frame)

    def _frame(self) -> None:
        now = perf_counter()
        seconds, self._frame_at = now - self._frame_at, now
        if self._stopped:
            return
        if self.conductor.session.held_up is not self._held_up:
            self._held_up = not self._held_up
            self.show_status()
        running = self.conductor.pace.running
        if running and self._yields_to_a_key():
            self.conductor.pace.elapse(seconds)
            return
        if running and self._stale and now - self._drawn_at >= LEAST_BETWEEN:
            self.conductor.pace.elapse(seconds)
            self.catch_up()  # a frame draws or moves the clock: a key never waits for both
            return
        self._guarded(lambda: self.conductor.tick(seconds))
        if not running:
            self.catch_up()
        if running and not self.conductor.pace.running:
            self.show_status()
            if self.notice_text in (_RUNNING, _HURRYING):
                self.notice(self.greeting())

    def _yields_to_a_key(self) -> bool:
        """The frame after a key press is the key's; never two in a row, so that time goes on."""
        app = cast("TightropeApp", self.app)
        self._yielded = app.key_pressed and not self._yielded
        if self._yielded:
            app.key_pressed = False
        return self._yielded

    # news

    @on(DeskPicture.Arrived)
    def arrived(self, message: DeskPicture.Arrived) -> None:
        """The ledger has it: show it, and say what must be seen."""
        self.conductor.published(message.snapshot)
        self.take(message.snapshot)
        if self._form is not None and self.view is not None:
            self._form.refreshed(self.view)
        news = message.snapshot.news
        if message.snapshot.ended:
            self.finish()  # under what the last bar brought, which is read first
        if exits(news):
            self._show_exit(news)
        elif any(isinstance(event, MarginCallIssued) for _, event in news):
            self._show_call()
        self.tell_incidents(news)
        self.tell_kept()
        if self._waits is not None and not self.conductor.busy:
            opens, self._waits = self._waits, None
            opens()

    def _show_exit(self, news: tuple[tuple[int, Event], ...]) -> None:
        assert self.view is not None
        lines = exit_lines(news, self.view)
        title = "FORCED SALE" if self.view.borrows else "LIQUIDATED"
        self.app.push_screen(
            ExitCard(title, lines, ascii_only=self.ascii_only), lambda _: self._show_call()
        )

    def _show_call(self) -> None:
        """The oldest open call that has no answer yet."""
        call = next((c for c in self.view.calls if not c.answer), None) if self.view else None
        if call is not None:
            self.action_answer()

    # the clock

    def action_run(self) -> None:
        """Run or pause."""
        if self.conductor.pace.running:
            self.halt()
            self.show_status()
            self.notice(self.greeting())
        else:
            self._go(hurry=False)

    def action_next_event(self) -> None:
        """Run until something happens."""
        self._go(hurry=True)

    def _go(self, *, hurry: bool) -> None:
        if self._may_go():
            self.conductor.run(hurry=hurry)
            self.notice(_HURRYING if hurry else _RUNNING)
            self.show_status()

    def _may_go(self) -> bool:
        if self._form is not None:
            self.notice("The clock waits for the ticket: Esc closes it.")
        elif self.conductor.session.ended:
            self.notice("The tape has ended.", "warned")
        elif not self._stopped:
            return True
        return False

    def action_step(self) -> None:
        """One bar."""
        if self._may_go():
            self._guarded(self.conductor.step)

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self.conductor.pace.change(steps)
        self.show_status()

    # the view

    def action_timeframe(self, steps: int) -> None:
        """The chart's next timeframe."""
        frames = self.frames()
        place = min(max(frames.index(self.frame) + steps, 0), len(frames) - 1)
        self.frame = frames[place]
        self.redraw()

    def action_symbol(self) -> None:
        """The chart's next symbol."""
        symbols = list(self.conductor.session.account.instruments)
        self.show_symbol(symbols[(symbols.index(self.symbol) + 1) % len(symbols)])

    def action_panel(self, index: int) -> None:
        """A panel by its number."""
        self.focus_panel(index)
        if self.has_class("compact") or self.has_class("zoomed"):
            self.call_after_refresh(self.redraw)  # another panel is shown, or in another size

    def action_panel_next(self) -> None:
        """The next panel."""
        self.action_panel((self.panel + 1) % len(PANELS))

    def action_panel_previous(self) -> None:
        """The panel before."""
        self.action_panel((self.panel - 1) % len(PANELS))

    def action_zoom(self) -> None:
        """This panel alone, and back."""
        self.toggle_class("zoomed")
        self._hold()
        self.call_after_refresh(self.redraw)

    def action_theme(self) -> None:
        """The next of a few themes."""
        themes = [t for t in THEMES if t in self.app.available_themes]
        at = themes.index(self.app.theme) if self.app.theme in themes else -1
        self.app.theme = themes[(at + 1) % len(themes)]
        self.notice(f"theme: {self.app.theme}")

    def action_copy(self) -> None:
        """The selected row as plain text."""
        grid = {3: "#resting", 4: "#record"}.get(self.panel, "#held")
        table = self.query_one(grid, DataGrid)
        row = next((cells for key, cells in table.rows if key == table.cursor_key), None)
        text = "  ".join(cell for cell, _ in row) if row else ""
        if self.panel == 0 and self.view is not None:
            text = figures.joined(account_lines(self.view, 40))
        if not text:
            self.notice("There is no row to copy.")
            return
        self.app.copy_to_clipboard(text)
        self.notice(f"copied: {fmt.clean(text, 80)}")

    @on(DataGrid.RowSelected)
    def row_selected(self, message: DataGrid.RowSelected) -> None:
        """Enter on a row explains it."""
        message.stop()
        self.action_explain()

    def action_explain(self) -> None:
        """The arithmetic behind the selected row."""
        if self.snapshot is None or self.view is None:
            return
        account, market = self.snapshot.account, self.snapshot.market
        held = self.selected()
        if self.panel == 4:
            self._explain_event()
            return
        if self.panel == 0 or held is None:
            found, title = explain_account(account, market), "The account's arithmetic"
        else:
            found = explain_position(account, market, held.symbol)
            title = f"The arithmetic of {fmt.plain(held.symbol, 20)}"
        self.app.push_screen(Card(title, paragraphs(found), ascii_only=self.ascii_only))

    def _explain_event(self) -> None:
        key = self.query_one("#record", DataGrid).cursor_key
        wire = next((w for w in self.record.wires if str(w.get("seq")) == key), None)
        if wire is not None:
            lines = [f"{name}: {value}" for name, value in wire.items()]
            found = [(f"Event {key}, as it is on record", *lines)]
            self.app.push_screen(Card("Event", paragraphs(found), ascii_only=self.ascii_only))

    def action_help(self) -> None:
        """Every key that works here."""
        places = [keymap.DESK, {1: keymap.CHART}.get(self.panel, keymap.ROWS)]
        name = PANELS[self.panel]
        card = HelpCard(f"Keys: {name} panel", help_lines(places), ascii_only=self.ascii_only)
        self.app.push_screen(card, lambda answer: self.action_guide() if answer else None)

    def action_guide(self) -> None:
        """The chapter about what is being looked at."""
        from tui.screens.guide import GuideScreen  # not for the start: it reads Markdown

        self.halt()
        called = self.view is not None and self.view.calls
        chapter = "ladder" if called else CHAPTERS[PANELS[self.panel]]
        self.app.push_screen(GuideScreen(chapter, ascii_only=self.ascii_only))

    def action_venues(self) -> None:
        """The rule books, this account's first."""
        from tui.screens.venues import VenuesScreen  # not for the start

        self.halt()
        chosen = self.conductor.session.account.rulebook.id
        self.app.push_screen(VenuesScreen(chosen, ascii_only=self.ascii_only))

    def action_rehearsals(self) -> None:
        """Another rehearsal; nothing is lost by it."""
        if self._form is None:
            self.halt()
            self.post_message(self.Leaving())

    def action_market(self) -> None:
        """A market of one's own; nothing is lost by it."""
        if self._form is None:
            self.halt()
            self.post_message(self.Leaving(made_up=True))

    def action_log(self) -> None:
        """The whole ledger."""
        self.halt()
        self.app.push_screen(LedgerScreen(self.opened, self.record, ascii_only=self.ascii_only))


THEMES = ("textual-dark", "textual-light", "nord", "gruvbox", "tokyo-night", "monokai",
          "solarized-light", "textual-ansi")  # fmt: skip
