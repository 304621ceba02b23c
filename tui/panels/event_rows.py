"""The record as rows of a list: each committed event in a sentence, newest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence

from ledger.account.events.kinds import Event
from ledger.books.wire.codec import to_wire
from ledger.practice.words.narration import narrate, word
from ledger.times import parse_time
from tui.text import format as fmt
from tui.text.display import masked
from tui.widgets.grid import Column, Row

KEPT = 300
"""Lines of the panel on the desk; the ledger screen shows every event."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "loans": ("loan_drawn", "loan_repaid", "deficit_recorded"),
    "interest": ("interest_accrued", "interest_capitalized", "funding_paid",
                 "overnight_charged", "credit_interest_paid", "dividend_paid"),
    "profit-taking": ("profit_taken", "stopped_out", "position_closed", "force_sold",
                      "liquidated"),
    "fees": ("fee_charged",),
    "calls": ("margin_warned", "margin_warning_cleared", "margin_call_issued", "call_answered",
              "margin_call_met", "margin_call_expired", "force_sold", "liquidated",
              "deficit_recorded", "rules_changed", "initial_margin_tested", "day_call_issued",
              "day_call_met", "day_call_expired", "credit_restored"),
    "orders": ("order_placed", "order_amended", "order_triggered", "order_cancelled",
               "order_refused", "action_refused", "order_filled", "position_opened",
               "position_changed", "leverage_changed", "plan_recorded", "split", "order_adjusted",
               "cash_in_lieu"),
    "notes": ("note_added", "plan_recorded", "session_planned", "revealed",
              "finding_reviewed", "rule_created", "lots_picked"),
}  # fmt: skip
"""The filters of the ledger."""

_MEANINGS = {
    "margin_call_issued": "called",
    "day_call_issued": "called",
    "day_call_expired": "called",
    "day_call_met": "up",
    "initial_margin_tested": "dim",
    "margin_warned": "warned",
    "rules_changed": "warned",
    "incident_started": "warned",
    "venue_closed": "liquidating",
    "margin_call_expired": "called",
    "force_sold": "liquidating",
    "liquidated": "liquidating",
    "deficit_recorded": "liquidating",
    "order_refused": "down",
    "action_refused": "down",
    "stopped_out": "down",
    "profit_taken": "up",
    "margin_call_met": "up",
    "order_filled": "strong",
    "interest_accrued": "dim",
    "interest_capitalized": "dim",
}


def columns(width: int, newest: str = "") -> list[Column]:
    """Number, time, word and sentence; the sentence takes what the `newest` number leaves."""
    fixed = [Column("No", max(len(newest), 5), "right"), Column("Time", 12), Column("What", 6)]
    used = sum(column.width + 1 for column in fixed) + 2
    return [*fixed, Column("", max(width - used, 10))]


def row_of(wire: Mapping[str, object], currency: str, contracts: Container[object] = ()) -> Row:
    """One event; quantities of the symbols in `contracts` are called contracts."""
    wire = masked(wire)
    kind = str(wire.get("type"))
    meaning = _MEANINGS.get(kind, "")
    seq = str(wire.get("seq"))
    return (
        seq,
        (
            (seq, "dim"),
            (_time(wire.get("time")), "dim"),
            (word(wire), meaning or "strong"),
            (narrate(wire, currency, contracts), "dim" if meaning == "dim" else ""),
        ),
    )


def _time(value: object) -> str:
    try:
        time = parse_time(str(value))
    except ValueError:
        return fmt.NOTHING
    return f"{fmt.day(time)} {fmt.clock(time)}"


class Log:
    """The newest lines of one account."""

    def __init__(self, account: str, currency: str, contracts: Container[object] = ()) -> None:
        self._account, self._currency, self._contracts = account, currency, contracts
        self._rows: deque[Row] = deque(maxlen=KEPT)
        self.wires: deque[Mapping[str, object]] = deque(maxlen=KEPT)

    def add(self, news: Iterable[tuple[int, Event]]) -> None:
        """Add what was just committed."""
        self.recall(to_wire(event, seq, self._account) for seq, event in news)

    def recall(self, wires: Iterable[Mapping[str, object]]) -> None:
        """Add what an earlier sitting left, oldest first."""
        for wire in wires:
            self.wires.append(wire)
            self._rows.appendleft(row_of(wire, self._currency, self._contracts))

    def tell_anew(self) -> None:
        """Say every line again, when other figures are hidden."""
        wires = tuple(self.wires)
        self.wires.clear()
        self._rows.clear()
        self.recall(wires)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, newest first."""
        return tuple(self._rows)


def recorded(wire: Mapping[str, object]) -> tuple[str, ...]:
    """An event with every key of its record: a heading, then its lines."""
    lines = (f"{name}: {_value(value)}" for name, value in masked(wire).items())
    return f"Event {wire.get('seq')}, as recorded", *lines


def _value(value: object) -> str:
    """A value of the record without its punctuation: `ACME 70, BETA 11`, `yes`, a dash."""
    if value is None:
        return fmt.NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(each)}" for name, each in value.items()) or fmt.NOTHING
    if isinstance(value, Sequence) and not isinstance(value, str):
        nested = any(isinstance(each, Mapping) for each in value)
        return ("; " if nested else ", ").join(map(_value, value)) or fmt.NOTHING
    return str(value)
