"""What the screen keeps from the trader: the entry and the result of an open trade, or all money.

Hiding the purchase price cut the disposition effect by a quarter (Frydman and Rangel, 2014). R and
the distance to the stop stay. One choice for the whole program, as with a theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

HIDDEN = "•••"


class Display(StrEnum):
    """What is hidden; the value is what the settings remember."""

    ALL = ""
    BLIND_ENTRY = "blind-entry"
    R_ONLY = "r-only"

    @property
    def said(self) -> str:
        """What it means, for the line at the foot."""
        return _SAID[self]


_SAID = {
    Display.ALL: "Prices and money are shown.",
    Display.BLIND_ENTRY: "Blind entry: the entry price and the result of an open trade are hidden.",
    Display.R_ONLY: "R only: money is hidden everywhere.",
}
_ORDER = tuple(Display)


class _Chosen:
    display = Display.ALL


def chosen() -> Display:
    """What is hidden now."""
    return _Chosen.display


def choose(display: Display) -> None:
    """Hide this from here on."""
    _Chosen.display = display


def remembered(text: str) -> Display:
    """The choice of a settings file; nothing is hidden for a word that is not known."""
    return next((each for each in Display if each.value == text), Display.ALL)


def following() -> Display:
    """What the key chooses next."""
    return _ORDER[(_ORDER.index(chosen()) + 1) % len(_ORDER)]


def hides_money() -> bool:
    return chosen() is Display.R_ONLY


def hides_entry() -> bool:
    return chosen() is Display.BLIND_ENTRY


_MONEY = frozenset(
    {"amount", "value", "realized_pnl", "net_pnl", "fee", "risk", "shortfall", "sale_to_cure",
     "margin", "principal", "loan_repaid", "interest_part", "principal_part", "purse", "largest"}
)  # fmt: skip
_ENTRY = {
    "order_filled": frozenset({"price", "value", "fee", "slippage"}),
    "position_opened": frozenset({"entry_price", "margin"}),
    "position_changed": frozenset({"entry_price", "margin"}),
    "margin_added": frozenset({"amount"}),
    "loan_drawn": frozenset({"amount", "principal"}),
}
"""What of an event gives the entry away."""


def masked(wire: Mapping[str, object]) -> Mapping[str, object]:
    """An event without the figures that are hidden now."""
    if chosen() is Display.ALL:
        return wire
    keys = _MONEY if hides_money() else _ENTRY.get(str(wire.get("type")), frozenset())
    return {k: HIDDEN if k in keys and v is not None else v for k, v in wire.items()}
