"""The card at the end of a run: how it ended, what to look at, and where to go from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from ledger.account.events.kinds import Event
from ledger.practice.sessions.session import Session
from ledger.practice.words import run_words
from ledger.reports.run_summary import run_summary
from tui.runtime.onward import next_after
from tui.screens.accounts.blind_card import truth_lines
from tui.screens.card import Card, paragraphs
from tui.text import format as fmt
from tui.widgets.keybar import Hint
from tui.widgets.lines import Line


class EndCard(Card):
    """Its keys act on the desk, so that none takes two presses; none is a key of the clock, which
    may still be pressed when the card appears."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "go(\"leave('again')\")", "Again", show=False),
        Binding("N,shift+n", "go(\"leave('next')\")", "Next", show=False),
        Binding("L,shift+l", "go('log')", "Ledger", show=False),
        Binding("T,shift+t", "go('log')", "Fork", show=False),
        Binding("C,shift+c", "go(\"leave('compare')\")", "Compare", show=False),
        Binding("J,shift+j", "go('journal')", "Journal", show=False),
        Binding("i", "go('note')", "Note", show=False),
        Binding("R,shift+r", "go(\"leave('rehearsals')\")", "Another", show=False),
    ]

    def action_go(self, action: str) -> None:
        """Close, and do on the desk what this key does there."""
        desk = self.app.screen_stack[-2]
        self.dismiss("")
        self.app.call_later(desk.run_action, action)


def end_hints(session: Session) -> list[Hint]:
    """What can be done after a run, each a key: again, fork, review, next."""
    following = next_after(session.rehearsal)
    forked = session.fork is not None
    hints = [] if forked else [Hint((("a", "go(\"leave('again')\")"),), "again")]
    hints.append(Hint((("T", "go('log')"),), "another line from a decision"))
    if forked:
        hints.append(Hint((("C", "go(\"leave('compare')\")"),), "compare"))
    hints += [
        Hint((("L", "go('log')"),), "every event"),
        Hint((("J", "go('journal')"),), "journal"),
        Hint((("i", "go('note')"),), "note"),
    ]
    if following is not None:
        words = f"next: {fmt.plain(following.title, 40)}"
        hints.append(Hint((("N", "go(\"leave('next')\")"),), words))
    hints.append(Hint((("R", "go(\"leave('rehearsals')\")"),), "play another"))
    return hints


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
    if truth := truth_lines(session):
        body.append(("What it was", *truth))
    if lesson:
        body.append(("The lesson", lesson))
    lines = paragraphs(body)
    return EndCard("The tape has ended", lines, end_hints(session), ascii_only=ascii_only)


def debrief_card(session: Session, title: str, said: Sequence[str], *, ascii_only: bool) -> EndCard:
    """The debrief of a scenario with its grade."""
    lines: list[Line] = [[(line, "strong" if line.startswith("Grade") else "")] for line in said]
    lines.append([("A note (i) counts towards the grade; p shows this again.", "dim")])
    return EndCard(f"{title}: debrief", lines, end_hints(session), ascii_only=ascii_only)
