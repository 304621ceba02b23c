"""A scenario on the desk: its briefing before the first bar, its debrief after the last."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.account.event_terms import FeeKind
from ledger.account.events.kinds import (
    Event,
    FeeCharged,
    IncidentEnded,
    IncidentStarted,
    RulesChanged,
    VenueClosed,
)
from ledger.books.file.errors import LedgerError
from ledger.books.wire.codec import to_wire
from ledger.market.instrument import in_contracts
from ledger.practice.words.incident_words import parted, spoken
from ledger.practice.words.narration import narrate
from ledger.refused import Refused
from tui.runtime.opened import Opened
from tui.screens.call_card import ExitCard
from tui.screens.card import Card
from tui.screens.desk.end_card import debrief_card, end_card
from tui.text import display
from tui.widgets.lines import Line

if TYPE_CHECKING:
    from ledger.practice.scenarios.scenario import Scenario


def incident_lines(
    events: Sequence[Event], currency: str, contracts: Container[object] = ()
) -> list[Line]:
    """Each incident in its two sentences, followed by its effects."""
    lines: list[Line] = []
    for event in events:
        sentence = narrate(to_wire(event, 0, ""), currency, contracts)
        if isinstance(event, IncidentStarted):
            what, careful = parted(sentence)
            lines += [[("", "")]] if lines else []
            lines += [[(f" {what}", "strong")], [(f" {careful}", "")]]
        elif lines and _is_brought_about(event):
            lines.append([(f"   {sentence}", "warned")])
    return lines


def _is_brought_about(event: Event) -> bool:
    if isinstance(event, FeeCharged):
        return event.kind in (FeeKind.INSOLVENCY, FeeKind.HACK)
    return isinstance(event, RulesChanged | VenueClosed)


def _of_own_file(mark: str) -> Scenario | None:
    """The scenario in the trader's own file; `None` for a mere deck, or if the file is gone or
    changed."""
    from ledger.practice.accounts.own_rehearsal import file_behind
    from ledger.practice.scenarios.scenario import of_rehearsal

    try:
        own = file_behind(mark)
    except Refused:
        return None
    if own is None or own.rehearsal.scenario is None:
        return None
    return of_rehearsal(own.path, own.rehearsal.scenario, own.rehearsal)


ENDED = "The tape has ended. p shows how it went, L the full ledger, q quits."


class ScenarioTeller:
    """Shows a scenario's cards; incidents are shown on a desk without a scenario too."""

    def __init__(
        self,
        opened: Opened,
        show: Callable[[Card], object],
        notice: Callable[[str, str], None],
        lesson: Callable[[], str],
        *,
        ascii_only: bool,
    ) -> None:
        self._opened = opened
        self._session = opened.session
        self._show = show
        self._notice = notice
        self._lesson = lesson
        self._ascii = ascii_only
        self._finished = False

    @cached_property
    def chosen(self) -> Scenario | None:
        """The scenario, or `None`. Read once: every pause asks for it."""
        session = self._session
        if not session.fate or session.fork is not None:
            return None
        from ledger.practice.scenarios.scenario import FOLDER, scenario

        if session.rehearsal.startswith(FOLDER):
            return scenario(session.rehearsal.removeprefix(FOLDER))
        return _of_own_file(session.rehearsal)

    @property
    def greeting(self) -> str:
        """The desk's default message; empty without a scenario."""
        if self._session.fork is not None:
            return f"{self._session.fork}: T goes back there, C compares the two, ? shows every key"
        if self.chosen is None:
            return ""
        return "p shows the goal, space runs the clock, . steps, b buys, ? shows every key"

    def open(self) -> None:
        """Show the briefing, but only at the beginning of the tape."""
        if self.chosen is not None and self._session.place.index <= 0:
            self._brief(self.chosen)

    def tell_again(self) -> None:
        """Show the briefing, or after the end how it went, with a scenario's present grade."""
        if self.chosen is not None:
            show = self._debrief if self._session.ended else self._brief
            show(self.chosen)
        elif self._session.ended:
            self._sum_up()

    @property
    def has_card(self) -> bool:
        """Whether there is something to tell again: a scenario's, or that of an ended run."""
        return self.chosen is not None or self._session.ended

    def finish(self) -> None:
        """Show the debrief after the last bar, once."""
        if self._finished:
            return
        self._finished = True
        self._notice(ENDED, "warned")
        if self.chosen is not None:
            self._debrief(self.chosen)
        else:
            self._sum_up()

    def _sum_up(self) -> None:
        """How a run without a scenario ended, what to look at, and its lesson."""
        from ledger.books.file.damage import ledger_errors  # only at the end of a run
        from ledger.practice.scenarios.debrief import past_of

        try:
            with ledger_errors(self._opened.ledger or Path()):
                past = past_of(self._opened.ledger, self._session.account.name)
        except LedgerError as fault:  # deleted or damaged: the desk goes on without it
            self._notice(f"No summary: {fault}", "warned")
            return
        events = () if past is None else past.events
        self._show(end_card(self._session, events, self._lesson(), ascii_only=self._ascii))

    def _brief(self, chosen: Scenario) -> None:
        """What it is about, and what will be graded."""
        from ledger.practice.scenarios.debrief import graded_lines
        from ledger.practice.scenarios.scenario import rules_line

        session = self._session
        whose = rules_line(session.account.rulebook, chosen.start, hidden=session.hides)
        lines: list[Line] = [
            [(chosen.briefing, "")],
            [("", "")],
            [("Your goal: ", "title"), (chosen.goal, "strong")],
            [("", "")],
            *([(line, "")] for line in graded_lines(chosen)),
            [("", "")],
            [(whose, "dim")],
        ]
        self._show(Card(chosen.title, lines, ascii_only=self._ascii))

    def _debrief(self, chosen: Scenario) -> None:
        """The debrief and the grade, read from the ledger."""
        from ledger.books.file.damage import (
            ledger_errors,
        )  # imported here: only at the end of a scenario
        from ledger.practice.scenarios.debrief import debriefing, past_of

        session = self._session
        try:
            with ledger_errors(self._opened.ledger or Path()):
                past = past_of(self._opened.ledger, session.account.name)
                if past is None:
                    return
                shown = not display.hides_money()
                paragraphs = debriefing(chosen, past, session.statement(), sums=shown)
        except LedgerError as fault:  # deleted or damaged: the desk goes on without it
            self._notice(f"No debrief: {fault}", "warned")
            return
        self._show(debrief_card(session, chosen.title, paragraphs, ascii_only=self._ascii))

    def tell_incidents(self, events: Sequence[Event], going_on: Container[str]) -> None:
        """Show an incident, its effects and what a careful trader would have done; or that one is
        over, unless one of its kind is still `going_on`."""
        struck = [event for event in events if isinstance(event, IncidentStarted)]
        if struck:
            title = " AND ".join(dict.fromkeys(spoken(event.kind).upper() for event in struck))
            account = self._session.account
            lines = incident_lines(events, account.currency, in_contracts(account.instruments))
            self._show(ExitCard(title, lines, ascii_only=self._ascii))
            return
        changed = [event for event in events if isinstance(event, RulesChanged) and event.cause]
        if changed:
            said: list[Line] = [[(f" {narrate(to_wire(x, 0, ''))}.", "strong")] for x in changed]
            self._show(ExitCard("RULES CHANGED", said, ascii_only=self._ascii))
        ended = [event.kind for event in events if isinstance(event, IncidentEnded)]
        over = [spoken(kind) for kind in dict.fromkeys(ended) if kind.value not in going_on]
        if over:
            self._notice(f"No longer in force: {', '.join(over)}.", "notice")
