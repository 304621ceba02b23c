"""The margin call as a dialog, and the dialog after a forced exit."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import CallView, DeskView
from ledger.practice.views.explain import explain_call
from tui.screens.call_lines import call_lines, exit_lines
from tui.screens.card import Card, paragraphs
from tui.widgets.keybar import Hint


class CallCard(Card):
    """Its answer is `deposit`, `sell`, `close`, `hedge` or `wait`; leaving it leaves the standing
    bar. A hedge is offered if a listed instrument offsets what is held."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "dismiss('deposit')", "Deposit", show=False),
        Binding("s", "dismiss('sell')", "Sell", show=False),
        Binding("c", "dismiss('close')", "Close", show=False),
        Binding("h", "hedge", "Hedge", show=False),
        Binding("w", "dismiss('wait')", "Wait", show=False),
        Binding("question_mark,enter", "why", "Why", show=False),
    ]
    alarming = True

    def __init__(
        self, session: Session, view: DeskView, call: CallView, *, ascii_only: bool = False
    ) -> None:
        hints = [
            Hint((("d", "dismiss('deposit')"),), "deposit"),
            Hint((("s", "dismiss('sell')"),), "sell"),
            Hint((("c", "dismiss('close')"),), "close"),
            *([Hint((("h", "hedge"),), "hedge")] if call.hedges else []),
            Hint((("w", "dismiss('wait')"),), "wait"),
            Hint((("?", "why"),), "why"),
        ]
        super().__init__(
            "MARGIN CALL", call_lines(session, view, call), hints, ascii_only=ascii_only
        )
        self._why = explain_call(session.account, session.market, call)
        self._hedges = call.hedges

    def action_hedge(self) -> None:
        """Answer with a hedge, if there is one."""
        if self._hedges:
            self.dismiss("hedge")

    def action_why(self) -> None:
        """Explain the arithmetic in sentences."""
        self.app.push_screen(
            Card("Why these figures", paragraphs(self._why), ascii_only=self.ascii_only)
        )


class ExitCard(Card):
    """Shown after a forced sale, a liquidation, or an incident."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "dismiss('')", "Close", show=False),
    ]
    alarming = True


def exit_card(news: tuple[tuple[int, Event], ...], view: DeskView, *, ascii_only: bool) -> ExitCard:
    """What was sold, why, and what is left."""
    title = "FORCED SALE" if view.borrows else "LIQUIDATED"
    return ExitCard(title, exit_lines(news, view), ascii_only=ascii_only)
