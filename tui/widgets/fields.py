"""Rows to fill in: a label with free text, or a label with a choice of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.events import Paste
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.text import format as fmt
from tui.widgets.choice import Choice
from tui.widgets.lines import Lines

Values = dict[str, str]
"""The values of the fields, by name."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a form: free text, or one of `options`."""

    name: str
    label: str
    value: str = ""
    options: tuple[str, ...] = ()
    hint: str = ""
    limit: int = 24


class Typed(Input):
    """Free text. Pasted text loses invisible characters and is taken whole or not at all.

    Pasted lines are joined into one.
    """

    @dataclass
    class TooLong(Message):
        """The text does not fit the field, which stays as it was."""

        sentence: str

    def on_paste(self, event: Paste) -> None:
        """Paste all lines: Textual's own takes only the first."""
        event.prevent_default()
        event.stop()
        text = " ".join(event.text.split())
        if text:
            self.replace(text, *self.selection)

    def restricted(self) -> None:
        """Called by `replace` for text that does not fit."""
        self.app.bell()
        self.post_message(self.TooLong(f"Too long: this field takes {self.max_length} characters"))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a span of the text; typing and pasting both come here."""
        super().replace(fmt.clean(text, len(text)), start, end)


class Fields(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The rows, one below the other. `Input.Changed` and `Choice.Changed` report each letter.

    `rows` is called when they are about to be shown. The arrows go from field to field, even if not
    all of them fit.
    """

    def __init__(self, rows: Callable[[], Sequence[Field]], *, ascii_only: bool = False) -> None:
        super().__init__(id="fields", can_focus=False)
        self._rows = rows
        self._ascii = ascii_only
        self._entries: dict[str, Input | Choice] = {}

    def compose(self) -> ComposeResult:
        for row in self._rows():
            yield self._row(row)

    def _row(self, row: Field) -> Widget:
        label = Lines([[(row.label, "dim")]], classes="label", ascii_only=self._ascii)
        entry: Input | Choice
        if row.options:
            entry = Choice(row.options, row.value, ascii_only=self._ascii)
        else:
            entry = Typed(
                row.value,
                placeholder=fmt.asciify(row.hint) if self._ascii else row.hint,
                max_length=row.limit,
                compact=True,
                select_on_focus=True,
            )
        self._entries[row.name] = entry
        return Horizontal(label, entry, classes="field", id=f"field-{row.name}")

    @property
    def values(self) -> Values:
        """The contents of the fields; empty before they are mounted."""
        return {name: entry.value for name, entry in self._entries.items()}

    def fill(self, name: str, value: str) -> None:
        """Write into a field, as if it were typed."""
        self._entries[name].value = value

    def hide(self, names: set[str]) -> None:
        """Show all fields except these."""
        for name, entry in self._entries.items():
            if isinstance(entry.parent, Widget):
                entry.parent.display = name not in names

    def enter(self, name: str) -> None:
        """Focus a field at once, so that the next key goes to it."""
        self.screen.set_focus(self._entries[name])

    def move(self, steps: int) -> bool:
        """Focus the next visible field at once, so that the next key goes to it.

        False if there is none.
        """
        rows = ((entry, entry.parent) for entry in self._entries.values())
        shown = [entry for entry, row in rows if isinstance(row, Widget) and row.display]
        if not shown:
            return False
        place = next((i for i, entry in enumerate(shown) if entry is self.screen.focused), -1)
        entry = shown[(place + steps) % len(shown) if place >= 0 else 0]
        self.screen.set_focus(entry, scroll_visible=False)
        self.scroll_to_widget(entry, animate=False)
        return True
