"""The desk: what each key does, the frame that moves the clock, and what happens on news."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from ledger.account.commands import AnswerCall, TraderCommand
from ledger.account.events import Event, ForceSold, Liquidated, MarginCallIssued
from ledger.practice.explain import explain_account, explain_position
from ledger.practice.timeline import Phase
from tui import figures, keymap
from tui import format as fmt
from tui.pace import FRAMES_PER_SECOND
from tui.screens.call.card import CallCard, ExitCard
from tui.screens.call.figures import exit_lines, exits
from tui.screens.card import Card, paragraphs
from tui.screens.desk_show import LEAST_BETWEEN, PANELS, DeskPicture, Opened
from tui.screens.help import help_lines
from tui.screens.ledger import LedgerScreen
from tui.screens.ticket.close import CloseForm, FlattenForm, SellForm
from tui.screens.ticket.form import Bench, SideForm
from tui.screens.ticket.guard import CancelForm, GuardForm
from tui.screens.ticket.money import DepositForm, MarginForm, NoteForm
from tui.screens.ticket.order import Ticket
from tui.widgets.grid import DataGrid

__all__ = ["Desk", "Opened"]


class Desk(DeskPicture):
    """One session on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings(keymap.DESK)]

    _waits: Callable[[], None] | None = None
    """A form that opens as soon as what happened before it is on disk."""
    _form: SideForm | None = None
    _frame_at = 0.0
    _stopped = False

    # time

    def on_mount(self) -> None:
        """The first bar opens by itself; then everything waits for the trader."""
        super().on_mount()
        self._frame_at = perf_counter()
        session = self.conductor.session
        self.notice("space runs the clock, . steps, b buys, ? shows every key")
        if session.place.phase is Phase.BEFORE and not session.ended:
            self.conductor.step()
        else:
            self.take(self.conductor.here())
            self._show_call()
        self.set_interval(1 / FRAMES_PER_SECOND, self._frame)

    def _frame(self) -> None:
        now = perf_counter()
        seconds, self._frame_at = now - self._frame_at, now
        if self._stopped:
            return
        running = self.conductor.pace.running
        self._guarded(lambda: self.conductor.tick(seconds))
        if now - self._drawn_at >= LEAST_BETWEEN:
            self.catch_up()
        if running and not self.conductor.pace.running:
            self.show_status()

    def _guarded(self, act: Callable[[], object]) -> None:
        """A ledger that cannot be written stops the clock, and says which file and why."""
        try:
            act()
        except Exception as fault:
            if self.conductor.session.failure is None:
                raise
            self._broken(fault)

    def halt(self) -> None:
        """The clock stands, and what is shown is where it stands."""
        self.conductor.pace.stop()
        self.catch_up()

    def _broken(self, fault: BaseException) -> None:
        self._stopped = True
        self.conductor.pace.stop()
        words = fmt.clean(str(fault) or type(fault).__name__, 400)
        where = f"{self.opened.ledger}: " if self.opened.ledger is not None else ""
        text = words if where.rstrip(": ") in words else f"{where}{words}"
        self.notice(f"The ledger cannot be written: {text}", "alert")
        body = [
            ("The clock is stopped", text, "What you see is what was saved. Nothing after it"
             " is on record.", "Free the disk or put the file back, then start again."),
        ]  # fmt: skip
        self.app.push_screen(
            Card("The ledger cannot be written", paragraphs(body), ascii_only=self.ascii_only)
        )

    # news

    @on(DeskPicture.Arrived)
    def arrived(self, message: DeskPicture.Arrived) -> None:
        """The ledger has it: show it, and say what must be seen."""
        self.conductor.published()
        self.take(message.snapshot)
        if self._form is not None and self.view is not None:
            self._form.refreshed(self.view)
        news = message.snapshot.news
        if found := exits(news):
            self._show_exit(found)
        elif any(isinstance(event, MarginCallIssued) for _, event in news):
            self._show_call()
        if message.snapshot.ended:
            self.notice("The tape has ended. L shows everything that happened, q quits.", "warned")
        if self._waits is not None and not self.conductor.busy:
            opens, self._waits = self._waits, None
            opens()

    def _show_exit(self, found: list[ForceSold | Liquidated]) -> None:
        assert self.view is not None
        lines = exit_lines(found, self.view)
        title = "FORCED SALE" if self.view.borrows else "LIQUIDATED"
        self.app.push_screen(
            ExitCard(title, lines, ascii_only=self.ascii_only), lambda _: self._show_call()
        )

    def _show_call(self) -> None:
        """The oldest open call that has no answer yet."""
        call = next((c for c in self.view.calls if not c.answer), None) if self.view else None
        if call is not None:
            self.action_answer()

    # the margin call

    def action_answer(self) -> None:
        """The margin call, with its choices."""
        if self.view is None or not self.view.calls:
            self.notice("No margin call is open.")
            return
        self.halt()
        self._when_kept(self._open_call)

    def _open_call(self) -> None:
        if self.view is None or not self.view.calls:
            return
        if isinstance(self.app.screen, CallCard):
            return
        call, session = self.view.calls[0], self.conductor.session
        card = CallCard(session, self.view, call, ascii_only=self.ascii_only)
        self.app.push_screen(card, self._answered)

    def _answered(self, answer: str | None) -> None:
        if self.view is None or not self.view.calls or not answer:
            return
        call = self.view.calls[0]
        if answer == "deposit":
            self._open(lambda: DepositForm(self._bench(), call.shortfall))
        elif answer == "sell":
            symbols = [symbol for symbol, _ in call.prices]
            self._open(
                lambda: SellForm(self._bench(), symbols, call.sell_symbol, call.sell_quantity)
            )
        elif answer == "close":
            self._open(lambda: CloseForm(self._bench(call.sell_symbol)))
        elif answer == "wait":
            self._sent(AnswerCall(answer="wait"))
            self.notice("Margin call answered: wait. It stands until it is met or due.")

    # forms

    def _bench(self, symbol: str | None = None) -> Bench:
        assert self.view is not None
        held = self.selected()
        return Bench(
            session=self.conductor.session,
            view=self.view,
            send=self._sent,
            symbol=symbol or (held.symbol if held else self.symbol),
            ascii_only=self.ascii_only,
        )

    def _sent(self, command: TraderCommand) -> tuple[Event, ...]:
        events: tuple[Event, ...] = ()

        def act() -> None:
            nonlocal events
            events = self.conductor.send(command)

        self._guarded(act)
        return events

    def _when_kept(self, opens: Callable[[], None]) -> None:
        """Now, or when the ledger has what happened before."""
        if self.conductor.busy:
            self._waits = opens
        else:
            opens()

    def _open(self, make: Callable[[], SideForm]) -> None:
        """A form at the side; the clock waits for it."""
        if self._stopped or self.view is None:
            return
        self.halt()

        def opens() -> None:
            self._remove_form()
            self._form = make()
            self.make_room(aside=True)
            self.query_one("#side").mount(self._form)
            self.show_status()
            self.call_after_refresh(self.redraw)

        self._when_kept(opens)

    def _remove_form(self) -> None:
        if self._form is not None:
            self._form.remove()
            self._form = None
            self.make_room(aside=False)

    @on(SideForm.Closed)
    def form_closed(self, message: SideForm.Closed) -> None:
        """Back to the desk."""
        if message.form is not self._form:
            return
        self.focus_panel(self.panel)
        self._remove_form()
        self.call_after_refresh(self.redraw)
        if message.told:
            self.notice(message.told, "strong")

    def action_ticket(self, side: str) -> None:
        """A new order, on the symbol of the chart."""
        self._open(lambda: Ticket(self._bench(self.symbol), side))

    def action_close(self) -> None:
        """Close the selected position."""
        if self._needs_position():
            self._open(lambda: CloseForm(self._bench()))

    def action_edit(self) -> None:
        """Its stop and target."""
        if self._needs_position():
            self._open(lambda: GuardForm(self._bench()))

    def action_margin(self) -> None:
        """Isolated margin, or the loan."""
        held = self.selected()
        walled = held is not None and held.mode == "isolated"
        if self.view is not None and not self.view.borrows and not walled:
            self.notice("Only an isolated position has margin of its own to move.")
            return
        self._open(lambda: MarginForm(self._bench()))

    def action_deposit(self) -> None:
        """Money in or out."""
        calls = self.view.calls if self.view else ()
        short = calls[0].shortfall if calls else None
        self._open(lambda: DepositForm(self._bench(), short))

    def action_cancel(self) -> None:
        """The order under the cursor."""
        orders = self.view.orders if self.view else ()
        key = self.query_one("#resting", DataGrid).cursor_key
        order = next((o for o in orders if o.id == key), None)
        if order is None:
            self.notice("There is no order to cancel.")
            return
        self._open(lambda: CancelForm(self._bench(), order))

    def action_flatten(self) -> None:
        """Everything."""
        if self._needs_position():
            self._open(lambda: FlattenForm(self._bench()))

    def action_note(self) -> None:
        """A line for the journal."""
        self._open(lambda: NoteForm(self._bench()))

    def _needs_position(self) -> bool:
        if self.selected() is None:
            self.notice("There is no open position. b buys, s sells short.")
            return False
        return True

    # the clock

    def action_run(self) -> None:
        """Run or pause."""
        if self.conductor.pace.running:
            self.halt()
            self.show_status()
        else:
            self._go(hurry=False)

    def action_next_event(self) -> None:
        """Run until something happens."""
        self._go(hurry=True)

    def _go(self, *, hurry: bool) -> None:
        if self._may_go():
            self.conductor.run(hurry=hurry)
            self.notice(
                "running; the clock stops at a margin call"
                if not hurry
                else "running to the next fill, warning, call or funding"
            )
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
        self.symbol = symbols[(symbols.index(self.symbol) + 1) % len(symbols)]
        self.frame = self.frames()[0]
        self.redraw()

    def action_panel(self, index: int) -> None:
        """A panel by its number."""
        self.focus_panel(index)
        self.call_after_refresh(self.redraw)

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
            text = figures.joined(figures.account_lines(self.view, 40))
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
        card = Card(f"Keys: {name} panel", help_lines(places), ascii_only=self.ascii_only)
        self.app.push_screen(card)

    def action_log(self) -> None:
        """The whole ledger."""
        self.halt()
        self.app.push_screen(LedgerScreen(self.opened, self.record, ascii_only=self.ascii_only))


THEMES = ("textual-dark", "textual-light", "nord", "gruvbox", "tokyo-night", "monokai",
          "solarized-light", "textual-ansi")  # fmt: skip
