"""The card at the end of a run: how it ended, what to look at, and where to go from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Session
from ledger.practice.words import run_words
from ledger.reports.run_summary import run_summary
from tui.screens.card import Card, paragraphs
from tui.widgets.keybar import Hint


class EndCard(Card):
    """Its keys are the desk's own, so that none of them takes two presses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L,shift+l", "go('log')", "Ledger", show=False),
        Binding("i", "go('note')", "Note", show=False),
        Binding("R,shift+r", "go('rehearsals')", "Another", show=False),
    ]
    HINTS = (
        Hint((("L", "go('log')"),), "every event"),
        Hint((("i", "go('note')"),), "note"),
        Hint((("R", "go('rehearsals')"),), "play another"),
    )

    def action_go(self, action: str) -> None:
        """Close, and do on the desk what this key does there."""
        desk = self.app.screen_stack[-2]
        self.dismiss("")
        self.app.call_later(desk.run_action, action)


def end_card(
    session: Session, events: Sequence[Event], lesson: str, *, ascii_only: bool
) -> EndCard:
    """`events` are all of the account; none where nothing is kept, then nothing is counted."""
    account, statement = session.account, session.statement()
    result = run_words.result(account.totals, statement.equity, account.savings, account.currency)
    body: list[tuple[str, ...]] = [("How it ended", result)]
    if events:
        summary = run_summary(events)
        held = len(statement.positions)
        body.append(("What happened", *run_words.happened(summary, account.totals, held)))
        if summary.trades or held:
            body.append(("What to look at", *run_words.worth_a_look(summary)))
    if lesson:
        body.append(("The lesson", lesson))
    lines = paragraphs(body)
    return EndCard("The tape has ended", lines, EndCard.HINTS, ascii_only=ascii_only)
