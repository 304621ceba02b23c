"""The rule books: a list, the page of the chosen one, and any two of them side by side.

Reading a rule book's file needs modules that are slow to load, so a thread loads them while the
screen is there already: they are imported where they are used, and nothing is shown before the
thread is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll

from ledger.refused import Refused
from tui.screens.page import PageScreen
from tui.text.sizes import is_wide
from tui.widgets.grid import Column, DataGrid, Row
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines

if TYPE_CHECKING:
    from ledger.practice.venues.choice import Choice
    from ledger.practice.venues.venue_page import VenuePage

_FAULTS = "!"
"""The key of the row with the user's faulty files: no rule book has it."""
_COLUMNS = (
    Column("Rule book", 20),
    Column("Leverage", 8, "right"),
    Column("Call", 9, "right"),
    Column("Liq", 9, "right"),
    Column("Assumed", 8),
    Column("", 5),
)


class Books(DataGrid):
    """The list is short and the page is long: page up and page down move the page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "screen.turn(-1)", "Page up", show=False),
        Binding("pagedown,space", "screen.turn(1)", "Page down", show=False),
    ]


class VenuesScreen(PageScreen[None]):
    """`c` pins the chosen book; from then on it is compared with the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,V,shift+v", "back", "Back", show=False),
        Binding("c", "compare", "Compare", show=False),
        Binding("t", "table", "All side by side", show=False),
        Binding("d", "differences", "Only differences", show=False),
        Binding("y", "copy", "Copy", show=False),
        Binding("f1", "guide", "A rule book of your own", show=False),
    ]

    def __init__(self, chosen: str = "", *, ascii_only: bool = False) -> None:
        """`chosen` is the first book to show, if it is listed."""
        super().__init__(ascii_only=ascii_only)
        self._chosen = chosen
        self._pages: dict[str, VenuePage] = {}
        self._own: frozenset[str] = frozenset()
        self._faults: tuple[str, ...] = ()
        self._first: str | None = None
        self._only = False
        self._loaded = False
        self._choices: list[Choice] = []
        self._table = False

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        with Container(id="shelf"):
            yield Books(_COLUMNS, id="books", empty="reading …", ascii_only=self.ascii_only)
            with VerticalScroll(id="reading"):
                yield Lines(id="page", ascii_only=self.ascii_only)
        yield KeyBar([], id="keys")

    def on_mount(self) -> None:
        """Read the books in a thread: the screen is there at once."""
        self.query_one(Books).focus()
        self.run_worker(self._read, thread=True)

    def _read(self) -> None:
        from ledger.practice.library.venue_shelf import venue_shelf
        from ledger.practice.venues.choice import choice_of
        from ledger.practice.venues.venue_page import venue_page

        shelf = None
        try:
            shelf = venue_shelf()
        except Refused as refused:
            self._faults = refused.faults
        else:
            self._pages = {page.rulebook.id: venue_page(page) for page in shelf.pages}
            self._own, self._faults = shelf.own, shelf.faults
        rows = self._rows()
        self.app.call_from_thread(self._list, rows)
        if shelf is not None:  # slower, and not needed for the list
            self._choices = [choice_of(page) for page in shelf.pages]
            self.app.call_from_thread(self._show)

    def _rows(self) -> list[Row]:
        from tui.pages.venue_lines import book_cells

        rows: list[Row] = []
        for name, page in self._pages.items():
            yours = "yours" if name in self._own else ""
            figures = ((cell, "") for cell in book_cells(page, self._own)[1:-1])
            rows.append((name, ((name, "strong"), *figures, (yours, "up"))))
        if self._faults:
            fault = f"{len(self._faults)} wrong" if self._pages else "cannot be read"
            rows.append((_FAULTS, (("! your own", "called"), (fault, "called"))))
        return rows

    def _list(self, rows: list[Row]) -> None:
        if not self.is_attached:
            return
        self._loaded = True
        grid = self.query_one(Books)
        grid.show(rows)
        names = [name for name, _ in rows]
        chosen = self._chosen  # an older edition is not listed: its newest is
        if chosen not in names:
            chosen = chosen.partition("@")[0]
        grid.move_to(names.index(chosen) if chosen in names else 0)
        self._show()

    def fit(self) -> None:
        """Side by side if there is room, else one above the other."""
        self.set_class(not is_wide(self.size), "compact")
        self.call_after_refresh(self._show)

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        self._show()
        self.query_one("#reading").scroll_to(y=0, animate=False, immediate=True)

    @on(DataGrid.RowSelected)
    def selected(self) -> None:
        """Enter focuses the page."""
        self.query_one("#reading").focus()

    def _show(self) -> None:
        """Show the page or the comparison, once it is loaded."""
        first, page = (self._pages.get(key or "") for key in (self._first, self._key))
        self._head(first, page)
        if self._loaded:
            self.query_one("#page", Lines).show(self._text(first, page))

    @property
    def _key(self) -> str | None:
        return self.query_one(Books).cursor_key

    def _text(self, first: VenuePage | None, page: VenuePage | None) -> list[Line]:
        from ledger.practice.venues.venue_page import compare
        from tui.pages.venue_lines import compare_lines, page_lines
        from tui.pages.venues.choice_lines import choice_lines

        width = max(self.query_one("#reading").scrollable_content_region.width, 40)
        if self._table:
            return (
                choice_lines(self._choices, width) if self._choices else [[(" reading …", "dim")]]
            )
        if page is None:
            faults = "\n".join(self._faults)
            return [[(f" {line}", "called")] for line in faults.splitlines()]
        if first is None or first is page:
            return page_lines(page, width)
        pairs = compare(first, page)
        shown = [pair for pair in pairs if pair.differs] if self._only else pairs
        return compare_lines(first, page, shown, width)

    def _head(self, first: VenuePage | None, page: VenuePage | None) -> None:
        runs: list[tuple[str, str]] = [(" RULE BOOKS ", "title")]
        if first is not None:
            chosen = page is not None and page is not first
            other = f"and {page.id}" if page is not None and chosen else "against: choose another"
            runs.append((f" {first.id} {other} ", "tab"))
            if self._only:
                runs.append(("  only what differs (*)", "dim"))
        else:
            runs.append(("  how far a fully leveraged long can fall before each level", "dim"))
        self.query_one("#filter", Lines).show([runs])
        hints = [
            Hint((("up/down", "none"),), "choose"),
            Hint((("PgUp", "turn(-1)"), ("PgDn", "turn(1)")), "read"),
            Hint((("c", "compare"),), "compare with another" if first is None else "one alone"),
            Hint((("t", "table"),), "one book" if self._table else "all for a choice"),
        ]
        if first is not None:
            hints.append(
                Hint((("d", "differences"),), "everything" if self._only else "differences")
            )
        hints += [
            Hint((("F1", "guide"),), "one of your own"),
            Hint((("y", "copy"),), "copy"),
            Hint((("Esc", "back"),), "back"),
        ]
        self.query_one(KeyBar).show(hints)

    def action_turn(self, pages: int) -> None:
        """Turn the page by a screenful, wherever the cursor is."""
        reading = self.query_one("#reading")
        rows = max(reading.scrollable_content_region.height - 2, 1)
        reading.scroll_relative(y=pages * rows, animate=False)

    def action_compare(self) -> None:
        """Pin this book and choose another; or unpin it."""
        key = self._key
        self._first = key if self._first is None and key in self._pages else None
        self.set_class(self._first is not None, "comparing")
        self.query_one(Books).focus()
        self.call_after_refresh(self._show)  # the list makes room for the comparison

    def action_table(self) -> None:
        """All books side by side for a choice, or the chosen one again."""
        self._table = not self._table
        self._show()
        self.query_one("#reading").scroll_to(y=0, animate=False, immediate=True)

    def action_differences(self) -> None:
        """Show only differences, or everything again."""
        self._only = not self._only
        self._show()

    def action_copy(self) -> None:
        """Copy the page as text."""
        self.app.copy_to_clipboard(self.query_one("#page", Lines).text)

    def action_guide(self) -> None:
        """Open the guide at how one's own is written, and where it belongs."""
        from tui.screens.guide import GuideScreen  # it reads Markdown

        self.app.push_screen(GuideScreen("own-venue", ascii_only=self.ascii_only))

    def action_back(self) -> None:
        """Leave the comparison, then the screen."""
        if self._first is not None:
            self.action_compare()
        else:
            self.app.pop_screen()
