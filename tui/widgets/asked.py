"""A line that is asked for at the foot of a list: a filter, a name, an amount."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.widgets.fields import Typed
from tui.widgets.lines import Lines


class Asked(Horizontal):
    """Out of sight until something is asked; then every letter is for it at once."""

    def __init__(self, *, ascii_only: bool = False, longest: int = 60) -> None:
        super().__init__(id="asked")
        self._words = Lines(id="asked-for", ascii_only=ascii_only)
        self._answer = Typed(id="answer", max_length=longest, compact=True)
        self.what = ""
        """What is asked for, as the list calls it; empty while nothing is."""
        self.display = False

    def compose(self) -> ComposeResult:
        """What is asked, and room for the answer."""
        yield self._words
        yield self._answer

    def ask(self, what: str, words: str, value: str) -> None:
        """Ask, with an answer that may be changed or typed over."""
        self.what = what
        self._words.show([[(f" {words} ", "strong")]])
        self.display = True
        self._answer.value = value
        self.screen.set_focus(self._answer)  # at once: what is typed next is for it already
        self._answer.select_all()

    def close(self) -> None:
        """Answered, or not."""
        self.what = ""
        self.display = False
