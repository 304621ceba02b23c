"""The desk's dealings: forms at the side, the margin call, and a ledger that cannot be written."""

from __future__ import annotations

from collections.abc import Callable

from textual import on

from ledger.account.commands import AnswerCall, TraderCommand
from ledger.account.event_terms import Answer
from ledger.account.events import Event
from ledger.books.errors import LedgerDamaged, LedgerInUse
from ledger.market.rulebook import Mode
from ledger.practice.view import OrderView
from tui import format as fmt
from tui.screens.call.card import CallCard
from tui.screens.card import Card, paragraphs
from tui.screens.desk_show import DeskPicture, Planned
from tui.screens.ticket.amend import AmendForm
from tui.screens.ticket.close import CloseForm, FlattenForm, HedgeForm, SellForm
from tui.screens.ticket.foresight import Foresight
from tui.screens.ticket.form import Bench, SideForm
from tui.screens.ticket.guard import CancelForm, GuardForm
from tui.screens.ticket.money import DepositForm, MarginForm, NoteForm
from tui.screens.ticket.order import Ticket
from tui.widgets.chart import Chart
from tui.widgets.grid import DataGrid


def _why_not(fault: BaseException) -> tuple[str, str]:
    """What keeps the desk from writing, and what to do about it."""
    if isinstance(fault, LedgerInUse):
        return "Read only", "Close the other Tightrope and start again to trade here."
    if isinstance(fault, LedgerDamaged):
        return "Read only", "You may look at everything. L shows the record, event by event."
    return "The ledger cannot be written", "Free the disk or put the file back, then start again."


class DeskTrade(DeskPicture):
    """What the trader wishes, on its way to the ledger. The clock stands meanwhile."""

    _waits: Callable[[], None] | None = None
    """A form that opens as soon as what happened before it is on disk."""
    _form: SideForm | None = None
    _stopped = False
    _untold: tuple[str, str] | None = None
    """What was done and is not on disk yet, with its meaning."""

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
        self._untold = None
        self.conductor.pace.stop()
        words = fmt.clean(str(fault) or type(fault).__name__, 400)
        where = f"{self.opened.ledger}: " if self.opened.ledger is not None else ""
        text = words if where.rstrip(": ") in words else f"{where}{words}"
        title, advice = _why_not(fault)
        self.notice(f"{title}: {text}", "alert")
        saved = "What you see is what was saved. Nothing after it is on record."
        body = [("The clock is stopped", text, saved, advice)]
        self.app.push_screen(Card(title, paragraphs(body), ascii_only=self.ascii_only))

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
        elif answer == "hedge":
            self._open(lambda: HedgeForm(self._bench(), call.hedges))
        elif answer == "wait":
            self._sent(AnswerCall(answer=Answer.WAIT))
            self.notice_when_kept("Margin call answered: wait. It stands until it is met or due.")

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

    def notice_when_kept(self, text: str, meaning: str = "notice") -> None:
        """What was done: told when it is on disk, and never if it cannot be written."""
        if self.conductor.busy:
            self._untold = (text, meaning)
        else:
            self.notice(text, meaning)

    def tell_kept(self) -> None:
        """The ledger has what happened: what waited for that may be told."""
        if self._untold is not None and not self.conductor.busy:
            told, self._untold = self._untold, None
            self.notice(*told)

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

    def _charts(self) -> list[Chart]:
        form = self._form
        own = [form.chart] if isinstance(form, Foresight) and form.is_mounted else []
        return [*super()._charts(), *own]

    @on(Foresight.Foreseen)
    def foreseen(self, message: Foresight.Foreseen) -> None:
        """The plan of a ticket on the chart, with what may become of it."""
        if message.form is not self._form or self.view is None:
            return
        self.planned = None if message.after is None else Planned(message.after, message.fan)
        if message.symbol != self.symbol:
            self.show_symbol(message.symbol)
        else:
            self._show_chart(self.view)

    def _remove_form(self) -> None:
        self.planned = None
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
            self.notice_when_kept(message.told, "strong")

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
        walled = held is not None and held.mode is Mode.ISOLATED
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
        order = self._order_here()
        if order is None:
            self.notice("There is no order to cancel.")
            return
        self._open(lambda: CancelForm(self._bench(), order))

    def action_amend(self) -> None:
        """Other terms for the order under the cursor."""
        order = self._order_here()
        if order is None:
            self.notice("There is no order to amend.")
            return
        self._open(lambda: AmendForm(self._bench(order.symbol), order))

    def _order_here(self) -> OrderView | None:
        orders = self.view.orders if self.view else ()
        key = self.query_one("#resting", DataGrid).cursor_key
        return next((order for order in orders if order.id == key), None)

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
