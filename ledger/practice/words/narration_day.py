"""A trading day in words: the test at its close, and the calls that its trades bring about."""

from collections.abc import Callable

from ledger.account.event_terms import CallMetBy, DayCallKind
from ledger.practice.words.wording import Wire, figure, text, when

_CALLED = {
    DayCallKind.INITIAL: "Call for initial margin",
    DayCallKind.INTRADAY: "Intraday margin deficit",
}


def initial_margin_tested(wire: Wire, unit: str) -> str:
    """Equity, what the night requires, and the special memorandum account."""
    return (
        f"Initial margin at the close: equity {figure(wire.get('equity'))}{unit}, required "
        f"{figure(wire.get('required'))}, special memorandum account "
        f"{figure(wire.get('memorandum'))}"
    )


def day_call_issued(wire: Wire, unit: str) -> str:
    """What is lacking, how it is met, and by when."""
    amount = f"{figure(wire.get('amount'))}{unit}"
    due = wire.get("due")
    until = f" by {when(due)}" if due is not None else ""
    return f"{_called(wire)}: {amount} lacking: pay it in or sell{until}"


def day_call_met(wire: Wire, unit: str) -> str:
    """By what it was met."""
    article = "the" if wire.get("by") == CallMetBy.MARKET else "a"
    return f"{_called(wire)} met by {article} {text(wire, 'by', 40)}"


def day_call_expired(wire: Wire, unit: str) -> str:
    """What follows."""
    until = wire.get("frozen_until")
    if until is None:
        return f"{_called(wire)} expired: the broker sells at the next price"
    return f"{_called(wire)} expired: no new credit and no new short until {when(until)}"


def credit_restored(wire: Wire, unit: str) -> str:
    """The end of a freeze."""
    return "New credit is no longer frozen"


def _called(wire: Wire) -> str:
    kind = wire.get("kind")
    return next((words for each, words in _CALLED.items() if each == kind), "Call")


KINDS: dict[str, tuple[str, Callable[[Wire, str], str]]] = {
    "initial_margin_tested": ("CLOSE", initial_margin_tested),
    "day_call_issued": ("CALL", day_call_issued),
    "day_call_met": ("MET", day_call_met),
    "day_call_expired": ("EXPIRD", day_call_expired),
    "credit_restored": ("CREDIT", credit_restored),
}
"""The log's word and the sentence of each kind of event."""
