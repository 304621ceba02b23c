"""The desk, assembled: its parts, what happens on news, and what each key does."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widget import Widget

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import (
    Event,
    FindingReviewed,
    LotsPicked,
    MarginCallIssued,
    NoteAdded,
    RuleCreated,
)
from ledger.practice.sessions.timeline import Phase
from ledger.practice.views.desk_view import DeskView
from tui import keymap
from tui.runtime.aside import Aside
from tui.runtime.conductor import Conductor, Snapshot
from tui.runtime.forking import Target
from tui.runtime.opened import Opened
from tui.runtime.pace import FRAMES_PER_SECOND
from tui.runtime.plan_watch import DeskPlanWatch
from tui.screens.call_card import exit_card
from tui.screens.call_lines import exits
from tui.screens.card import Card
from tui.screens.desk.clock import DeskClock
from tui.screens.desk.ledger_guard import LedgerGuard, stopped
from tui.screens.desk.pages import PageKeys, Pages
from tui.screens.desk.parts import footer_hints, theme_after
from tui.screens.desk.picture import Picture
from tui.screens.desk.scenario_teller import ENDED, ScenarioTeller
from tui.screens.desk.script_guide import ScriptGuide
from tui.screens.desk.ticket_side import TicketSide
from tui.screens.desk.trade_keys import TradeKeys
from tui.screens.ledger import LedgerScreen
from tui.screens.page import PageScreen
from tui.text import display
from tui.text import format as fmt
from tui.text.sizes import is_too_small, is_wide
from tui.type_ahead import Heard
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar

WRITTEN = (FindingReviewed, LotsPicked, NoteAdded, RuleCreated)
"""What is only written down: it does not end a run again that has ended."""


class Desk(TradeKeys, PageKeys, PageScreen[None]):
    """One session on the screen: its picture, its clock, and the forms at its side."""

    AUTO_FOCUS = ""
    keys_in_order = True
    meanwhile = ": the clock stands"
    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings(keymap.DESK)]
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As on every screen, except that a change of focus repaints two panels, not everything."""

    @dataclass
    class Arrived(Message):
        """The ledger has a snapshot, which may be shown. Posted by the writer."""

        snapshot: Snapshot

    @dataclass
    class Leaving(Message):
        """The trader wants another rehearsal, a market, an account or a fork: goes `to` it."""

        to: Target

    def __init__(self, opened: Opened, size: Size, *, ascii_only: bool = False) -> None:
        """`size` is the size to come, so that the first paint is right already."""
        super().__init__(ascii_only=ascii_only)
        self.set_class(is_too_small(size), "small")
        self.add_class("wide" if is_wide(size) else "compact")
        self.opened = opened
        session, plain = opened.session, ascii_only
        self.conductor = Conductor(session, lambda shot: self.post_message(self.Arrived(shot)))
        self.guard = LedgerGuard(self.conductor, self._say_stopped)
        self.picture = Picture(opened, self.conductor, ascii_only=plain)
        self.panels = self.picture.panels
        self.clock = DeskClock(
            self.conductor, self.guard, self.picture, self._has_form, self._greeting
        )
        self._guide = ScriptGuide(self.conductor, self.guard.send)
        self.side = TicketSide(
            self.conductor, self.guard, self.picture, self.clock, ascii_only=plain
        )
        self.aside, self._plan = Aside(session), DeskPlanWatch(session)
        self.side.coda, self.guard.after_send = self._coda, self._saw
        self.pages = Pages(self)
        self._teller = ScenarioTeller(
            opened, self._push, self.picture.notice, lambda: self._guide.lesson, ascii_only=plain
        )
        self.is_leaving = False
        """Until whoever heard `Leaving` has answered it."""

    @property
    def is_changing(self) -> bool:
        """Whether a form or a screen was asked for that is not there yet; or the first picture."""
        return self.side.changing or self.is_leaving or self.view is None

    @property
    def view(self) -> DeskView | None:
        """The view that is shown; `None` before the first picture."""
        return self.picture.view

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot that the ledger has."""
        return self.picture.snapshot

    def contents(self) -> ComposeResult:
        """From the top: status, panels, notices, and keys."""
        yield from (self.picture.status, self.picture.health, self.panels.tabs)
        with Horizontal(id="body"):
            yield self.panels
            yield self.side
        yield from (self.picture.alert, self.picture.line)
        yield KeyBar(footer_hints(), id="keys")

    def fit(self) -> None:
        """Show all panels, one panel, or none."""
        wide = is_wide(self.size)
        self.set_class(wide, "wide")
        self.set_class(not wide, "compact")
        self.panels.hold()
        self.side.make_room()
        self.call_after_refresh(self.picture.redraw)

    def on_mount(self) -> None:
        """Open the first bar; then everything waits for the trader."""
        self.panels.focus_on(self.panels.chosen)
        gc.freeze()  # tapes and modules stay: keep the collector from walking them between two keys
        session = self.conductor.session
        self.picture.notice(self._greeting())
        if session.place.phase is Phase.BEFORE and not session.ended:
            self.conductor.step()
        else:
            self.picture.take(self.conductor.here())
            self.app.post_message(Heard())
            self._show_call()
        self.call_after_refresh(self._begin_to_tell)
        self.set_interval(1 / FRAMES_PER_SECOND, self.clock.frame)

    def _begin_to_tell(self) -> None:
        """Show a scenario's briefing, or what the script proposes first."""
        self._teller.open()
        nothing_else = self.picture.notice_text == self._greeting()
        if self._guide.ready() and nothing_else:
            self.picture.notice(self._greeting())

    def _has_form(self) -> bool:
        return self.side.form is not None

    def _greeting(self) -> str:
        if self.conductor.session.ended:
            return ENDED
        return self._teller.greeting or self._guide.greeting

    def _saw(self, command: TraderCommand, events: tuple[Event, ...]) -> None:
        self._guide.saw(command, events)
        self.aside.heard(events, own=True)
        self._plan.sent(events)

    def _coda(self) -> str:
        return self._plan.coda() + self.aside.coda() + self._guide.coda()

    def _push(self, card: Card) -> None:
        self.app.push_screen(card)

    # news

    @on(Arrived)
    def arrived(self, message: Arrived) -> None:
        """Show what the ledger has, and say what must be seen."""
        self.conductor.published(message.snapshot)
        self.pages.twin.make_way(message.snapshot)
        if self.view is None:
            self.app.post_message(Heard())  # comes after this picture, the first
        self.picture.take(message.snapshot)
        if self.view is not None:
            self.side.refresh_form(self.view)
        news = message.snapshot.news
        events = [event for _, event in news]
        broken = self._plan.heard(news, self.view)
        self.clock.report(events, broken + self.aside.heard(events))
        if broken and broken not in self.picture.notice_text:
            self.picture.notice(broken.strip(), "alert")
        written = news and all(isinstance(event, WRITTEN) for _, event in news)
        if message.snapshot.ended and not written:
            self._teller.finish()  # under what the last bar brought, which is read first
        if exits(news):
            self._show_exit(news)
        elif any(isinstance(event, MarginCallIssued) for _, event in news):
            self._show_call()
        going_on = self.view.incidents if self.view else ()
        self._teller.tell_incidents(events, going_on)
        self.side.stored()
        self.pages.twin.take(message.snapshot)

    def _show_exit(self, news: tuple[tuple[int, Event], ...]) -> None:
        assert self.view is not None
        card = exit_card(news, self.view, ascii_only=self.ascii_only)
        self.app.push_screen(card, lambda _: self._show_call())

    def _show_call(self) -> None:
        """Show the margin call, if one is open without an answer."""
        if self.view is not None and not all(call.answer for call in self.view.calls):
            self.side.answer_call()

    def _say_stopped(self, fault: BaseException) -> None:
        notice, card = stopped(fault, self.opened.ledger, ascii_only=self.ascii_only)
        self.picture.notice(notice, "alert")
        self._push(card)

    # the clock

    def action_run(self) -> None:
        self.clock.run_or_pause()

    def action_next_event(self) -> None:
        self.clock.run_to_next_event()

    def action_step(self) -> None:
        self.clock.step()

    def action_fills(self) -> None:
        self.clock.stop_at_fills()

    def action_speed(self, steps: int) -> None:
        self.clock.change_speed(steps)

    def action_script(self) -> None:
        """Do what the script proposes next; in a scenario, or after the end, show its card."""
        free = not self.guard.stopped and self.side.form is None
        if self._teller.has_card:
            if free:
                self.clock.halt()
                self._teller.tell_again()
        elif free:
            self.side.when_stored(self._play_on)
        else:
            self.picture.notice("The script waits for the ticket: Esc closes it.")

    def _play_on(self) -> None:
        text, meaning = self._guide.play_on()
        if self.conductor.pace.running:
            self.clock.going(text)
        self.side.say_when_stored(text, meaning)
        self.picture.show_status()

    # the view

    def action_timeframe(self, steps: int) -> None:
        self.picture.notice(self.panels.next_frame(steps))
        self.picture.redraw()

    def action_symbol(self) -> None:
        self.panels.next_symbol()
        self.picture.redraw()

    def action_panel(self, index: int) -> None:
        if index >= len(self.panels.names):
            self.picture.notice("The watchlist is for runs of several symbols: this has one.")
            return
        self.panels.focus_on(index)
        if self.panels.alone:
            self.call_after_refresh(self.picture.redraw)  # another panel, or another size

    def action_panel_step(self, steps: int) -> None:
        self.action_panel((self.panels.chosen + steps) % len(self.panels.names))

    def action_zoom(self) -> None:
        """Show this panel alone, or all again."""
        self.toggle_class("zoomed")
        if self.has_class("compact"):
            self.picture.notice("Only one panel fits here: its number or tab shows another.")
        self.panels.hold()
        self.call_after_refresh(self.picture.redraw)

    def action_theme(self) -> None:
        """Switch to the next theme."""
        self.app.theme = theme_after(self.app.theme, self.app.available_themes)
        self.picture.notice(f"theme: {self.app.theme}")

    def action_hide(self) -> None:
        """Hide the entry of open trades, all money, or nothing."""
        display.choose(display.following())
        self.panels.record.tell_anew()
        self.picture.redraw()
        self.picture.notice(display.chosen().said)

    def action_copy(self) -> None:
        """Copy the selected row as plain text."""
        text = self.panels.copied()
        if not text:
            self.picture.notice("There is no row to copy.")
            return
        self.app.copy_to_clipboard(text)
        self.picture.notice(f"copied: {fmt.clean(text, 80)}")

    # cards and other screens

    @on(DataGrid.RowSelected)
    def row_selected(self, message: DataGrid.RowSelected) -> None:
        """Enter on a row explains it."""
        message.stop()
        self.action_explain()

    def action_leave(self, to: Target | None) -> None:
        """Leave for another rehearsal, market, account or line; nothing is lost by it."""
        if self.side.form is None and to is not None:
            self.clock.halt()
            self.is_leaving = True
            self.post_message(self.Leaving(to))

    def action_log(self) -> None:
        """Open the whole ledger."""
        self.clock.halt()
        self.app.push_screen(self.ledger_page(forks=True), self.action_leave)

    def ledger_page(self, *, forks: bool = False) -> LedgerScreen:
        """The whole ledger of this account; from the desk, decisions can be tried again."""
        record, plain = self.panels.record, self.ascii_only
        return LedgerScreen(self.opened, record, ascii_only=plain, forks=forks)
