"""A long list to choose from: searched by typing, each row described, greyed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType

from tui.screens.ordered import OrderedPage
from tui.text import format as fmt
from tui.widgets.finder import Listed, Search
from tui.widgets.grid import Cell, Column, DataGrid
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

_TOLD = 3


@dataclass(frozen=True, slots=True)
class Option:
    """A row; `text` is searched, `description` is shown below the list, and `reason` says why it
    cannot be chosen, if it cannot."""

    key: str
    cells: tuple[Cell, ...]
    text: str
    description: str
    reason: str = ""


class Chooser(OrderedPage[ScreenResultType]):
    """Subclasses give the `heading`, the `columns` and the options, and define `choose`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
    ]
    heading = ""
    aside = ""
    """A few words after the heading."""
    otherwise = ""
    """What else to do where nothing is found."""
    also: tuple[Hint, ...] = ()
    """Further keys."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._options: dict[str, Option] = {}
        self._search = Search()
        self._is_found = False
        """Whether what was searched for is dealt with: the next letter begins another search."""

    def columns(self, width: int) -> list[Column]:
        raise NotImplementedError

    def choose(self, option: Option) -> None:
        """Act on Enter on a row that can be chosen."""
        raise NotImplementedError

    def contents(self) -> ComposeResult:
        """The choices so far, the search, the list, the row's description, and the keys."""
        yield Lines(id="heading", ascii_only=self.ascii_only)
        yield Lines(id="search", ascii_only=self.ascii_only)
        yield Listed(self.columns(80), id="options", empty="reading …", ascii_only=self.ascii_only)
        yield Lines(id="about", ascii_only=self.ascii_only)
        hints = [
            Hint((("Enter", "enter"),), "choose"),
            *self.also,
            Hint((("Esc", "back"),), "back"),
        ]
        yield KeyBar(hints, id="keys")

    @property
    def grid(self) -> Listed:
        """The list."""
        return self.query_one(Listed)

    @property
    def here(self) -> Option | None:
        """The option the cursor is on."""
        return self._options.get(self.grid.cursor_key or "")

    def head(self) -> None:
        """Show the choices so far."""
        head: Line = [(self.heading, "title"), (f"   {fmt.clean(self.aside, 200)}", "dim")]
        self.query_one("#heading", Lines).show([head])

    def on_mount(self) -> None:
        """Focus the list."""
        self.head()
        self.grid.focus()
        self._list()

    def offer(self, options: Sequence[Option], at: str = "") -> None:
        """Show these options, with the cursor on one of them."""
        self._options = {option.key: option for option in options}
        self._list()
        keys = [key for key, _ in self.grid.rows]
        if at in keys:
            self.grid.move_to(keys.index(at))
        self.ready()

    def _list(self) -> None:
        found = [option for option in self._options.values() if self._search.finds(option.text)]
        if self._options:
            self.grid.say_when_empty(f"nothing found; {self.otherwise}Esc clears the search")
        self.grid.show([(option.key, _cells(option)) for option in found])
        self.query_one("#search", Lines).show([self._search.line(len(found))])
        self.tell()

    def fit(self) -> None:
        """Columns and description take the width there is."""
        self.grid.set_columns(self.columns(self.size.width), self.grid.rows)
        self.tell()

    def tell(self, problem: str = "") -> None:
        """The row in words, or what is wrong with it."""
        option = self.here
        reason = problem or (option.reason if option is not None else "")
        text = reason or (option.description if option is not None else "")
        lines = wrap(fmt.clean(text, 500), min(max(self.size.width - 4, 20), 110))[:_TOLD]
        shown: list[Line] = [[(f"  {line}", "warned" if reason else "dim")] for line in lines]
        self.query_one("#about", Lines).show(shown)

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        """Describe another row."""
        self.tell()

    @on(Listed.Letter)
    def typed(self, message: Listed.Letter) -> None:
        """Search for other text."""
        if self._is_found and message.letter:
            self._search = Search()
        self._is_found = False
        self._search.take(message.letter)
        self._list()

    @on(DataGrid.RowSelected)
    def action_enter(self) -> None:
        """Choose the row; a greyed one only shows its reason."""
        if self.here is not None and not self.here.reason:
            self.choose(self.here)

    def action_back(self) -> None:
        """Leave the search, then the screen."""
        if self._search.text:
            self._search = Search()
            self._list()
        else:
            self.dismiss(None)


def _cells(option: Option) -> tuple[Cell, ...]:
    if not option.reason:
        return option.cells
    return tuple((text, "dim") for text, _ in option.cells)
