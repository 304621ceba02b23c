"""The review of a week in five pages that end in one rule, and four pages of figures beside them.

Every row opens its trades in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ledger.account.written import Review
from ledger.books.file.errors import LedgerError
from ledger.practice.review.finding_words import reviewing
from ledger.practice.review.weekly.own_rule import LONGEST, stated
from ledger.practice.review.weekly.span import ALL, Length, Span, span_with, week_with
from ledger.practice.review.weekly.week import WeeklyReview
from ledger.practice.review.weekly.week_words import pages
from ledger.refused import Refused
from tui.pages.review import pictures
from tui.pages.review.sheet import Sheet, SheetRow, rule_form, written
from tui.runtime.review_book import ReviewBook, Said
from tui.screens.page import PageScreen
from tui.screens.records.journal import JournalScreen
from tui.screens.records.review_keys import ASKING, BINDINGS, HINTS
from tui.text import display
from tui.text import format as fmt
from tui.type_ahead import Heard
from tui.widgets.asked import Asked
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import KeyBar
from tui.widgets.lines import Line, Lines

_TITLES = ("Plan kept", "Results in R", "Managing", "Findings", "One rule",
           "Calendar", "Equity", "Excursions", "Groups")  # fmt: skip
_BAR = 20
"""Cells of the bar of progress."""
_WRITTEN = 5
"""How many pages are in words; those of figures come after them."""
_ONE_LINE = 112
"""Columns from which on the names of all pages stand on one line."""
_RULE = "rule"
_LENGTHS = tuple(Length)


class ReviewScreen(PageScreen[None]):
    """`journal` opens the journal with a filter."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [*BINDINGS]

    def __init__(
        self,
        book: ReviewBook,
        journal: Callable[[str], JournalScreen | None],
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self._book, self._journal = book, journal
        self._review: WeeklyReview | None = None
        self._length = Length.WEEK
        self._day: int | None = None
        self._at = 0
        self._sheet: Sheet | None = None
        self._busy = True
        self._asked = Asked(ascii_only=ascii_only, longest=LONGEST)

    @property
    def is_changing(self) -> bool:
        """Whether the record is being read or written."""
        return self._busy

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only, wrapped=True)
        yield Lines(id="review-picture", ascii_only=self.ascii_only)
        yield DataGrid((), id="rows", empty="reading …", ascii_only=self.ascii_only)
        yield self._asked
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(HINTS, id="keys")

    def on_mount(self) -> None:
        """Read in a thread: each trade is run again."""
        self.query_one(DataGrid).focus()
        self._read_anew()

    def fit(self) -> None:
        """Lay the page out for the room there is."""
        self.call_after_refresh(self._lay_out)

    # reading

    def _read_anew(self, words: str = "") -> None:
        self._busy = True
        self._say(words or "reading …")
        self.run_worker(lambda: self._read(words), thread=True)

    def _read(self, words: str) -> None:
        try:
            found: WeeklyReview | None = self._book.read(self._length, self._day, self._reach())
            fault = ""
        except (Refused, LedgerError) as wrong:
            found, fault = None, str(wrong)
        self.app.call_from_thread(self._have, found, fault, words)

    def _reach(self) -> Callable[[int, int], None]:
        """What hears how far reading is, and shows a bar whenever it is a hundredth farther."""
        shown = -1

        def reach(done: int, total: int) -> None:
            nonlocal shown
            part = 100 * done // max(total, 1)
            if part != shown:
                shown = part
                self.app.call_from_thread(self._show_bar, part)

        return reach

    def _show_bar(self, part: int) -> None:
        if self.is_attached and self._busy:
            done = part * _BAR // 100
            full, empty = ("#", "-") if self.ascii_only else ("█", "░")
            self._say(f"reading … {full * done}{empty * (_BAR - done)} {part}%")

    def _have(self, found: WeeklyReview | None, fault: str, words: str) -> None:
        if not self.is_attached:
            return
        self._busy = False
        if found is not None:
            self._review = found
        self._say(fault or words, "warned" if fault else "notice")
        self._lay_out()
        self.post_message(Heard())

    # what is shown

    def _lay_out(self) -> None:
        grid, review = self.query_one(DataGrid), self._review
        self._head()
        grid.say_when_empty("nothing in this time" if review else "reading …")
        if review is None or not self.size.width:
            return
        self._sheet = sheet = self._made(review)
        picture = self.query_one("#review-picture", Lines)
        picture.show(list(sheet.picture))
        picture.display = bool(sheet.picture)
        grid.set_columns(sheet.columns, sheet.grid_rows())

    def _made(self, review: WeeklyReview) -> Sheet:
        width, plain = self.size.width, self.ascii_only
        if self._at < _WRITTEN:
            page = pages(review, money=not display.hides_money())[self._at]
            last = self._at == _WRITTEN - 1
            return rule_form(review, page, width) if last else written(page, width)
        return (
            lambda: pictures.calendar(review, ascii_only=plain),
            lambda: pictures.equity(review, width, self.size.height, ascii_only=plain),
            lambda: pictures.excursions(review, width, ascii_only=plain),
            lambda: pictures.groups(review),
        )[self._at - _WRITTEN]()

    def _head(self) -> None:
        review = self._review
        name, words = ("", "") if review is None else (review.account, review.span.words)
        title: Line = [(" REVIEW ", "title"), (f" {fmt.plain(name, 30)}  {words}", "strong")]
        tabs = [self._tab(at) for at in range(len(_TITLES))]
        first, rest = tabs[:_WRITTEN], tabs[_WRITTEN:]
        lines = [[*first, *rest]] if self.size.width >= _ONE_LINE else [first, rest]
        self.query_one("#filter", Lines).show([title, *lines])

    def _tab(self, at: int) -> tuple[str, str]:
        return f" {at + 1} {_TITLES[at]} ", "strong" if at == self._at else "dim"

    def _say(self, words: str, meaning: str = "notice") -> None:
        self.query_one("#notice", Lines).show([[(f" {fmt.clean(words, 300)}", meaning)]])

    def _selected(self) -> SheetRow | None:
        key = self.query_one(DataGrid).cursor_key
        return None if self._sheet is None or key is None else self._sheet.rows[int(key)]

    # what is done

    def action_turn(self, steps: int) -> None:
        """The next page, or the one before."""
        self.action_page((self._at + steps) % len(_TITLES))

    def action_page(self, at: int) -> None:
        """Show a page, from its top."""
        self._at = at
        self._say("")
        self._lay_out()
        self.query_one(DataGrid).move_to(0)

    def action_later(self, steps: int) -> None:
        """The next week or month, or the one before."""
        if self._review is not None and not self._busy:
            self._go(self._review.span.moved(steps))

    def action_length(self) -> None:
        """A week, the month around it, or all."""
        if self._review is None or self._busy:
            return
        shown = self._review.span
        day = self._review.view.last_day if shown.last is None else shown.last
        day = min(day, self._review.view.last_day) if shown.first is not None else day
        longer = _LENGTHS[(_LENGTHS.index(self._length) + 1) % len(_LENGTHS)]
        self._go(ALL if longer is Length.ALL else span_with(longer, day))

    def _go(self, span: Span) -> None:
        self._length, self._day = span.length, span.first
        self._read_anew()

    @on(DataGrid.RowSelected)
    def selected(self) -> None:
        """Put the rule on record, look at the week, or show the trades."""
        row = self._selected()
        if row is None or self._busy:
            return
        if row.rule is not None:
            self._asked.ask(_RULE, "Rule:", row.rule)
            self.query_one(KeyBar).show(ASKING)
            self._say("It is put on record, and replaces the rule before it.", "dim")
        elif row.week is not None:
            self._go(week_with(row.week))
        elif row.trades:
            page = self._journal(f"number:{','.join(map(str, row.trades))}")
            if page is not None:
                self.app.push_screen(page)
        else:
            self._say("No trade stands behind this line.")

    def action_contest(self) -> None:
        """Put on record that a finding is not one, or that it is one after all."""
        row, review = self._selected(), self._review
        if row is None or review is None or self._busy:
            return
        if row.finding is None:
            self._say("Choose a finding (page 4): n says that it is not one.")
            return
        again = review.seen.contested(row.finding)
        verdict = Review.ACCEPTED if again else Review.NOT_ONE
        said = "counts again" if again else "is contested, and counts no more"
        command = reviewing(row.finding, review.seen.trades, verdict)
        self._write(command, f"{row.finding.id} {said}")

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Put the rule on record."""
        event.stop()
        review = self._review
        version = 1 if review is None or review.rule is None else review.rule.version + 1
        try:
            command = stated(event.value, version)
        except Refused as fault:
            self._say(str(fault), "warned")
            return
        self._close_question()
        self._write(command, f"rule v{version} is on record: {command.text}")

    def _write(self, command: Said, words: str) -> None:
        self._busy = True

        def then(wrong: str) -> None:
            self._busy = False
            if wrong:
                self._say(wrong, "warned")
            else:
                self._read_anew(words)

        if self._book.pen is not None:
            self._book.pen(command, then)
        else:
            self.run_worker(
                lambda: self.app.call_from_thread(then, self._book.write(command)), thread=True
            )

    def action_copy(self) -> None:
        """Copy the page as text."""
        if self._sheet is not None:
            lines = ["  ".join(text for text, _ in row.cells) for row in self._sheet.rows]
            self.app.copy_to_clipboard("\n".join(line.rstrip() for line in lines))
            self._say("copied")

    def _close_question(self) -> None:
        self._asked.close()
        self.set_focus(self.query_one(DataGrid))
        self.query_one(KeyBar).show(HINTS)
        self._say("")

    def action_back(self) -> None:
        """Leave the question, then the review."""
        if self._asked.what:
            self._close_question()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)
