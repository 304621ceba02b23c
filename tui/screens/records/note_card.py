"""A note of many lines with its tags, written over the page that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, TextArea

from ledger.practice.journal.tags import completed, tags_of
from ledger.practice.journal.write_notes import LONGEST_NOTE, worded
from ledger.refused import Refused
from tui.text import format as fmt
from tui.text.sizes import is_too_small
from tui.type_ahead import Heard
from tui.widgets.fields import Typed
from tui.widgets.inks import INKS, screen_css
from tui.widgets.keybar import Hint, KeyBar
from tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; `text` is `None` where only tags were asked for."""

    text: str | None
    tags: tuple[str, ...]


class _Completes(Suggester):
    """The last tag of several, completed from those that are in use."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known = tuple(known)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole text with its last tag completed."""
        found = completed(value, self._known)
        return found if found != value else None


class _Page(TextArea):
    """Text without hidden characters, however it gets in."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean what is pasted."""
        event.text = fmt.clean(event.text, len(event.text), newlines=True)


class NoteCard(ModalScreen[Written | None]):
    """Enter is a new line in the note, and saves in the tags; Escape leaves without saving."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(INKS)
    DEFAULT_CSS = screen_css("NoteCard") + (
        "#note-text { height: 10; border: none; padding: 0 1; }\n"
        "#note-tags { height: 1; border: none; padding: 0 1; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", show=False),
        Binding("tab,shift+tab", "turn", "Note or tags", show=False, priority=True),
    ]
    keys_in_order = True

    def __init__(
        self,
        title: str,
        text: str | None,
        tags: tuple[str, ...],
        known: Iterable[str],
        *,
        ascii_only: bool = False,
    ) -> None:
        """Without a `text` only tags are asked for; `known` are those that complete what is
        typed."""
        super().__init__()
        self.heading = title
        self._text, self._tags, self._known = text, tags, tuple(known)
        self.ascii_only = ascii_only
        self._is_there = False

    @property
    def is_changing(self) -> bool:
        """Whether keys wait: what they are for is not there yet."""
        return not self._is_there

    def compose(self) -> ComposeResult:
        """The note, its tags, and the keys."""
        tags = Typed(
            " ".join(self._tags),
            placeholder="words, such as breakout fomo",
            max_length=200,
            compact=True,
            id="note-tags",
            select_on_focus=False,
            suggester=_Completes(self._known),
        )
        with Vertical(id="card"):
            if self._text is not None:
                yield _Page(
                    fmt.clean(self._text, LONGEST_NOTE, newlines=True),
                    id="note-text",
                    show_line_numbers=False,
                    compact=True,
                )
            yield Lines([[(" Tags", "dim")]], id="note-label", ascii_only=self.ascii_only)
            yield tags
            saves = "saves" if self._text is None else "in the tags saves"
            hints = [Hint((("Enter", "save"),), saves)]
            if self._text is not None:
                hints.append(Hint((("tab", "turn"),), "to the tags"))
            hints += [
                Hint((("right", "none"),), "takes a completed tag"),
                Hint((("Esc", "dismiss(None)"),), "discards it"),
            ]
            yield KeyBar(hints, id="card-keys")

    def on_mount(self) -> None:
        card = self.query_one("#card")
        card.border_title = self.heading
        self.set_class(self.ascii_only, "ascii")
        first = "#note-tags" if self._text is None else "#note-text"
        self.set_focus(self.query_one(first))
        self._is_there = True
        self.app.post_message(Heard())

    def on_resize(self, event: events.Resize) -> None:
        """Hide below the least size."""
        self.query_one("#card").display = not is_too_small(event.size)

    def action_turn(self) -> None:
        """From the note to its tags, and back, at once: the next key is for them already."""
        tags = self.query_one("#note-tags")
        back = self._text is not None and self.focused is tags
        self.set_focus(self.query_one(_Page) if back else tags)

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Save, on Enter in the tags."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Dismiss with what is written, or say what is wrong with it: nothing typed is lost."""
        try:
            text = None if self._text is None else worded(self.query_one(_Page).text)
            tags = tags_of(self.query_one("#note-tags", Typed).value)
        except Refused as fault:
            self.query_one("#card").border_subtitle = str(fault).removeprefix("TEXT: ")
            self.app.bell()
            return
        self.dismiss(Written(text, tags))
