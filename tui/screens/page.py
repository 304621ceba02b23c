"""What every full screen has: its colours, and what it says if there is too little room."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen, ScreenResultType

import tui
from tui.text.sizes import complaint, is_too_small
from tui.widgets.inks import INKS, screen_css
from tui.widgets.lines import Lines

STYLES = Path(tui.__file__).parent / "desk.tcss"


class PageScreen(Screen[ScreenResultType]):
    """Subclasses give the `contents`, and `fit` them to the room there is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    DEFAULT_CSS = screen_css("PageScreen")
    CSS_PATH = STYLES
    keys_in_order = False
    """Whether a key may change who hears the next one (`type_ahead`)."""
    meanwhile = ""
    """What else is said below the least size."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(classes="ascii" if ascii_only else "")
        self.ascii_only = ascii_only

    @property
    def is_changing(self) -> bool:
        """Whether keys wait: what they are for is not there yet."""
        return False

    def compose(self) -> ComposeResult:
        """The page, and the line that is shown alone below the least size."""
        yield from self.contents()
        yield Lines(id="too-small", ascii_only=self.ascii_only)

    def contents(self) -> ComposeResult:
        """What is on it, from the top."""
        yield from ()

    def on_resize(self, event: events.Resize) -> None:
        """Show only a complaint below the least size: half a figure is a wrong figure."""
        self.set_class(is_too_small(event.size), "small")
        self.query_one("#too-small", Lines).show(
            [[(f" {complaint(event.size)}{self.meanwhile}", "warned")]]
        )
        self.fit()

    def fit(self) -> None:
        """Lay out anew what depends on the screen's size."""
