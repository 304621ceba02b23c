"""`[[do]]`: what the trader does, as commands, checked against the instruments and the calendar.

Whether margin allows an action is the engine's business and becomes an event. Refused here is what
cannot be meant: an unknown symbol, too many digits, a time without a bar.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.state import Side
from ledger.money import plain
from ledger.practice.rehearsals.incident_file import IncidentTable
from ledger.practice.rehearsals.orders import OrderReader
from ledger.practice.rehearsals.rule_checks import faults_of
from ledger.practice.rehearsals.tables import (
    ActionTable,
    AnswerTable,
    ChangeTable,
    MarginTable,
    NoteTable,
)
from ledger.times import Time, iso
from ledger.toml_file import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One command, at the first bar that opens at or after `at`; `index` numbers it in the file."""

    at: Time
    index: int
    command: c.TraderCommand
    text: str


@dataclass(slots=True)
class Reader(OrderReader):
    """Turns actions into commands and collects their faults."""

    def read(self, tables: list[ActionTable]) -> tuple[Action, ...]:
        """The actions by time; those of the same time in the order of the file."""
        actions = []
        for index, table in enumerate(tables):
            self._check_time(table, ("do", index, "at"))
            chosen = table.actions()
            if len(chosen) != 1:
                self.wrong(
                    ("do", index),
                    f"{len(chosen) or 'no'} actions; allowed: one of {', '.join(COMMANDS)}",
                )
                continue
            ((kind, value),) = chosen.items()
            self._check_aside(table, kind, index)
            if kind == c.WORDS[c.AnswerCall]:
                value = _with_aside(value, table)
            command = COMMANDS[kind](self, value, ("do", index, kind))
            text = f"{kind} {_summary(value)}"
            actions.append(Action(at=table.at, index=index + 1, command=command, text=text))
        ordered = tuple(sorted(actions, key=lambda action: action.at))
        changes = ((action.index - 1, action.command) for action in ordered)
        for index, kind, problem in faults_of(self.rulebook, changes):
            self.wrong(("do", index, kind), problem)
        return ordered

    def _check_time(self, table: ActionTable, location: Location) -> None:
        if self.start is not None and table.at < self.start:
            self.wrong(location, f"is before the start; allowed: {iso(self.start)} or later")
        elif table.at > self.last:
            self.wrong(
                location, f"no bar opens between it and the end; allowed: up to {iso(self.last)}"
            )

    def _check_aside(self, table: ActionTable, kind: str, index: int) -> None:
        for key in ("amount", "symbol", "quantity"):
            if getattr(table, key) is not None and kind != c.WORDS[c.AnswerCall]:
                self.wrong(("do", index, key), f"belongs to answer_call, not to {kind}")

    def answer(self, table: AnswerTable, location: Location) -> c.AnswerCall:
        """`answer_call`."""
        fitting = {
            Answer.DEPOSIT: ("amount",),
            Answer.SELL: ("symbol", "quantity"),
            Answer.HEDGE: ("symbol", "quantity"),
            Answer.WAIT: (),
        }
        for key in ("amount", "symbol", "quantity"):
            if getattr(table, key) is not None and key not in fitting[table.answer]:
                self.wrong((*location, key), f'does not go with "{table.answer}"')
        if table.amount is not None:
            self.money(table.amount, (*location, "amount"))
        if table.symbol is not None:
            instrument = self.symbol(table.symbol, location)
            self.quantity(table.quantity, instrument, (*location, "quantity"))
        elif table.quantity is not None:
            self.wrong((*location, "quantity"), "needs symbol")
        return c.AnswerCall(
            answer=table.answer,
            amount=table.amount,
            symbol=table.symbol,
            quantity=table.quantity,
        )

    def margin(self, table: MarginTable, location: Location) -> dict[str, Any]:
        """The parts of `add_margin` and `remove_margin`."""
        self.symbol(table.symbol, location)
        return {
            "symbol": table.symbol,
            "amount": self.money(table.amount, (*location, "amount")),
        }

    def note(self, table: NoteTable, location: Location) -> c.AddNote:
        """`note`."""
        if table.symbol is not None:
            self.symbol(table.symbol, location)
        return c.AddNote(text=table.text, tags=tuple(table.tags), symbol=table.symbol)

    def change_rules(self, table: ChangeTable, location: Location) -> c.ChangeRules:
        """`change_rules`."""
        rules = table.rules()
        if not rules:
            self.wrong(location, "changes no rule; give at least one key of [rules]")
        return c.ChangeRules(rules=rules, cause=table.cause, source=table.source)

    def incident(self, table: IncidentTable, location: Location) -> c.StartIncident:
        """`incident`: keys by kind; its chance comes from the file's seed and its number."""
        for problem in table.problems():
            self.wrong(location, problem)
        if table.symbol is not None:
            self.symbol(table.symbol, location)
        return table.command(self.seed * 1000 + int(location[1]))


COMMANDS: dict[str, Callable[[Reader, Any, Location], c.TraderCommand]] = {
    c.WORDS[c.Deposit]: lambda r, amount, at: c.Deposit(amount=r.money(amount, at)),
    c.WORDS[c.Withdraw]: lambda r, amount, at: c.Withdraw(amount=r.money(amount, at)),
    c.WORDS[c.Borrow]: lambda r, amount, at: c.Borrow(amount=r.money(amount, at)),
    c.WORDS[c.Repay]: lambda r, amount, at: c.Repay(amount=r.money(amount, at)),
    c.WORDS[c.Sweep]: lambda r, amount, at: c.Sweep(amount=r.money(amount, at)),
    Side.BUY: lambda r, table, at: r.order(Side.BUY, table, at),
    Side.SELL: lambda r, table, at: r.order(Side.SELL, table, at),
    c.WORDS[c.ClosePosition]: Reader.close,
    c.WORDS[c.MoveStop]: Reader.stop,
    c.WORDS[c.MoveTarget]: Reader.target,
    c.WORDS[c.RemoveTarget]: Reader.remove_target,
    c.WORDS[c.RemoveStop]: Reader.remove_stop,
    c.WORDS[c.AddMargin]: lambda r, table, at: c.AddMargin(**r.margin(table, at)),
    c.WORDS[c.RemoveMargin]: lambda r, table, at: c.RemoveMargin(**r.margin(table, at)),
    c.WORDS[c.CancelOrder]: Reader.cancel,
    c.WORDS[c.AmendOrder]: Reader.amend,
    c.WORDS[c.AnswerCall]: Reader.answer,
    c.WORDS[c.AddNote]: Reader.note,
    c.WORDS[c.ChangeRules]: Reader.change_rules,
    c.WORDS[c.StartIncident]: Reader.incident,
}


def _with_aside(answer: AnswerTable, table: ActionTable) -> AnswerTable:
    """An answer with the keys given next to it."""
    aside = {
        key: value
        for key in ("amount", "symbol", "quantity")
        if (value := getattr(table, key)) is not None
    }
    return answer.model_copy(update=aside)


def _summary(value: Any) -> str:
    """An action on one line: `symbol XBTUSD, quantity 1.36, leverage 10`."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return " and ".join(_summary(part) for part in value)
    if hasattr(value, "model_fields_set"):
        return ", ".join(
            f"{key} {_summary(part)}" for key, part in value if key in value.model_fields_set
        )
    return str(value)
