"""A scenario on the desk: its briefing before the first bar, its debrief after the last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ledger.account.events import Event, IncidentEnded, IncidentStarted
from ledger.practice.incident_words import lesson, spoken
from tui.screens.card import Card
from tui.screens.desk_script import DeskScript
from tui.widgets.lines import Line

if TYPE_CHECKING:
    from ledger.practice.scenario import Scenario


class DeskScenario(DeskScript):
    """Told once each: what is at stake, and what became of it."""

    _debriefed = False

    def brief(self) -> None:
        """What the trader should know; only where the tape has just begun."""
        session = self.conductor.session
        chosen = self._scenario()
        if chosen is not None and session.place.index <= 0:
            lines: list[Line] = [
                [(chosen.briefing, "")],
                [("", "")],
                [("Your goal: ", "title"), (chosen.goal, "strong")],
            ]
            self.app.push_screen(Card(chosen.title, lines, ascii_only=self.ascii_only))

    def tell_incidents(self, news: tuple[tuple[int, Event], ...]) -> None:
        """What has gone wrong, each in its sentence, under the panels; and what is over."""
        begun = [event.kind for _, event in news if isinstance(event, IncidentStarted)]
        over = [event.kind for _, event in news if isinstance(event, IncidentEnded)]
        told = [f"{lesson(kind)}." for kind in dict.fromkeys(begun)]
        told += [f"Over: {spoken(kind)}." for kind in dict.fromkeys(over)]
        if told:
            self.notice(" ".join(told), "warned" if begun else "notice")

    def debrief(self) -> None:
        """What it was about, and the grade, read from what the ledger has kept."""
        chosen = self._scenario()
        if chosen is None or self._debriefed:
            return
        self._debriefed = True
        from ledger.practice.scenario import debriefing  # only where a scenario ends

        told = debriefing(chosen, self._kept_events())
        lines: list[Line] = [
            [(line, "strong" if line.startswith("Grade") else "")] for line in told
        ]
        self.app.push_screen(Card(f"{chosen.title}: debrief", lines, ascii_only=self.ascii_only))

    def _scenario(self) -> Scenario | None:
        session = self.conductor.session
        if not session.fate:
            return None
        from ledger.practice.scenario import FOLDER, scenario

        begun = session.rehearsal
        return scenario(begun.removeprefix(FOLDER)) if begun.startswith(FOLDER) else None

    def _kept_events(self) -> list[Event]:
        """Everything of this account; nothing where there is no ledger."""
        ledger: Path | None = self.opened.ledger
        if ledger is None:
            return []
        from ledger.books.store import Ledger

        name = self.conductor.session.account.name
        with Ledger.open(ledger, read_only=True) as kept:
            branch = next(found for found in kept.branches() if found.name == name)
            return [event for _, event in kept.events(branch.id)]
