"""The side of the desk: the form that is open there, and what waits until the ledger has
everything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from textual import on
from textual.containers import Container

from ledger.account.commands import AnswerCall
from ledger.account.event_terms import Answer
from ledger.market.instrument import in_contracts
from ledger.market.rules.rulebook import Mode
from ledger.practice.views.desk_view import DeskView
from tui.runtime.conductor import Conductor
from tui.screens.call_card import CallCard
from tui.screens.desk.clock import DeskClock
from tui.screens.desk.ledger_guard import LedgerGuard
from tui.screens.desk.news import news_of
from tui.screens.desk.panels import Planned
from tui.screens.desk.picture import Picture
from tui.screens.forks.twin_side import twins_call
from tui.screens.ticket.amend import AmendForm
from tui.screens.ticket.close import CloseForm, FlattenForm, HedgeForm, SellForm
from tui.screens.ticket.form import Bench, SideForm
from tui.screens.ticket.money import DepositForm, MarginForm, NoteForm
from tui.screens.ticket.odds_preview import Foresight
from tui.screens.ticket.order import Ticket
from tui.screens.ticket.plan import PlanForm
from tui.screens.ticket.stops import CancelForm, GuardForm
from tui.type_ahead import Heard


class TicketSide(Container):
    """One form at a time, during which the clock waits; and the answer to a margin call.

    `coda` returns what is to be said after something was done; empty for nothing.
    """

    def __init__(
        self,
        conductor: Conductor,
        guard: LedgerGuard,
        picture: Picture,
        clock: DeskClock,
        *,
        ascii_only: bool,
    ) -> None:
        super().__init__(id="side")
        self.coda: Callable[[], str] = str
        self._clock = clock
        self._guard = guard
        self._picture = picture
        self._panels = picture.panels
        self._conductor = conductor
        self._ascii = ascii_only
        self._waits: Callable[[], None] | None = None
        self._unsaid: tuple[str, str] | None = None
        self._coming = False
        self.form: SideForm | None = None

    @property
    def changing(self) -> bool:
        """Whether a form is opening or closing: what is typed waits for that."""
        form = self.form
        return not self._guard.stopped and (self._coming or (form is not None and not form.ready))

    @property
    def has_typed(self) -> bool:
        """Whether a form has content that would be lost."""
        return self.form is not None and self.form.touched

    # what waits for the ledger

    def when_stored(self, act: Callable[[], None]) -> None:
        """Act now, or when the ledger has everything so far."""
        self._coming = False  # a form that waited for it is dropped
        if self._conductor.busy:
            self._waits = act
        else:
            act()

    def say_when_stored(self, text: str, meaning: str = "notice") -> None:
        """Say what was done once it is on disk, and never if it cannot be written."""
        if self._guard.stopped:
            return
        if self._conductor.busy:
            self._unsaid = (text, meaning)
        else:
            self._clock.own(text, meaning)

    def stored(self) -> None:
        """The ledger has something: if that is everything, say and do what waited for it."""
        if self._conductor.busy:
            return
        notice, self._unsaid = self._unsaid, None
        if notice is not None and not self._guard.stopped:
            self._clock.own(*notice)
        act, self._waits = self._waits, None
        if act is not None:
            act()

    # the form

    def _open(self, make: Callable[[], SideForm]) -> None:
        """Replace the open form; the clock waits for it."""
        if self._guard.stopped or self._picture.view is None:
            return
        self._clock.halt()

        def opens() -> None:
            self._coming = False
            self._remove()
            self.form = make()
            self.make_room()
            self.mount(self.form)
            self._picture.show_status()
            self.call_after_refresh(self._picture.redraw)

        self.when_stored(opens)
        self._coming = self._waits is opens

    @on(SideForm.Ready)
    def has_keys(self) -> None:
        """Hand what was typed meanwhile to the form's fields."""
        self.post_message(Heard())

    def _remove(self) -> None:
        self._panels.plan(None)
        if self.form is not None:
            self.form.remove()
            self.form = None
            self.make_room()

    def make_room(self) -> None:
        """Beside the panels, or in their place on a small screen.

        Set on the few widgets it concerns: a class of the screen would restyle everything.
        """
        aside, compact = self.form is not None, self.screen.has_class("compact")
        self.display = aside
        self.styles.width = "1fr" if compact else None
        self._panels.display = not (aside and compact)
        self._panels.make_room(aside=aside)

    def refresh_form(self, view: DeskView) -> None:
        """Refresh the form's preview with the desk."""
        if self.form is not None:
            self.form.refreshed(view)

    @on(SideForm.Closed)
    def closed(self, message: SideForm.Closed) -> None:
        """Return to the desk."""
        if message.form is not self.form:
            return
        self._panels.focus_on(self._panels.chosen)
        self._remove()
        self.call_after_refresh(self._picture.redraw)
        if message.outcome:
            self.say_when_stored(self._came_of(message), "strong")
        self.post_message(Heard())

    def _came_of(self, message: SideForm.Closed) -> str:
        """What was filled at once, or else what was sent; and what follows from it."""
        account = self._conductor.session.account
        contracts = in_contracts(account.instruments)
        filled = news_of(message.events, None, account.currency, contracts)
        said = message.outcome if filled is None else filled[0]
        coda = self.coda()
        return f"{said.rstrip('.')}.{coda}" if coda else said

    @on(Foresight.Foreseen)
    def foreseen(self, message: Foresight.Foreseen) -> None:
        """Show the plan of a ticket on the chart, with its fan."""
        if message.form is not self.form or self._picture.view is None:
            return
        plan = None if message.after is None else Planned(message.after, message.fan)
        self._panels.plan(plan, [message.form.chart])
        if message.symbol != self._panels.symbol:
            self._picture.show_symbol(message.symbol)
        else:
            self._panels.show_chart()

    def _bench(self, symbol: str | None = None) -> Bench:
        view = self._picture.view
        assert view is not None
        held = self._panels.selected()
        return Bench(
            session=self._conductor.session,
            view=view,
            send=self._guard.send,
            symbol=symbol or (held.symbol if held else self._panels.symbol),
            ascii_only=self._ascii,
        )

    # what can be opened

    def order(self, side: str) -> None:
        """A new order in the symbol of the chart."""
        self._open(lambda: Ticket(self._bench(self._panels.symbol), side))

    def close_position(self) -> None:
        """Close the selected position, or a part of it."""
        if self._needs_position():
            self._open(lambda: CloseForm(self._bench()))

    def edit_stops(self) -> None:
        """Edit its stop and its targets."""
        if self._needs_position():
            self._open(lambda: GuardForm(self._bench()))

    def flatten(self) -> None:
        """Close every position."""
        if self._needs_position():
            self._open(lambda: FlattenForm(self._bench()))

    def _needs_position(self) -> bool:
        if self._panels.selected() is None:
            self._picture.notice("There is no open position. b buys, s sells short.")
            return False
        return True

    def margin(self) -> None:
        """Move isolated margin, or use the loan."""
        held, view = self._panels.selected(), self._picture.view
        walled = held is not None and held.mode is Mode.ISOLATED
        if view is not None and not view.borrows and not walled:
            self._picture.notice("Only an isolated position has its own margin to move.")
            return
        self._open(lambda: MarginForm(self._bench()))

    def deposit(self) -> None:
        """Money in or out; while a call is open, by default the shortfall."""
        calls = self._picture.view.calls if self._picture.view else ()
        short = calls[0].shortfall if calls else None
        self._open(lambda: DepositForm(self._bench(), short))

    def put_aside(self, amount: Decimal | None) -> None:
        """Sweep a share of the last profit, if it may leave the account."""
        if amount is None:
            self._picture.notice("No profit of a closed trade to put aside; d moves other money.")
        else:
            self._open(lambda: DepositForm(self._bench(), amount, "sweep"))

    def cancel(self) -> None:
        """Cancel the order under the cursor."""
        order = self._panels.selected_order()
        if order is None:
            self._picture.notice("There is no order to cancel.")
            return
        self._open(lambda: CancelForm(self._bench(), order))

    def amend(self) -> None:
        """Amend the order under the cursor."""
        order = self._panels.selected_order()
        if order is None:
            self._picture.notice("There is no order to amend.")
            return
        self._open(lambda: AmendForm(self._bench(order.symbol), order))

    def plan_session(self) -> None:
        """Commit to limits before the first order."""
        self._open(lambda: PlanForm(self._bench()))

    def note(self) -> None:
        """Write a line into the journal."""
        self._open(lambda: NoteForm(self._bench()))

    # the margin call

    def answer_call(self) -> None:
        """Show the open margin call with its choices."""
        view = self._picture.view
        if view is None or not view.calls:
            session = self._conductor.session
            self._picture.notice(twins_call(session) or "No margin call is open.")
            return
        self._clock.halt()
        self.when_stored(self._open_call)

    def _open_call(self) -> None:
        view = self._picture.view
        if view is None or not view.calls or isinstance(self.app.screen, CallCard):
            return
        session = self._conductor.session
        card = CallCard(session, view, view.calls[0], ascii_only=self._ascii)
        self.app.push_screen(card, self._answered)

    def _answered(self, answer: str | None) -> None:
        view = self._picture.view
        if view is None or not view.calls or not answer:
            return
        call = view.calls[0]
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
            self._guard.send(AnswerCall(answer=Answer.WAIT))
            self.say_when_stored(
                "Margin call answered: wait. The call stands until it is met or falls due."
                + self.coda()
            )
