"""The first screen: what can be learnt, practised, relived and looked back on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ledger.practice.accounts.known import Known
from ledger.practice.scenarios.scenario import FOLDER
from tui.runtime.first_page import (
    ACCOUNTS,
    COURSE,
    GROUPS,
    JOURNAL,
    LEARN,
    LEDGER,
    MARKET,
    NEW,
    PRACTISE,
    SAME,
    WEEK,
    Entry,
)
from tui.runtime.opener import GoOn, Made, Offer, Own
from tui.screens.ordered import OrderedPage
from tui.text import format as fmt
from tui.widgets.finder import Listed, Search
from tui.widgets.grid import Column, DataGrid, Row
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

_WORDS = (
    "It lends to you, charges you, calls you and sells you out exactly by the rule book you "
    "choose, and records every cent in a ledger that you own. No real money, no network."
)
_TALL = 36
"""From this many rows on there is room for the introduction."""
_LEAST = 2
"""Rows of a group: its heading, and its first entry."""
_TOLD = 3
_KEYS = {"A": "accounts", "N": "new", "M": "market", "V": "venues", "q": "leave", "?": "guide"}
"""Letters that are keys while nothing is searched for."""


class Welcome(OrderedPage[Offer | GoOn | Own | Made | str | None]):
    """Enter opens what is selected. For the arrows and the search, the four lists are one."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("q", "leave", "Quit", show=False),
        Binding("N,shift+n", "new", "New account", show=False),
        Binding("M,shift+m", "market", "Made-up market", show=False),
        Binding("A,shift+a", "accounts", "Accounts", show=False),
        Binding("V,shift+v", "venues", "Rule books", show=False),
        Binding("f1,question_mark", "guide", "Guide", show=False),
        Binding("tab", "group(1)", "Next group", show=False),
        Binding("shift+tab", "group(-1)", "Previous group", show=False),
    ]

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        known: Known | None = None,
        ledger_page: Callable[[], Screen[Any]] | None = None,
        journal_page: Callable[[], Screen[Any] | None] = lambda: None,
        review_page: Callable[[], Screen[Any] | None] = lambda: None,
        ledger: Path | None = None,
        first: bool = True,
        ascii_only: bool = False,
    ) -> None:
        """`first` where no account is open behind it; else `ledger_page` shows its ledger. `taken`
        are the names of accounts."""
        super().__init__(ascii_only=ascii_only)
        self._entries = {entry.key: entry for entry in entries}
        self._ledger_page = ledger_page
        self._ways = {JOURNAL: journal_page, WEEK: review_page}
        self._known = known or Known()
        self._first = first
        self._ledger = ledger
        self._search = Search()
        self._at = GROUPS.index(LEARN if first else PRACTISE)

    def contents(self) -> ComposeResult:
        """The introduction, the search, the groups, the entry's description, and the keys."""
        yield Lines(id="welcome", ascii_only=self.ascii_only, wrapped=True)
        yield Lines(id="search", ascii_only=self.ascii_only)
        for group in GROUPS:
            empty = "nothing to look back on yet" if group == GROUPS[-1] else "nothing found"
            grid = Listed(_columns(group, 80), id=group.lower(), empty=empty,
                          ascii_only=self.ascii_only)  # fmt: skip
            grid.is_key = self._is_key
            yield grid
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("Enter", "open"),), "open"),
                Hint((("up/down", "none"), ("tab", "group(1)")), "choose"),
                Hint((("N", "new"),), "new account"),
                Hint((("M", "market"),), "synthetic market"),
                Hint((("A", "accounts"),), "accounts"),
                Hint((("V", "venues"),), "rule books"),
                Hint((("F1", "guide"),), "guide"),
                Hint((("q", "leave"),), "quit" if self._first else "back to the desk"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """Select the guided rehearsal, later a new account."""
        self._list()
        self.ready()

    def _is_key(self, letter: str) -> bool:
        return not self._search.text and letter in _KEYS

    def _grids(self) -> list[Listed]:
        return [self.query_one(f"#{group.lower()}", Listed) for group in GROUPS]

    @property
    def _chosen(self) -> Entry | None:
        return self._entries.get(self._grids()[self._at].cursor_key or "")

    def _list(self) -> None:
        """Show the entries found; the cursor goes to the one whose title fits best."""
        fitting = [entry for entry in self._entries.values() if self._search.finds(entry.text)]
        for group, grid in zip(GROUPS, self._grids(), strict=True):
            grid.show([_row(entry) for entry in fitting if entry.group == group])
        if self._search.text and fitting:
            best = max(fitting, key=lambda entry: self._search.rank(entry.title))
            self._at = GROUPS.index(best.group)
            used = self._grids()[self._at]
            used.move_to([key for key, _ in used.rows].index(best.key))
        for n, grid in enumerate(self._grids()):  # the one that is used hears the letters
            grid.display = bool(grid.rows) or n == self._at or not self._search.text
        self.query_one("#search", Lines).show([self._search.line(len(fitting))])
        self._share_out()
        self._tell()

    def fit(self) -> None:
        """The groups share the rows; titles and description take the width that is left."""
        title: Line = [("TIGHTROPE", "title"), ("   a flight simulator for margin trading", "")]
        words: list[Line] = [[("", "")], [(_WORDS, "dim")]] if self.size.height >= _TALL else []
        self.query_one("#welcome", Lines).show([title, *words])
        for group, grid in zip(GROUPS, self._grids(), strict=True):
            grid.set_columns(_columns(group, self.size.width), grid.rows)
        self._share_out()
        self._tell()
        self.call_after_refresh(self._share_out)  # only now is the height of the rest known

    def _share_out(self) -> None:
        """Give each group at least its first entry, and the one in use the most."""
        if not self.size.height:
            return
        grids = [grid for grid in self._grids() if grid.display]
        used = self._grids()[self._at]
        others = sum(self.query_one(name).size.height for name in ("#welcome", "#keys"))
        left = self.size.height - others - 1 - _TOLD - _LEAST * len(grids)
        for grid in [used, *(grid for grid in grids if grid is not used)]:
            more = min(max(len(grid.rows) + 1 - _LEAST, 0), max(left, 0))
            left -= more
            grid.styles.height = _LEAST + more
        self.set_focus(used, scroll_visible=False)

    @on(DataGrid.RowHighlighted)
    def moved(self, message: DataGrid.RowHighlighted) -> None:
        """Describe another entry; a click may be in another group."""
        at = GROUPS.index((message.grid.id or "").capitalize())
        if message.grid.has_focus and at != self._at:
            self._at = at
            self._share_out()
        self._tell()

    def _tell(self) -> None:
        entry = self._chosen
        about = "" if entry is None else fmt.clean(entry.description, 400)
        text = wrap(about, min(max(self.size.width - 4, 20), 110))
        if len(text) > _TOLD:
            text = [*text[: _TOLD - 1], f"{text[_TOLD - 1].rstrip('.')} …"]
        self.query_one("#about", Lines).show([[(f"  {line}", "dim")] for line in text])

    @on(Listed.Letter)
    def typed(self, message: Listed.Letter) -> None:
        """Search for other text."""
        self._search.take(message.letter)
        self._list()

    @on(Listed.Beyond)
    def beyond(self, message: Listed.Beyond) -> None:
        """Go on to the next group, at its near end."""
        if self._go(message.steps):
            grid = self._grids()[self._at]
            grid.move_to(0 if message.steps > 0 else len(grid.rows) - 1)

    def action_group(self, steps: int) -> None:
        """Go to the next group that has an entry, or the one before."""
        if not self._go(steps):
            self._go(steps, around=True)

    def _go(self, steps: int, *, around: bool = False) -> bool:
        grids, count = self._grids(), len(GROUPS)
        places = range(self._at + steps, count if steps > 0 else -1, steps)
        ends = range(0 if steps > 0 else count - 1, self._at, steps) if around else ()
        for place in (*places, *ends):
            if grids[place].rows:
                self._at = place
                self._share_out()
                self._tell()
                return True
        return False

    @on(DataGrid.RowSelected)
    def selected(self, message: DataGrid.RowSelected) -> None:
        """Open it, on Enter or a click."""
        self.action_open(message.key)

    def action_open(self, key: str = "") -> None:
        """Open what is selected."""
        entry = self._entries.get(key) or self._chosen
        if entry is None:
            return
        if not isinstance(entry.opens, str):
            self.dismiss(entry.opens)
            return
        pages: dict[str, Callable[[], object]] = {
            NEW: self.action_new,
            MARKET: self.action_market,
            SAME: self._compare,
            COURSE: self._course,
            JOURNAL: partial(self._show, JOURNAL),
            WEEK: partial(self._show, WEEK),
            LEDGER: self._show_ledger,
            ACCOUNTS: self.action_accounts,
        }
        pages[entry.opens]()

    def action_accounts(self) -> None:
        """Show every account: the app opens the list, since no account is open meanwhile."""
        self.dismiss(ACCOUNTS)

    def action_new(self) -> None:
        """Begin a new account: tapes, rule book, and the rest."""
        from tui.screens.first.tape_chooser import TapeChooser  # it reads tapes

        self.app.push_screen(TapeChooser(self._known, ascii_only=self.ascii_only), self._made)

    def action_market(self) -> None:
        """Make a synthetic market."""
        from tui.screens.market import MarketScreen  # it checks files, which takes a while to load

        self.app.push_screen(MarketScreen(ascii_only=self.ascii_only), self._made)

    def _compare(self) -> None:
        from tui.screens.first.same_trade import SameTrade  # it runs rehearsals

        self.app.push_screen(SameTrade(ascii_only=self.ascii_only), self._made)

    def _course(self) -> None:
        from tui.screens.first.course import CourseScreen  # it reads Markdown

        def left(scenario: str | None) -> None:
            entry = self._entries.get(f"{FOLDER}{scenario}")
            if entry is not None and isinstance(entry.opens, Offer):
                self.dismiss(entry.opens)

        page = CourseScreen(self._ledger, ascii_only=self.ascii_only)
        self.app.push_screen(page, left)

    def _show_ledger(self) -> None:
        if self._ledger_page is not None:
            self.app.push_screen(self._ledger_page())

    def _show(self, name: str) -> None:
        page = self._ways[name]()
        if page is not None:
            self.app.push_screen(page)

    def _made(self, made: Made | Offer | Own | None) -> None:
        if made is not None:
            self.dismiss(made)

    def action_venues(self) -> None:
        """Open the rule books."""
        from tui.screens.venues import VenuesScreen  # not for the start: it reads rule books

        self.app.push_screen(VenuesScreen(ascii_only=self.ascii_only))

    def action_guide(self) -> None:
        """Open the guide at its beginning."""
        from tui.screens.guide import GuideScreen  # not for the start: it reads Markdown

        self.app.push_screen(GuideScreen(ascii_only=self.ascii_only))

    def action_back(self) -> None:
        """Leave the search, then the screen."""
        if self._search.text:
            self._search = Search()
            self._list()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave without beginning anything."""
        self.dismiss(None)


def _columns(group: str, width: int) -> list[Column]:
    title = min(max(width // 2, 40), 60)
    return [Column(group.upper(), title), Column("", min(width - title - 4, 60))]


def _row(entry: Entry) -> Row:
    return entry.key, ((fmt.plain(entry.title, 60), "strong"), (fmt.plain(entry.word, 60), "up"))
