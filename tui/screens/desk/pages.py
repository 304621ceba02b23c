"""The cards and pages that open over the desk. The clock stands while one is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui import keymap
from tui.screens.card import Card, paragraphs
from tui.screens.desk.panels import CHART
from tui.screens.desk.parts import PANELS
from tui.screens.forks.twin_side import TwinSide
from tui.screens.help import CHAPTERS, panel_help

if TYPE_CHECKING:
    from ledger.practice.review.journal import JournalReader
    from tui.screens.desk.desk import Desk
    from tui.screens.records.journal import JournalScreen
    from tui.screens.records.review import ReviewScreen

IN_MEMORY = "This account is kept in memory only: it has no journal."
NO_REVIEW = "This account is kept in memory only: there is nothing to review later."


class Pages:
    """What each opens depends on what is looked at: the panel, its row, an open call."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.twin = TwinSide(desk)
        self._reader: JournalReader | None = None

    def explain(self) -> None:
        """What is behind the selected row."""
        desk = self._desk
        explained = desk.panels.explained()
        if explained is not None:
            title, body = explained
            desk.app.push_screen(Card(title, paragraphs(body), ascii_only=desk.ascii_only))

    def help(self) -> None:
        """Every key that works here; F1 goes on to the guide."""
        chosen = self._desk.panels.chosen
        where = keymap.CHART if chosen == CHART else keymap.ROWS
        card = panel_help(PANELS[chosen], where, ascii_only=self._desk.ascii_only)
        self._desk.app.push_screen(card, lambda answer: self.guide() if answer else None)

    def guide(self) -> None:
        """The chapter about what is being looked at."""
        from tui.screens.guide import GuideScreen  # not for the start: it reads Markdown

        desk = self._desk
        desk.clock.halt()
        called = desk.view is not None and desk.view.calls
        chapter = "ladder" if called else CHAPTERS[PANELS[desk.panels.chosen]]
        desk.app.push_screen(GuideScreen(chapter, ascii_only=desk.ascii_only))

    def journal(self) -> None:
        """The account's trades; from one of them a decision can be tried again."""
        desk = self._desk
        desk.clock.halt()
        page = self.journal_page(forks=True)
        if page is None:
            desk.picture.notice(IN_MEMORY)
        else:
            desk.app.push_screen(page, desk.action_leave)

    def journal_page(self, *, forks: bool = False) -> JournalScreen | None:
        """The journal of this account; `None` for one in memory."""
        from ledger.practice.review.journal import JournalReader  # not for the start
        from tui.screens.records.ways import journal_on_desk

        desk, plain = self._desk, self._desk.ascii_only
        opened = desk.opened
        if self._reader is None and opened.ledger is not None:
            self._reader = JournalReader(opened.ledger)
        return journal_on_desk(
            opened, desk.guard, desk.side, forks=forks, ascii_only=plain, reader=self._reader
        )

    def review(self) -> None:
        """The week in five pages, and a rule for the next."""
        desk = self._desk
        desk.clock.halt()
        page = self.review_page()
        if page is None:
            desk.picture.notice(NO_REVIEW)
        else:
            desk.app.push_screen(page)

    def review_page(self) -> ReviewScreen | None:
        """The review of this account; `None` for one in memory."""
        from tui.screens.records.ways import review_on_desk  # not for the start

        desk = self._desk
        return review_on_desk(desk.opened, desk.guard, desk.side, ascii_only=desk.ascii_only)

    def venues(self) -> None:
        """The rule books, this account's first."""
        from tui.screens.venues import VenuesScreen  # not for the start

        desk = self._desk
        desk.clock.halt()
        chosen = desk.conductor.session.account.rulebook.id
        desk.app.push_screen(VenuesScreen(chosen, ascii_only=desk.ascii_only))

    def reveal(self) -> None:
        """What a blind account hides: asks first, until its tape has ended."""
        from tui.screens.accounts.blind_card import ask_card, truth_card  # not for the start

        desk = self._desk
        session, plain = desk.conductor.session, desk.ascii_only
        desk.clock.halt()
        if session.truth is None:
            desk.picture.notice("Nothing is hidden here: this account is not blind.")
        elif session.hides:
            desk.app.push_screen(ask_card(session, ascii_only=plain), self._revealed)
        else:
            desk.app.push_screen(truth_card(session, ascii_only=plain))

    def _revealed(self, answer: str | None) -> None:
        from ledger.practice.accounts.hiding import revealing
        from tui.screens.accounts.blind_card import truth_card

        desk = self._desk
        session = desk.conductor.session
        if answer and not desk.guard.stopped and desk.guard.send(revealing(session)):
            desk.app.push_screen(truth_card(session, ascii_only=desk.ascii_only))


class PageKeys:
    """The actions of a desk that open its `pages`."""

    pages: Pages

    def action_explain(self) -> None:
        """Explain the selected row."""
        self.pages.explain()

    def action_help(self) -> None:
        """Show every key that works here."""
        self.pages.help()

    def action_guide(self) -> None:
        """Open the guide at the chapter about this panel."""
        self.pages.guide()

    def action_venues(self) -> None:
        """Open the rule books, at this account's."""
        self.pages.venues()

    def action_twin(self) -> None:
        """Show the account and its twin side by side."""
        self.pages.twin.open()

    def action_reveal(self) -> None:
        """Show what a blind account hides."""
        self.pages.reveal()

    def action_journal(self) -> None:
        """Open the journal of this account."""
        self.pages.journal()

    def action_review(self) -> None:
        """Open the review of this account's week."""
        self.pages.review()
