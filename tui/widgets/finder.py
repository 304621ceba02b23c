"""A list that is searched by typing: letters are for the search, the arrows for the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from tui.text import format as fmt
from tui.widgets.grid import DataGrid
from tui.widgets.lines import Line

LONGEST = 40
"""Characters that are searched for."""


class Listed(DataGrid, inherit_bindings=False):
    """`is_key` says which letters are keys of the screen now, and no part of a search."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First row", show=False),
        Binding("end", "last", "Last row", show=False),
        Binding("enter", "select", "Select", show=False),
    ]
    is_key: Callable[[str], bool] = staticmethod(lambda _: False)

    @dataclass
    class Letter(Message):
        """Something was typed; an empty letter takes the last one back."""

        letter: str

    @dataclass
    class Beyond(Message):
        """The cursor was moved past the last row, or (-1) past the first."""

        grid: Listed
        steps: int

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are for the search, not for the screen's keys."""
        printable = character is not None and character.isprintable()
        return printable and not self.is_key(character or "")

    def on_key(self, event: events.Key) -> None:
        """A letter, backspace, or ctrl+u, which takes back all of it."""
        letter = event.character or ""
        if event.key == "backspace":
            event.stop()
            self.post_message(self.Letter(""))
        elif event.key == "ctrl+u":
            event.stop()
            for _ in range(LONGEST):
                self.post_message(self.Letter(""))
        elif letter and self.check_consume_key(event.key, letter):
            event.stop()
            self.post_message(self.Letter(letter))

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is searched for."""
        event.stop()
        self.post_message(self.Letter(" ".join(event.text.split())))

    def action_move(self, rows: int) -> None:
        """Up or down, and at an end out of the list."""
        if 0 <= self.cursor + rows < len(self.rows):
            super().action_move(rows)
        else:
            self.post_message(self.Beyond(self, 1 if rows > 0 else -1))


@dataclass(slots=True)
class Search:
    """What was typed so far."""

    text: str = ""

    def take(self, letter: str) -> None:
        """Another letter, or one fewer."""
        typed = self.text + fmt.plain(letter, LONGEST) if letter else self.text[:-1]
        self.text = typed.lstrip()[:LONGEST]

    def finds(self, text: str) -> bool:
        """Whether every word of it is in a text."""
        low = text.lower()
        return all(word in low for word in self.text.lower().split())

    def rank(self, title: str) -> int:
        """How well a title fits: it is what was typed, begins with it, has its words, or not."""
        low, typed = title.lower(), " ".join(self.text.lower().split())
        return 3 if low == typed else 2 if low.startswith(typed) else int(self.finds(title))

    def line(self, found: int) -> Line:
        """What is searched for, and how much was found."""
        if not self.text:
            return [(" type to search", "dim")]
        return [(" search: ", "dim"), (f"{self.text}_", "strong"), (f"  {found} found", "dim")]
