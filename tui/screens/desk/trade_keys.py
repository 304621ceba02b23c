"""What the keys of trading do on the desk: each opens a form at its side."""

from __future__ import annotations

from tui.runtime.aside import Aside
from tui.screens.desk.ticket_side import TicketSide


class TradeKeys:
    """The actions of a desk with a `side` for forms, and an offer to put profit `aside`."""

    side: TicketSide
    aside: Aside

    def action_ticket(self, side: str) -> None:
        self.side.order(side)

    def action_close(self) -> None:
        self.side.close_position()

    def action_edit(self) -> None:
        self.side.edit_stops()

    def action_margin(self) -> None:
        self.side.margin()

    def action_deposit(self) -> None:
        self.side.deposit()

    def action_aside(self) -> None:
        self.side.put_aside(self.aside.amount())

    def action_amend(self) -> None:
        self.side.amend()

    def action_cancel(self) -> None:
        self.side.cancel()

    def action_flatten(self) -> None:
        self.side.flatten()

    def action_plan(self) -> None:
        self.side.plan_session()

    def action_note(self) -> None:
        self.side.note()

    def action_answer(self) -> None:
        self.side.answer_call()
