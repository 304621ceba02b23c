"""An account as a tax return would have it: a year's rows, their lots, and the forms."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from ledger.account.commands import PickLots
from ledger.books.file.errors import LedgerError
from ledger.practice.tax.picking import on_offer, picked_of, picking
from ledger.practice.tax.tax_view import Choices, TaxView, law_ids, read_tax
from ledger.refused import Refused
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.law import Method
from ledger.reports.tax.lots import NONE, lots_of
from ledger.reports.tax.years import TaxYear
from tui.pages.tax import tax_rows
from tui.runtime.journal_book import JournalBook
from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.type_ahead import Heard
from tui.widgets.asked import Asked
from tui.widgets.grid import DataGrid
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines

HINTS = [
    Hint((("left", "year(-1)"), ("right", "year(1)")), "year"),
    Hint((("f", "forms"),), "forms"),
    Hint((("u", "rules"),), "rules"),
    Hint((("m", "method"),), "method"),
    Hint((("p", "pick"),), "pick lots"),
    Hint((("y", "copy"),), "copy"),
    Hint((("Esc", "back"),), "back"),
]
ASKING = [Hint((("Enter", "none"),), "put on record"), Hint((("Esc", "back"),), "cancel")]
_METHODS = (Method.FIFO, Method.LIFO, Method.HIFO, Method.SPECIFIC)
_LONGEST = 200


class TaxScreen(PageScreen[None]):
    """Shows one year. Rules and method are for looking; the lots of a sale are put on record."""

    keys_in_order = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q,x", "dismiss(None)", "Leave", show=False),
        Binding("left", "year(-1)", "The year before", show=False, priority=True),
        Binding("right", "year(1)", "The year after", show=False, priority=True),
        Binding("f", "forms", "Forms", show=False),
        Binding("u", "rules", "Rules", show=False),
        Binding("m", "method", "Method", show=False),
        Binding("p", "pick", "Pick lots", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, book: JournalBook, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._book = book
        self._view: TaxView | None = None
        self._fault = ""
        self._choices = Choices()
        self._at = -1
        self._forms = False
        self._busy = True
        self._said = ""
        self._asked = Asked(ascii_only=ascii_only, longest=_LONGEST)

    @property
    def is_changing(self) -> bool:
        """Whether the record is being read."""
        return self._busy

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only, wrapped=True)
        yield DataGrid((), id="rows", empty="reading …", ascii_only=self.ascii_only)
        yield Lines(id="account-about", ascii_only=self.ascii_only)
        yield self._asked
        yield Lines(id="notice", ascii_only=self.ascii_only, wrapped=True)
        yield KeyBar(HINTS, id="keys")

    def on_mount(self) -> None:
        """Read in a thread: every event is looked at."""
        self.query_one(DataGrid).focus()
        self._read_anew()

    def fit(self) -> None:
        """Show the columns that there is room for."""
        self.call_after_refresh(self._show)

    def _read_anew(self) -> None:
        self._busy = True
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        view, fault = None, ""
        try:
            view = read_tax(self._book.ledger, self._book.account, self._choices)
        except (Refused, LedgerError) as wrong:
            fault = str(wrong)
        self.app.call_from_thread(self._have, view, fault)

    def _have(self, view: TaxView | None, fault: str) -> None:
        if not self.is_attached:
            return
        self._view, self._fault, self._busy = view, fault, False
        self._show()
        self.post_message(Heard())

    @property
    def _year(self) -> TaxYear | None:
        years = self._view.report.years if self._view else ()
        return years[max(self._at, -len(years))] if years else None

    def _show(self) -> None:
        grid, width, year = self.query_one(DataGrid), self.size.width, self._year
        grid.say_when_empty("reading …" if self._busy else "nothing was sold in this year")
        if self._forms and year is not None and self._view is not None:
            grid.set_columns(tax_rows.FORMS, tax_rows.forms(self._view, year))
        else:
            rows = () if year is None else year.disposals
            listed = [tax_rows.row_of(n, row, width) for n, row in enumerate(rows)]
            grid.set_columns(tax_rows.columns(width), listed)
        self._head()
        warns = " ".join(self._view.warns if self._view else ())
        self._say(self._fault or self._said or warns, "warned" if self._fault else "dim")
        self._tell()

    def _say(self, words: str, meaning: str = "dim") -> None:
        self.query_one("#notice", Lines).show([[(f" {fmt.clean(words, 400)}", meaning)]])

    def _head(self) -> None:
        line: list[tuple[str, str]] = [(" TAX ", "title")]
        view, year = self._view, self._year
        if view is not None:
            method = f", {view.method.value}" if len(view.law.table.methods) > 1 else ""
            line.append((f" {fmt.plain(view.account, 30)}  {view.law.table.id}{method}", "dim"))
        if year is not None and view is not None:
            place = view.report.years.index(year) + 1
            line.append((f"  {year.number}", "strong"))
            line.append((f"  year {place} of {len(view.report.years)}", "dim"))
        self.query_one("#filter", Lines).show([line])

    def _selected(self) -> Disposal | None:
        key, year = self.query_one(DataGrid).cursor_key, self._year
        if year is None or key is None or int(key) >= len(year.disposals):
            return None
        return year.disposals[int(key)]

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        """Say how the selected row came about."""
        self._tell()

    def _tell(self) -> None:
        row = None if self._forms else self._selected()
        told: list[Line] = [] if row is None else tax_rows.about(row)
        about = self.query_one("#account-about", Lines)
        about.show(told)
        about.display = bool(told)

    def action_year(self, steps: int) -> None:
        """The year before or after."""
        years = len(self._view.report.years) if self._view else 0
        self._at = min(max(self._at + steps, -years), -1)
        self._show()

    def action_forms(self) -> None:
        """What the forms make of the year, or its rows again."""
        self._forms = not self._forms
        self._show()

    def action_rules(self) -> None:
        """The next country's rules."""
        ids = law_ids()
        after = ids[(ids.index(self._choices.rules) + 1) % len(ids)]
        self._choices = Choices(rules=after)
        self._at = -1
        self._read_anew()

    def action_method(self) -> None:
        """The next order of lots, where the rules leave a choice."""
        view = self._view
        if view is None or len(view.law.table.methods) == 1:
            self._say("These rules leave no choice of lots.", "warned")
            return
        after = _METHODS[(_METHODS.index(self._choices.method) + 1) % len(_METHODS)]
        self._choices = Choices(rules=self._choices.rules, method=after)
        self._read_anew()

    def action_copy(self) -> None:
        """Copy the selected row with its arithmetic."""
        row = self._selected()
        if row is not None:
            self.app.copy_to_clipboard(tax_rows.copied(row))

    # which lots were sold

    def action_pick(self) -> None:
        """Ask which lots the selected sale came from, and show those that are there."""
        row, view = self._selected(), self._view
        if row is None or view is None or self._forms or self._busy:
            self._say("Choose a sale first.", "warned")
        elif Method.SPECIFIC not in view.law.table.methods:
            self._say("These rules leave no choice of lots.", "warned")
        else:
            self._asked.ask(str(row.seq), "Lots:", picked_of(view, row.seq) or f"{row.lot}:")
            self.query_one(KeyBar).show(ASKING)
            self._say(f"{on_offer(view, row.seq)}. Write 6:10, or 6:10, 9:5, or {NONE}.")

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Check the lots in a thread, then put them on record."""
        event.stop()
        sale = int(self._asked.what)
        try:
            lots = lots_of(event.value)
        except Refused as fault:
            self._say(str(fault), "warned")
            return
        self._close_question()
        self._busy = True
        self.run_worker(lambda: self._check(sale, lots), thread=True)

    def _check(self, sale: int, lots: dict[int, Decimal]) -> None:
        command, fault = None, ""
        try:
            command = picking(self._book.ledger, self._book.account, sale, lots)
        except (Refused, LedgerError) as wrong:
            fault = str(wrong)
        if command is not None and self._book.pen is None:
            fault = self._book.write(command)
        self.app.call_from_thread(self._checked, command, fault)

    def _checked(self, command: PickLots | None, fault: str) -> None:
        if command is None or fault or self._book.pen is None:
            self._picked(fault)
        else:
            self._book.pen(command, self._picked)

    def _picked(self, wrong: str) -> None:
        self._busy = False
        if wrong:
            self._say(wrong, "warned")
            return
        self._said = "On record; it counts with the method `specific`."
        self._choices = Choices(rules=self._choices.rules, method=Method.SPECIFIC)
        self._read_anew()

    def _close_question(self) -> None:
        self._asked.close()
        self.set_focus(self.query_one(DataGrid))
        self.query_one(KeyBar).show(HINTS)
        self._show()

    def action_back(self) -> None:
        """Leave the question, then the page."""
        if self._asked.what:
            self._close_question()
        else:
            self.dismiss(None)
