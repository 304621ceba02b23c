"""A choice of one among a few words, by arrows, space bar, mouse or a first letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """`value` is the chosen word.

    If the words do not all fit, arrows and the number of the word show that there are more.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chosen", "other"}
    DEFAULT_CSS = """
    Choice { width: 1fr; height: 1; }
    Choice > .chosen { text-style: bold; color: $foreground; }
    Choice > .other { color: $foreground 60%; }
    Choice:focus > .chosen { text-style: bold; background: $accent; color: auto; }
    """
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "Before", show=False),
        Binding("right,space", "turn(1)", "Next", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another word was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The widget, as Textual's `@on` needs it."""
            return self.choice

    def __init__(
        self,
        options: Sequence[str],
        value: str = "",
        *,
        id: str | None = None,
        ascii_only: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._before, self._after = "<>" if ascii_only else "◂▸"
        self._options = tuple(options)
        self._place = self._options.index(value) if value in self._options else 0

    @property
    def value(self) -> str:
        """The word that is chosen."""
        return self._options[self._place]

    @value.setter
    def value(self, value: str) -> None:
        if value in self._options:
            self._choose(self._options.index(value))

    def action_turn(self, steps: int) -> None:
        """Choose a word `steps` further on, or back."""
        self._choose((self._place + steps) % len(self._options))

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters choose a word here instead of being keys of the desk."""
        return character is not None and character.isprintable() and character != " "

    def on_key(self, event: events.Key) -> None:
        """Choose the next word that begins with the letter."""
        letter = (event.character or "").lower()
        if not letter.isprintable() or letter in ("", " "):
            return
        event.stop()
        order = [*range(self._place + 1, len(self._options)), *range(self._place + 1)]
        place = next((i for i in order if self._options[i].lower().startswith(letter)), None)
        if place is not None:
            self._choose(place)

    def on_click(self, event: events.Click) -> None:
        """Choose the word under the mouse, or turn by one if that is an arrow."""
        if not self._all_fit and event.x == 0:
            self.action_turn(-1)
        elif not self._all_fit and event.x == self.size.width - 1:
            self.action_turn(1)
        for place, start, text in self._laid_out():
            if start <= event.x < start + len(text):
                self._choose(place)

    @property
    def _texts(self) -> list[str]:
        """The words, the chosen one in brackets."""
        texts = list(self._options)
        texts[self._place] = f"[{self.value}]"
        return texts

    @property
    def _all_fit(self) -> bool:
        return sum(len(text) + 1 for text in self._texts) - 1 <= self.size.width

    @property
    def _count(self) -> str:
        """The number of the word and how many there are."""
        return f"{self._place + 1}/{len(self._options)} {self._after}"

    def _laid_out(self) -> Iterator[tuple[int, int, str]]:
        """Index, column and text of the words that are shown.

        If they do not all fit, the chosen one comes first and those after it follow, between the
        arrow and the count.
        """
        texts, start, room = self._texts, 0, self.size.width
        places = [*range(len(texts))]
        if not self._all_fit:
            places = places[self._place :] + places[: self._place]
            start, room = 2, room - len(self._count) - 1
        for number, place in enumerate(places):
            if number and start + len(texts[place]) > room:
                return
            yield place, start, texts[place]
            start += len(texts[place]) + 1

    def _choose(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self.refresh()
            self.post_message(self.Changed(self, self.value))

    def render_line(self, y: int) -> Strip:
        base = self.visual_style.rich_style
        chosen = base + self.get_component_rich_style("chosen")
        other = base + self.get_component_rich_style("other")
        fits, width = self._all_fit, self.size.width
        segments = [] if fits else [Segment(f"{self._before} ", other)]
        for place, _, text in self._laid_out():
            segments += [Segment(text, chosen if place == self._place else other)]
            segments.append(Segment(" ", base))
        strip = Strip(segments)
        if fits:
            return strip.adjust_cell_length(width, base)
        count = Strip([Segment(self._count, other)])
        return Strip.join([strip.adjust_cell_length(max(width - len(self._count), 0), base), count])
