"""The first screen of somebody who has no account yet: what can be practised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.screens.page import PageScreen
from tui.text import format as fmt
from tui.widgets.grid import Column, DataGrid, Row
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines, wrap

if TYPE_CHECKING:
    from tui.runtime.opener import Made, Offer

_WORDS = (
    "It lends to you, charges you, calls you and sells you out exactly by the rule book you "
    "choose, and records every cent in a ledger that you own. No real money, no network.",
)


_MARKET = "market"
_MADE_UP = (
    "Brownian, with jumps, panics or overnight gaps, or a recorded tape in a new order: "
    "reproducible from a seed. Another seed gives another market of the same kind."
)


class Welcome(PageScreen["Offer | Made | None"]):
    """Enter begins what is selected; the guided rehearsal stands first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "leave", "Quit", show=False),
        Binding("M,shift+m", "market", "Made-up market", show=False),
        Binding("V,shift+v", "venues", "Rule books", show=False),
        Binding("f1,question_mark", "guide", "Guide", show=False),
    ]

    def __init__(
        self, offers: Sequence[Offer], *, first: bool = True, ascii_only: bool = False
    ) -> None:
        super().__init__(ascii_only=ascii_only)
        self._offers = {offer.id: offer for offer in offers}
        self._first = first

    def contents(self) -> ComposeResult:
        """What this is, what there is, and the keys."""
        words: list[Line] = [
            [("TIGHTROPE", "title"), ("   a flight simulator for margin trading", "")],
            [("", "")],
            *([(line, "dim")] for line in _WORDS),
            [("", "")],
            [
                (
                    "Choose a rehearsal or a scenario; the first one is guided.",
                    "strong",
                )
            ],
        ]
        yield Lines(words, id="welcome", ascii_only=self.ascii_only, wrapped=True)
        yield DataGrid([Column("Rehearsal", 44), Column("", 32)], id="offers",
                       ascii_only=self.ascii_only)  # fmt: skip
        yield Lines(id="about", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("Enter", "begin"),), "begin"),
                Hint((("up/down", "none"),), "choose"),
                Hint((("M", "market"),), "synthetic market"),
                Hint((("V", "venues"),), "rule books"),
                Hint((("F1", "guide"),), "guide"),
                Hint((("q", "leave"),), "quit" if self._first else "back to the desk"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        """The guided one is selected."""
        rows: list[Row] = []
        for number, offer in enumerate(self._offers.values()):
            word = "guided, 10 minutes" if not number else offer.word
            rows.append((offer.id, ((fmt.plain(offer.title, 44), "strong"), (word, "up"))))
        rows.append((_MARKET, (("Synthetic market…", "strong"), ("generated from a seed", ""))))
        grid = self.query_one(DataGrid)
        grid.show(rows)
        grid.focus()
        self._tell()

    def fit(self) -> None:
        """The description takes the width that is left."""
        self._tell()

    @on(DataGrid.RowHighlighted)
    def moved(self) -> None:
        """Another rehearsal, another description."""
        self._tell()

    def _tell(self) -> None:
        key = self.query_one(DataGrid).cursor_key
        offer = self._offers.get(key or "")
        told = _MADE_UP if offer is None else offer.told
        text = wrap(fmt.clean(told, 400), min(max(self.size.width - 4, 20), 90))
        self.query_one("#about", Lines).show([[(f"  {line}", "dim")] for line in text])

    @on(DataGrid.RowSelected)
    def chosen(self) -> None:
        """Enter, or a click."""
        self.action_begin()

    def action_begin(self) -> None:
        """Begin what is selected."""
        key = self.query_one(DataGrid).cursor_key
        if key == _MARKET:
            self.action_market()
        elif key is not None:
            self.dismiss(self._offers[key])

    def action_market(self) -> None:
        """A market of one's own, on a screen of its own."""
        from tui.screens.market import MarketScreen  # it checks files, which takes a while to load

        self.app.push_screen(MarketScreen(ascii_only=self.ascii_only), self._made)

    def _made(self, made: Made | None) -> None:
        if made is not None:
            self.dismiss(made)

    def action_venues(self) -> None:
        """The rule books."""
        from tui.screens.venues import VenuesScreen  # not for the start: it reads rule books

        self.app.push_screen(VenuesScreen(ascii_only=self.ascii_only))

    def action_guide(self) -> None:
        """The guide from its beginning."""
        from tui.screens.guide import GuideScreen  # not for the start: it reads Markdown

        self.app.push_screen(GuideScreen(ascii_only=self.ascii_only))

    def action_leave(self) -> None:
        """Nothing begins."""
        self.dismiss(None)
