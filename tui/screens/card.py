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
    """Escape closes it; the answer of any other key is that key's word."""

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
        """The text scrolls where the screen is low; the keys stay."""
        with Vertical(id="card", classes="alarming" if self.alarming else ""):
            with VerticalScroll(id="card-text"):
                yield Lines(self._lines, id="card-lines", ascii_only=self.ascii_only, wrapped=True)
            yield KeyBar(self._hints, id="card-keys")

    def on_mount(self) -> None:
        """Its title is in the border."""
        card = self.query_one("#card")
        card.border_title = self.heading
        self.set_class(self.ascii_only, "ascii")

    def on_resize(self, event: events.Resize) -> None:
        """Below the least size only the status lines behind it are shown."""
        self.query_one("#card").display = not is_too_small(event.size)

    @property
    def text(self) -> str:
        """What it says, as plain text."""
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
    """Before a form that is filled in is thrown away."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        lines: list[Line] = [
            [(" The form is filled in and not sent. Quitting throws it away.", "")],
            [(" Everything else is saved.", "dim")],
        ]
        super().__init__("Quit?", lines, "quits", ascii_only=ascii_only)


def paragraphs(found: Sequence[tuple[str, ...]]) -> list[Line]:
    """Headings with their lines under them."""
    lines: list[Line] = []
    for heading, *rest in found:
        if lines:
            lines.append([("", "")])
        lines.append([(f" {heading}", "title")])
        lines += [[(f"   {line}", "")] for line in rest]
    return lines
