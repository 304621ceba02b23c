"""The keys of the journal, and what its foot says of them."""

from __future__ import annotations

from textual.binding import Binding

from tui.widgets.keybar import Hint

BINDINGS: list[Binding] = [
    Binding("escape", "back", "Back", show=False),
    Binding("q,J,shift+j", "leave", "Leave", show=False),
    Binding("slash", "filter", "Filter", show=False),
    Binding("f,right", "saved(1)", "Next saved filter", show=False),
    Binding("F,shift+f,left", "saved(-1)", "Previous saved filter", show=False),
    Binding("w", "name", "Save the filter", show=False),
    Binding("s", "sort", "Sort", show=False),
    Binding("S,shift+s", "turn", "Turn the order", show=False),
    Binding("c", "calls", "Margin calls", show=False),
    Binding("x", "tax", "Tax", show=False),
    Binding("i", "note", "Note", show=False),
    Binding("number_sign", "tag", "Tag", show=False),
    Binding("y", "copy", "Copy", show=False),
]

HINTS = [
    Hint((("Enter", "open"),), "the trade"),
    Hint((("/", "filter"),), "filter"),
    Hint((("f", "saved(1)"),), "saved filters"),
    Hint((("w", "name"),), "save"),
    Hint((("s", "sort"), ("S", "turn")), "sort"),
    Hint((("i", "note"),), "note"),
    Hint((("#", "tag"),), "tags"),
    Hint((("c", "calls"),), "calls"),
    Hint((("x", "tax"),), "tax"),
    Hint((("y", "copy"),), "copy"),
    Hint((("Esc", "back"),), "back"),
]
"""While the list is looked at."""
ASKING = [Hint((("Enter", "none"),), "done"), Hint((("Esc", "back"),), "cancel")]
"""While something is typed."""
