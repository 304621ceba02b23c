"""Blind play on the desk: the question before it ends, and what it was."""

from __future__ import annotations

from ledger.practice.accounts.hiding import truth_behind
from ledger.practice.sessions.session import Session
from tui.screens.card import AskCard, Card
from tui.widgets.lines import Line


def ask_card(session: Session, *, ascii_only: bool) -> AskCard:
    """Before what is hidden is shown for good."""
    lines: list[Line] = [
        [(" The symbols, dates and true prices of this account are shown for good, and", "")],
        [(" the ledger records when. Play goes on as before.", "")],
    ]
    if session.exam:
        lines.append([(" It then counts as practice, not as an exam.", "warned")])
    return AskCard("Reveal what is hidden?", lines, "reveals", ascii_only=ascii_only)


def truth_card(session: Session, *, ascii_only: bool) -> Card:
    """What a blind account was."""
    lines: list[Line] = [[(f" {text}", "")] for text in truth_lines(session)]
    return Card("What it was", lines, ascii_only=ascii_only)


def truth_lines(session: Session) -> list[str]:
    """The same in plain sentences; none for an account that hid nothing, or still hides it."""
    if session.truth is None or session.hides:
        return []
    return truth_behind(session).sentences(session.market.time)
