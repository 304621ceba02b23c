"""A form at the side of the desk: fields, a live preview, and two Enters to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Input

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import ActionRefused, Event, OrderRefused
from ledger.practice.sessions.session import Session
from ledger.practice.views.desk_view import DeskView
from tui.text import format as fmt
from tui.text.entry import Unreadable
from tui.widgets.choice import Choice
from tui.widgets.fields import Field, Fields, Typed, Values
from tui.widgets.lines import Line, Lines, wrap

__all__ = ["Field", "Values"]

PREVIEW_WIDTH = 38
"""The width of the form inside its border."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What the form would do, shown under the fields. `allowed`: it can be sent."""

    lines: Sequence[Line]
    allowed: bool = True
    warned: bool = False
    missing: str = ""
    """What still has to be typed, which Enter says if nothing under the fields does."""


@dataclass(slots=True)
class Bench:
    """What a form works with: the session to ask, the view that is shown, and how to send."""

    session: Session
    view: DeskView
    send: Callable[[TraderCommand], tuple[Event, ...]]
    symbol: str
    ascii_only: bool = False
    fields: Values = field(default_factory=dict)


class SideForm(Vertical):
    """Subclasses define the fields, their commands, and the preview."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
        Binding("enter", "proceed", "Review, then send", show=False),
        Binding("down,tab", "move(1)", "Next field", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "Field before", show=False, priority=True),
        Binding("pagedown", "turn(1)", "Figures further down", show=False),
        Binding("pageup", "turn(-1)", "Figures further up", show=False),
    ]
    can_focus = True
    heading = ""
    first = ""
    """The field that gets the focus; the first one if none is named."""
    once = ""
    """What one Enter does at once, where there is nothing to review."""

    @dataclass
    class Closed(Message):
        """The form is closed; `outcome` says what was sent, and `events` are what came of it."""

        form: SideForm
        outcome: str
        events: tuple[Event, ...] = ()

    class Ready(Message):
        """The form has the focus."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(classes="form")  # no id: one that leaves is still there for a moment
        self.bench = bench
        self.ready = False
        """Whether typed keys belong to its fields: not before it is mounted, nor once it is
        closing."""
        self.reviewing = False
        self._fields = Fields(self.fields, ascii_only=bench.ascii_only)
        self._thought = Thought(())
        self._given: Values = {}

    # what a subclass gives

    def fields(self) -> Sequence[Field]:
        """The rows of the form, from the top."""
        return ()

    def hidden(self, values: Values) -> set[str]:
        """Fields that have no effect with these values."""
        return set()

    def commands(self, values: Values) -> list[TraderCommand]:
        """The commands to send; none for a form that only answers. Raises `Unreadable`."""
        return []

    def think(self, values: Values) -> Thought:
        """What the commands would do. Raises `Unreadable`."""
        return Thought(())

    # what they share

    @property
    def values(self) -> Values:
        """The contents of the fields."""
        return self._fields.values

    @property
    def thought(self) -> Thought:
        """What is shown under the fields."""
        return self._thought

    def compose(self) -> ComposeResult:
        yield self._fields
        with VerticalScroll(id="thinking", can_focus=False):
            yield Lines(id="thought", ascii_only=self.bench.ascii_only)
            yield from self.below()
        yield Lines(id="form-keys", ascii_only=self.bench.ascii_only)

    def below(self) -> ComposeResult:
        """What a subclass shows under its preview."""
        yield from ()

    def on_mount(self) -> None:
        self.border_title = self.heading
        self._rethink()
        if self.first:
            self._fields.enter(self.first)
        else:
            self.action_move(0)
        self._given = self.values
        self.ready = True
        self.post_message(self.Ready())

    @property
    def touched(self) -> bool:
        """Whether something was typed or chosen and not sent."""
        return self.ready and self.values != self._given

    def _close(self, outcome: str, events: Sequence[Event] = ()) -> None:
        self.ready = False
        self.post_message(self.Closed(self, outcome, tuple(events)))

    def action_move(self, steps: int) -> None:
        """Focus the next visible field."""
        if not self._fields.move(steps):
            self.screen.set_focus(self)

    def action_turn(self, pages: int) -> None:
        """Turn to the next page of what is under the fields, if it does not fit."""
        room = self.query_one("#thinking", VerticalScroll)
        room.scroll_relative(y=pages * max(room.size.height - 1, 1), animate=False)

    def hints(self) -> list[tuple[str, str]]:
        """Keys that are useful only at times."""
        return []

    def preview_lines(self) -> Sequence[Line]:
        """The lines under the fields."""
        return self._thought.lines

    def refreshed(self, view: DeskView) -> None:
        """The desk shows something new: refresh the preview too."""
        if view != self.bench.view:
            self.bench.view = view
            self.reviewing = False
            self._rethink()

    def fill(self, name: str, value: str) -> None:
        """Write into a field, as if it were typed."""
        self._fields.fill(name, value)

    @on(Input.Changed)
    @on(Choice.Changed)
    def changed(self) -> None:
        """Preview the new values; what was reviewed no longer counts."""
        if self.values:
            self.reviewing = False
            self._rethink()

    def _rethink(self) -> None:
        values = self.values
        self._fields.hide(self.hidden(values))
        try:
            self._thought = self.think(values)
        except Unreadable as fault:
            self._thought = Thought(refusal_lines(str(fault), self._width()), allowed=False)
        self._tell()

    def _width(self) -> int:
        return PREVIEW_WIDTH - 2

    def _tell(self) -> None:
        self.query_one("#thought", Lines).show(self.preview_lines())
        if self.reviewing:
            warned = "alert" if self._thought.warned else "key"
            keys = [(" REVIEW: Enter sends ", warned), (" Esc back", "dim")]
        else:
            word = self.once or "reviews"
            keys = [(" Enter", "key"), (f" {word}  ", "dim"), ("Esc", "key"), (" closes", "dim")]
            keys += self.hints()
        self.query_one("#form-keys", Lines).show([keys])

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Proceed, on Enter in a text field."""
        event.stop()
        self.action_proceed()

    def action_proceed(self) -> None:
        """Review what is typed, or send what was reviewed."""
        if not self.reviewing and not self.once:
            self._rethink()
            self.reviewing = self._thought.allowed
            if self.reviewing:
                self._tell()
            else:
                self._say_missing()
            return
        self._rethink()
        if self._thought.allowed:
            self._send()
        else:
            self.reviewing = False
            self._say_missing()

    def _say_missing(self) -> None:
        """Say why Enter did nothing."""
        self.app.bell()
        if self._thought.missing:
            self._say(self._thought.missing)
        else:
            self._tell()

    def _say(self, text: str) -> None:
        """Show a sentence above the preview, until something else is typed."""
        words: list[Line] = [((f" {line}", "warned"),) for line in wrap(text, self._width() - 1)]
        self._thought = replace(self._thought, lines=[*words, *self._thought.lines], missing="")
        self._tell()

    @on(Typed.TooLong)
    def too_long(self, message: Typed.TooLong) -> None:
        """Say that the text did not fit the field."""
        message.stop()
        self._rethink()
        self._say(message.sentence)

    def _send(self) -> None:
        came: list[Event] = []
        for command in self.commands(self.values):
            events = self.bench.send(command)
            refused = next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)
            if refused is not None:
                self.reviewing = False
                lines = refusal_lines(refused.reason, self._width())
                self._thought = Thought(lines, allowed=False)
                self._tell()
                return
            came += events
        self._close(self.done(), came)

    def done(self) -> str:
        """The notice shown after sending, if nothing was filled."""
        return f"{self.heading}: sent"

    def action_back(self) -> None:
        """Leave the review, or the form."""
        if self.reviewing:
            self.reviewing = False
            self._tell()
        else:
            self._close("")


def refusal_lines(reason: str, width: int, largest: str = "") -> list[Line]:
    """Why it is refused, and the largest size that passes."""
    words = wrap(f"REFUSED: {fmt.clean(reason, 300)}", width - 3)
    lines: list[Line] = [
        [(" ! " if not n else "   ", "down"), (text, "down")] for n, text in enumerate(words)
    ]
    if largest:
        lines.append([("   the most that would pass: ", "dim"), (largest, "strong")])
    return lines
