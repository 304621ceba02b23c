"""The keys of a review, and what its foot says of them."""

from __future__ import annotations

from textual.binding import Binding

from tui.widgets.keybar import Hint

BINDINGS: list[Binding] = [
    Binding("escape", "back", "Back", show=False),
    Binding("q,r", "leave", "Leave", show=False),
    Binding("right,tab", "turn(1)", "Next page", show=False),
    Binding("left,shift+tab", "turn(-1)", "Page before", show=False),
    *(Binding(str(n), f"page({n - 1})", f"Page {n}", show=False) for n in range(1, 10)),
    Binding("right_square_bracket", "later(1)", "Later", show=False),
    Binding("left_square_bracket", "later(-1)", "Earlier", show=False),
    Binding("m", "length", "Week, month or all", show=False),
    Binding("n", "contest", "Not one", show=False),
    Binding("y", "copy", "Copy", show=False),
]

HINTS = [
    Hint((("left", "turn(-1)"), ("right", "turn(1)")), "pages"),
    Hint((("Enter", "none"),), "its trades"),
    Hint((("[", "later(-1)"), ("]", "later(1)")), "earlier, later"),
    Hint((("m", "length"),), "week, month, all"),
    Hint((("n", "contest"),), "not a finding"),
    Hint((("y", "copy"),), "copy"),
    Hint((("Esc", "back"),), "back"),
]
ASKING = [Hint((("Enter", "none"),), "put on record"), Hint((("Esc", "back"),), "cancel")]
"""While the rule is typed."""
