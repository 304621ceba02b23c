"""A scenario on the desk: its briefing before the first bar, its debrief after the last."""

from __future__ import annotations

from collections.abc import Container
from functools import cached_property
from typing import TYPE_CHECKING

from ledger.account.event_terms import FeeKind
from ledger.account.events import (
    Event,
    FeeCharged,
    IncidentEnded,
    IncidentStarted,
    RulesChanged,
    VenueClosed,
)
from ledger.books.codec import to_wire
from ledger.books.errors import LedgerError
from ledger.market.instrument import in_contracts
from ledger.practice.incident_words import parted, spoken
from ledger.practice.narration import narrate
from tui.screens.call.card import ExitCard
from tui.screens.card import Card
from tui.screens.desk_script import DeskScript
from tui.widgets.lines import Line

if TYPE_CHECKING:
    from ledger.practice.scenario import Scenario


def incident_lines(
    events: list[Event], currency: str, contracts: Container[object] = ()
) -> list[Line]:
    """Each incident in its two sentences, and after it what it brought about."""
    lines: list[Line] = []
    for event in events:
        told = narrate(to_wire(event, 0, ""), currency, contracts)
        if isinstance(event, IncidentStarted):
            what, careful = parted(told)
            lines += [[("", "")]] if lines else []
            lines += [[(f" {what}", "strong")], [(f" {careful}", "")]]
        elif lines and _is_brought_about(event):
            lines.append([(f"   {told}", "warned")])
    return lines


def _is_brought_about(event: Event) -> bool:
    if isinstance(event, FeeCharged):
        return event.kind in (FeeKind.INSOLVENCY, FeeKind.HACK)
    return isinstance(event, RulesChanged | VenueClosed)


def _shouted(event: IncidentStarted) -> str:
    return spoken(event.kind).upper()


class DeskScenario(DeskScript):
    """Told once each: what is at stake, and what became of it."""

    _finished = False

    def greeting(self) -> str:
        """In a scenario the script's key tells again what it is about."""
        if self._chosen is None:
            return super().greeting()
        return "p tells the goal, space runs the clock, . steps, b buys, ? shows every key"

    def action_script(self) -> None:
        """A scenario has no script: its briefing again, or its debrief with the grade as it is."""
        chosen = self._chosen
        if chosen is None:
            super().action_script()
        elif self._form is None and not self._stopped:
            self.halt()
            tell = self._debrief if self.conductor.session.ended else self._brief
            tell(chosen)

    def brief(self) -> None:
        """What the trader should know; only where the tape has just begun."""
        chosen = self._chosen
        if chosen is not None and self.conductor.session.place.index <= 0:
            self._brief(chosen)

    def _brief(self, chosen: Scenario) -> None:
        lines: list[Line] = [
            [(chosen.briefing, "")],
            [("", "")],
            [("Your goal: ", "title"), (chosen.goal, "strong")],
        ]
        self.app.push_screen(Card(chosen.title, lines, ascii_only=self.ascii_only))

    def tell_incidents(self, news: tuple[tuple[int, Event], ...]) -> None:
        """What has gone wrong, what it brought about, and what would have been careful."""
        events = [event for _, event in news]
        struck = [event for event in events if isinstance(event, IncidentStarted)]
        changed = [event for event in events if isinstance(event, RulesChanged) and event.cause]
        if not struck and changed:
            said: list[Line] = [[(f" {narrate(to_wire(x, 0, ''))}.", "strong")] for x in changed]
            self.app.push_screen(ExitCard("RULES CHANGED", said, ascii_only=self.ascii_only))
        if not struck:
            self._tell_what_is_over(events)
            return
        title = " AND ".join(dict.fromkeys(_shouted(event) for event in struck))
        account = self.conductor.session.account
        lines = incident_lines(events, account.currency, in_contracts(account.instruments))
        self.app.push_screen(ExitCard(title, lines, ascii_only=self.ascii_only))

    def _tell_what_is_over(self, events: list[Event]) -> None:
        """But not while another of its kind goes on."""
        on = self.view.incidents if self.view else ()
        ended = [event.kind for event in events if isinstance(event, IncidentEnded)]
        over = [spoken(kind) for kind in dict.fromkeys(ended) if kind.value not in on]
        if over:
            self.notice(f"Over: {', '.join(over)}.")

    def finish(self) -> None:
        """The last bar is over: said once, since notes can still be written."""
        if self._finished:
            return
        self._finished = True
        self.notice("The tape has ended. L shows everything that happened, q quits.", "warned")
        chosen = self._chosen
        if chosen is not None:
            self._debrief(chosen)

    def _debrief(self, chosen: Scenario) -> None:
        """What it was about, and the grade, read from what the ledger has kept."""
        from ledger.practice.scenario import debriefing, events_of  # only where a scenario ends

        try:
            events = events_of(self.opened.ledger, self.conductor.session.account.name)
        except LedgerError as fault:  # deleted, or rotten: the desk goes on without it
            self.notice(f"There is no debrief: {fault}", "warned")
            return
        told = debriefing(chosen, events, self.conductor.session.statement())
        lines: list[Line] = [
            [(line, "strong" if line.startswith("Grade") else "")] for line in told
        ]
        lines.append([("i writes an afterthought, which counts; p shows this again", "dim")])
        self.app.push_screen(Card(f"{chosen.title}: debrief", lines, ascii_only=self.ascii_only))

    @cached_property
    def _chosen(self) -> Scenario | None:
        """Read once: the greeting asks for it at every pause."""
        session = self.conductor.session
        if not session.fate:
            return None
        from ledger.practice.scenario import FOLDER, scenario

        if not session.rehearsal.startswith(FOLDER):  # a market of the trader's own, with a deck
            return None
        return scenario(session.rehearsal.removeprefix(FOLDER))
