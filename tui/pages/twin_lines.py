"""An account and its twin side by side, as lines for any width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.practice.views.twin_view import Both, Side, Wire, rows
from ledger.practice.views.twin_words import difference, told
from tui.text import format as fmt
from tui.widgets.lines import Line, wrap

_LABEL = 14
_SHOWN = 4
"""The latest closings and refusals of each."""
_STRONG = ("equity", "result", "  liquidation")


def lines(both: Both, width: int) -> list[Line]:
    """The difference in words, then figure by figure, then what was closed and refused."""
    room = min((width - _LABEL - 2) // 2, 34)
    first, second = both.sides
    heads = (
        (fmt.plain(first.account, 80), fmt.plain(second.account, 80), "title"),
        (_kind(first), _kind(second), "dim"),
    )
    table = [_row("", one[: room - 2], other[: room - 2], room, ink) for one, other, ink in heads]
    for label, one, other in rows(both):
        ink = "strong" if label in _STRONG else ""
        table.append(_row(fmt.plain(label, 40), one, other, room, ink))
    words = [
        [(f" {line}", "notice")]
        for sentence in difference(both)
        for line in wrap(fmt.clean(sentence, 400), max(width - 2, 20))
    ]
    return [*words, [("", "")], *table, *_lists(both, width)]


def _kind(side: Side) -> str:
    return f"{fmt.plain(side.venue, 40)} {side.mode}"


def _row(label: str, one: str, other: str, room: int, ink: str) -> Line:
    return [(f" {label:<{_LABEL - 1}}", "dim"), (f"{one:>{room}}{other:>{room}}", ink)]


def _lists(both: Both, width: int) -> Iterator[Line]:
    for word, events, ink in (
        ("closed", [side.past.closed for side in both.sides], ""),
        ("refused", both.refused_alone(), "warned"),
    ):
        for side, wires in zip(both.sides, events, strict=True):
            yield from _list(word, side, wires, width, ink)


def _list(word: str, side: Side, wires: Sequence[Wire], width: int, ink: str) -> Iterator[Line]:
    if not wires:
        return
    yield [("", "")]
    name = fmt.plain(side.account, 80)
    more = f", the last {_SHOWN} of {len(wires)}" if len(wires) > _SHOWN else ""
    yield [(f" {name} {word}{more}", "title")]
    for wire in wires[-_SHOWN:]:
        first, *rest = wrap(fmt.clean(told(side, wire), 400), max(width - 4, 20))
        yield [(f" {first}", ink)]
        yield from ([(f"   {line}", ink)] for line in rest)
