"""A junction of the record: the lines that leave it, chosen in place with the arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from ledger.practice.sessions.session import ForkedFrom
from tui.panels.offers import is_tried, offers
from tui.runtime.forking import TRUNK, Into, Target, Try
from tui.text import format as fmt
from tui.widgets.lines import Line, Lines

_NAMED = 3
"""Lines named while it is closed; with as many or more, their count stands there too."""
_SHOWN = 6
"""Lines of a junction on the screen at a time."""


@dataclass(frozen=True, slots=True)
class Way:
    """One line of a junction; `key` begins it at once, without a choice."""

    words: str
    target: Target
    key: str = ""


def ways_from(
    wire: Mapping[str, object], tried: Sequence[str], fork: ForkedFrom | None
) -> tuple[Way, ...]:
    """What leaves an event: the lines tried there, the one it left, a new one, the ready-made."""
    seq = int(str(wire["seq"]))
    ways = [Way(f"go on in {name}", Into(name)) for name in tried]
    if fork is not None and seq == fork.seq + 1:
        ways.append(Way(f"back to {fork.parent}, as it was played", TRUNK))
    if is_tried(wire):
        ways.append(Way("undo this decision, go on from there", Try(seq), "T"))
    for number, (ready, words) in enumerate(offers(wire), start=1):
        ways.append(Way(words, Try(seq, ready), str(number)))
    return tuple(ways)


class Junction(Lines, can_focus=True):
    """One row until it is entered; then a row for each line, under a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Line before", show=False),
        Binding("down,j", "move(1)", "Next line", show=False),
        Binding("right,enter", "enter", "Enter it", show=False),
        Binding("left,escape", "leave", "Back", show=False),
    ]

    @dataclass
    class Entered(Message):
        """A line to go on with."""

        target: Target

    class Left(Message):
        """None of them."""

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__(id="offer", ascii_only=ascii_only, wrapped=True)
        self.ways: tuple[Way, ...] = ()
        self._tried: Sequence[str] = ()
        self._cursor = 0
        self._open = False

    def offer(self, ways: tuple[Way, ...], tried: Sequence[str] = ()) -> None:
        """The ways from another row, closed; `tried` are the lines among them."""
        self.ways, self._tried, self._cursor, self._open = ways, tried, 0, False
        self._draw()

    def open(self) -> bool:
        """Show its lines and take the keys; false where there are none."""
        if self.ways:
            self._open = True
            self.screen.set_focus(self)
            self._draw()
        return bool(self.ways)

    def action_move(self, steps: int) -> None:
        self._cursor = (self._cursor + steps) % len(self.ways)
        self._draw()

    def action_enter(self) -> None:
        self.post_message(self.Entered(self.ways[self._cursor].target))

    def action_leave(self) -> None:
        self._open = False
        self._draw()
        self.post_message(self.Left())

    def _draw(self) -> None:
        self.show(self._rows_open() if self._open else [self._row_closed()])

    def _row_closed(self) -> Line:
        runs = []
        for way in self.ways:
            if way.key:
                runs += [(f" {way.key} ", "tab"), (f" {way.words} ", "dim")]
        if self._tried:
            count = f"{len(self._tried)} lines, " if len(self._tried) >= _NAMED else ""
            more = ", …" if len(self._tried) > _NAMED else ""
            names = fmt.plain(", ".join(self._tried[:_NAMED]), 200) + more
            runs.append((f" {count}tried otherwise: {names} ", "strong"))
        if runs:
            runs += [(" right ", "tab"), (" chooses ", "dim")]
        return runs or [("", "")]

    def _rows_open(self) -> list[Line]:
        first = min(max(self._cursor - _SHOWN // 2, 0), max(len(self.ways) - _SHOWN, 0))
        shown = self.ways[first : first + _SHOWN]
        below = len(self.ways) - first - len(shown)
        more = " ".join([*([f"↑{first}"] if first else []), *([f"↓{below}"] if below else [])])
        head = " up and down choose a line, right enters it, left goes back"
        rows: list[Line] = [[(head, "dim"), (f"   {more}" if more else "", "strong")]]
        for place, way in enumerate(shown, start=first):
            here = place == self._cursor
            rows.append(
                [(f" {'>' if here else ' '} {fmt.plain(way.words, 70)}", "key" if here else "")]
            )
        return rows
