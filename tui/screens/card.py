"""A dialog over the desk: a title, lines of text, and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from tui.text.sizes import is_too_small
from tui.widgets.inks import INKS, screen_css
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Line, Lines


class Card(ModalScreen[str]):
    """Escape closes it; the answer to any other key is that key's word."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    DEFAULT_CSS = screen_css("Card")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss('')", "Close", show=False),
    ]
    alarming = False

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        hints: Sequence[Hint] = (),
        *,
        ascii_only: bool = False,
    ) -> None:
        super().__init__()
        self.heading = title
        self._lines = lines
        self._hints = [*hints, Hint((("Esc", "dismiss('')"),), "closes")]
        self.ascii_only = ascii_only

    def compose(self) -> ComposeResult:
        """The text scrolls if the screen is low; the keys stay."""
        with Vertical(id="card", classes="alarming" if self.alarming else ""):
            with VerticalScroll(id="card-text"):
                yield Lines(self._lines, id="card-lines", ascii_only=self.ascii_only, wrapped=True)
            yield KeyBar(self._hints, id="card-keys")

    def on_mount(self) -> None:
        card = self.query_one("#card")
        card.border_title = self.heading
        self.set_class(self.ascii_only, "ascii")

    def on_resize(self, event: events.Resize) -> None:
        """Hide below the least size, where only the status lines behind it are shown."""
        self.query_one("#card").display = not is_too_small(event.size)

    @property
    def text(self) -> str:
        """Its text, without colours."""
        return self.query_one("#card-lines", Lines).text


class AskCard(Card):
    """Asks before something is done that cannot be taken back by a key; any answer is yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss('yes')", "Yes", show=False),
    ]

    def __init__(
        self, title: str, lines: Sequence[Line], does: str, *, ascii_only: bool = False
    ) -> None:
        """`does` is what Enter does, as the hint says it: "resets"."""
        hints = [Hint((("Enter", "dismiss('yes')"),), does)]
        super().__init__(title, lines, hints, ascii_only=ascii_only)


class LeaveCard(AskCard):
    """Shown before a filled form is thrown away; any answer means yes."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        lines: list[Line] = [
            [(" The form is filled in and not sent. Quitting throws it away.", "")],
            [(" Everything else is saved.", "dim")],
        ]
        super().__init__("Quit?", lines, "quits", ascii_only=ascii_only)


def paragraphs(sections: Sequence[tuple[str, ...]]) -> list[Line]:
    """Headings with their lines under them."""
    lines: list[Line] = []
    for heading, *rest in sections:
        if lines:
            lines.append([("", "")])
        lines.append([(f" {heading}", "title")])
        lines += [[(f"   {line}", "")] for line in rest]
    return lines
