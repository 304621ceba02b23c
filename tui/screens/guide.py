"""The guide on the desk: a chapter at a time, and a line with all of them.

Imported only when it is opened: it needs the Markdown reader.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from ledger.practice.library.guide import Chapter, chapters, text_of
from ledger.refused import Refused
from tui.pages.guide_lines import guide_lines
from tui.screens.page import PageScreen
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines

_WIDEST = 96
"""The widest line that is easy to read."""


class GuideScreen(PageScreen[None]):
    """Numbers and arrows change the chapter; everything else scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1", "app.pop_screen", "Back", show=False),
        Binding("right,l,n,tab", "turn(1)", "Next chapter", show=False),
        Binding("left,h,p,shift+tab", "turn(-1)", "Previous chapter", show=False),
        *(Binding(f"{n}", f"open({n - 1})", f"Chapter {n}", show=False) for n in range(1, 10)),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
        Binding("space", "page", "Page down", show=False),
    ]

    def __init__(self, chapter: str = "", *, ascii_only: bool = False) -> None:
        """`chapter` is the id of the first one to show; defaults to the first of all."""
        super().__init__(ascii_only=ascii_only)
        self._wanted = chapter
        self._chapters: tuple[Chapter, ...] = ()
        self._at = 0
        self._fault = ""

    def contents(self) -> ComposeResult:
        yield Lines(id="filter", ascii_only=self.ascii_only)
        with VerticalScroll(id="reading"):
            yield Lines(id="page", ascii_only=self.ascii_only)
        yield KeyBar(
            [
                Hint((("left", "turn(-1)"), ("right", "turn(1)")), "chapter"),
                Hint((("1-9", "none"),), "chapter by number"),
                Hint((("up/down", "none"), ("space", "page")), "read"),
                Hint((("Esc", "app.pop_screen"),), "back"),
            ],
            id="keys",
        )

    def on_mount(self) -> None:
        try:
            self._chapters = chapters()
        except Refused as refused:
            self._fault = str(refused)
        names = [chapter.id for chapter in self._chapters]
        self._at = names.index(self._wanted) if self._wanted in names else 0
        self.query_one("#reading").focus()

    def fit(self) -> None:
        """The text takes the width that is left."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        width = self.query_one("#reading").scrollable_content_region.width - 2
        self.query_one("#page", Lines).show(self._text(min(max(width, 40), _WIDEST)))
        self.query_one("#filter", Lines).show([self._tabs()])

    def _text(self, width: int) -> list[Line]:
        try:
            text = text_of(self._chapters[self._at]) if self._chapters else ""
        except Refused as refused:
            self._fault = str(refused)
        if self._fault:
            return [[(f" {self._fault}", "called")]]
        return [[(" ", ""), *line] for line in guide_lines(text, width)]

    def _tabs(self) -> list[tuple[str, str]]:
        """All names if they fit, else the numbers and the name of this one."""
        names = [f"{n} {chapter.id}" for n, chapter in enumerate(self._chapters, start=1)]
        fits = sum(len(name) + 2 for name in names) + 7 < self.size.width
        runs = [(" GUIDE ", "title")]
        for place, name in enumerate(names):
            here = place == self._at
            shown = name if fits or here else name.split()[0]
            runs.append((f" {shown} ", "tab" if here else "dim"))
        return runs

    def action_open(self, place: int) -> None:
        """Open a chapter by its place, if it exists."""
        if place < len(self._chapters):
            self._at = place
            self._show()
            self.query_one("#reading").scroll_to(y=0, animate=False, immediate=True)

    def action_turn(self, steps: int) -> None:
        """Open the next chapter, or the one before; the last is followed by the first."""
        if self._chapters:
            self.action_open((self._at + steps) % len(self._chapters))

    def action_scroll(self, rows: int) -> None:
        """Scroll a line up or down."""
        self.query_one("#reading").scroll_relative(y=rows, animate=False)

    def action_page(self) -> None:
        """Scroll by a screenful, less two lines."""
        reading = self.query_one("#reading")
        reading.scroll_relative(y=reading.scrollable_content_region.height - 2, animate=False)
