"""A page of fields: looked at as soon as typing pauses, and sent with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import ScreenResultType
from textual.timer import Timer
from textual.widgets import Input

from tui.screens.ordered import OrderedPage
from tui.text import format as fmt
from tui.widgets.choice import Choice
from tui.widgets.fields import Field, Fields, Typed
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Lines, wrap


class FormPage(OrderedPage[ScreenResultType]):
    """Subclasses `consider` what stands in the fields, and send it where it was `submitted`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("enter", "submit", "Send", show=False),
        Binding("down,tab", "move(1)", "Next field", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "Previous field", show=False, priority=True),
    ]
    patience = 0.15
    """Seconds after the last keystroke before the fields are considered."""
    waiting = ""
    """What is said from Enter until there is an answer."""

    def __init__(self, rows: Callable[[], Sequence[Field]], *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._fields = Fields(rows, ascii_only=ascii_only)
        self._due: Timer | None = None
        self._submitted = False

    def keys(self, enter: str, *more: Hint) -> KeyBar:
        """The foot: what Enter does, and the keys of every form."""
        return KeyBar(
            [
                Hint((("Enter", "submit"),), enter),
                Hint((("up/down", "move(1)"),), "field"),
                Hint((("left/right", "none"),), "choose"),
                *more,
                Hint((("Esc", "dismiss(None)"),), "back"),
            ],
            id="keys",
        )

    def begin_at(self, field: str) -> None:
        """Focus a field; from here on keys are heard."""
        self._fields.enter(field)
        self.rethink()
        self.ready()

    def action_move(self, steps: int) -> None:
        """Focus the next visible field."""
        self._fields.move(steps)

    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        """Consider it as soon as typing pauses."""
        if self._fields.values:
            self.rethink()

    @on(Typed.TooLong)
    def too_long(self, message: Typed.TooLong) -> None:
        """Say that the text did not fit the field."""
        message.stop()
        self.refuse([message.sentence])

    def rethink(self) -> None:
        """What was typed is not what was sent: lay the fields out, and wait for a pause."""
        self._submitted = False
        self.lay_out()
        self._stop_waiting()
        self._due = self.set_timer(self.patience, self.consider)

    def _stop_waiting(self) -> None:
        if self._due is not None:
            self._due.stop()

    def lay_out(self) -> None:
        """Hide the fields that do not apply."""

    def consider(self) -> None:
        """Check what stands in the fields, and say what it means."""

    def refuse(self, faults: Sequence[str]) -> None:
        """Say what is wrong; nothing is sent."""
        self._submitted = False
        self.say([f"! {fault}" for fault in faults], "down")

    def say(self, texts: Sequence[str], meaning: str = "") -> None:
        """A few sentences under the fields."""
        width = max(self.size.width - 4, 20)
        lines = [line for text in texts for line in wrap(fmt.clean(text, 400), width)]
        self.query_one("#about", Lines).show([[(f"  {line}", meaning)] for line in lines])

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Send it, on Enter in a text field."""
        event.stop()
        self.action_submit()

    def action_submit(self) -> None:
        """Consider it at once; if nothing is wrong, it is sent."""
        self._stop_waiting()
        self._submitted = True
        if self.waiting:
            self.say([self.waiting], "dim")
        self.consider()
