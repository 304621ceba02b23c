"""What of an event can be tried again: the ready-made forks that are of its kind."""

from __future__ import annotations

from collections.abc import Mapping

_REDONE = frozenset(
    {"order_placed", "order_amended", "order_cancelled", "deposited", "withdrawn", "swept",
     "margin_added", "margin_removed", "call_answered", "note_added", "plan_recorded",
     "session_planned", "loan_repaid", "loan_drawn", "order_filled", "position_opened"}
)  # fmt: skip
"""Events that a decision may have led to; which of them did, the record tells (`forks/record`)."""

_STOP = (("stop-left", "leave the stop where it was"),)
_ENTRY = (
    ("half-leverage", "half the leverage"),
    ("half-at-1r", "half taken at 1 R"),
    ("plan-size", "the size the plan allowed"),
)
_CALL = (("call-sell", "sell at once"), ("call-pay", "pay at once"))
_CALLS = frozenset(
    {"margin_call_issued", "call_answered", "margin_call_met", "margin_call_expired"}
)


def offers(wire: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Ready-made forks that an event may be of: the name of each, and its words."""
    kind, cause = str(wire.get("type")), str(wire.get("cause", ""))
    if kind in _CALLS:
        return _CALL
    if kind in ("order_amended", "order_cancelled") and cause == "stop_loss":
        return _STOP
    if kind == "plan_recorded" or (kind == "order_placed" and cause == "trader"):
        return () if wire.get("reduce_only") else _ENTRY
    return ()


def is_tried(wire: Mapping[str, object]) -> bool:
    """Whether it may be part of a decision."""
    return str(wire.get("type")) in _REDONE
