"""The rule book of a new account: each on one line that shows how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from textual.binding import Binding, BindingType

from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.market.rules.rulebook import AccountKind, Rulebook
from ledger.practice.accounts.known import Known
from ledger.practice.calc.calculators import interest
from ledger.practice.library.tape_shelf import ShelvedTape
from ledger.practice.library.venue_shelf import venue_shelf
from ledger.practice.venues.venue_page import venue_page
from ledger.refused import Refused
from ledger.times import DAY
from tui.pages.venue_lines import book_cells
from tui.runtime.opener import Own
from tui.screens.first.chooser import Chooser, Option
from tui.text import format as fmt
from tui.widgets.grid import Column
from tui.widgets.keybar import Hint

_LOAN = Decimal(10_000)


class VenueChooser(Chooser[Own | None]):
    """Those that suit the tapes stand first. One that cannot trade a chosen tape is greyed, with
    the reason."""

    heading = " NEW ACCOUNT   2 of 3: under whose rules"
    aside = "a day: interest on 10,000"
    also = (Hint((("F1", "guide"),), "one of your own"),)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "guide", "A rule book of your own", show=False),
    ]

    def __init__(
        self, tapes: Sequence[ShelvedTape], known: Known, *, ascii_only: bool = False
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self._known = known
        self._tapes = tuple(tapes)
        self._books: dict[str, Rulebook] = {}

    def columns(self, width: int) -> list[Column]:
        """How far a fully leveraged long can fall, and what a day costs."""
        return [
            Column("Rule book", 20),
            Column("Leverage", 8, "right"),
            Column("Call", 7, "right"),
            Column("Liq", 8, "right"),
            Column("A day", 8, "right"),
            Column("Money, margin", min(width - 58, 60)),
        ]

    def on_mount(self) -> None:
        """Read the rule books in a thread."""
        super().on_mount()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        try:
            shelf = venue_shelf()
        except Refused as refused:
            self.app.call_from_thread(self._show, [], refused.faults)
            return
        self._books = {page.rulebook.id: page.rulebook for page in shelf.pages}
        options = [self._option(page, shelf.own) for page in shelf.pages]
        options.sort(key=lambda option: self._rank(option, shelf.own))
        self.app.call_from_thread(self._show, options, shelf.faults)

    def _rank(self, option: Option, own: frozenset[str]) -> tuple[bool, ...]:
        """Those whose venues list such tapes first, among them one's own; what cannot be chosen
        last."""
        book = self._books[option.key]
        suits = all(tape.suits(book) for tape in self._tapes)
        return bool(option.reason), not suits, option.key not in own

    def _show(self, options: list[Option], faults: Sequence[str]) -> None:
        if self.is_attached:
            self.offer(options)
            if faults:
                self.tell("; ".join(faults))

    def _option(self, page: RulebookPage, own: frozenset[str]) -> Option:
        book = page.rulebook
        shown = venue_page(page)
        name, leverage, call, liquidation = book_cells(shown, own)[:4]
        yours = "yours, " if name in own else ""
        cells = (
            (name, "strong"),
            (leverage, ""),
            (call, "called"),
            (liquidation, "down"),
            (_day(book), ""),
            (f"{book.currency}: {yours}{', '.join(book.modes)}", ""),
        )
        problems = filter(None, (tape.cannot_trade(book) for tape in self._tapes))
        description = f"{shown.title}: {shown.summary}"
        return Option(
            name, cells, f"{name} {shown.title} {yours}", description, "; ".join(problems)
        )

    def action_guide(self) -> None:
        """Open the guide at how one's own is written, and where it belongs."""
        from tui.screens.guide import GuideScreen  # it reads Markdown

        self.app.push_screen(GuideScreen("own-venue", ascii_only=self.ascii_only))

    def choose(self, option: Option) -> None:
        """Go on to the form."""
        from tui.screens.first.new_account import NewAccount  # it reads tapes

        book = self._books[option.key]
        screen = NewAccount(self._tapes, book, self._known, ascii_only=self.ascii_only)
        self.app.push_screen(screen, self._done)

    def _done(self, own: Own | None) -> None:
        if own is not None:
            self.dismiss(own)


def _day(book: Rulebook) -> str:
    if book.kind is not AccountKind.LOAN:
        return "funding" if book.funding is not None else "nothing"
    cost = interest(book, _LOAN, DAY)["interest"]
    assert isinstance(cost, Decimal)
    return fmt.money(cost, "USD")
