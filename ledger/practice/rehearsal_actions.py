"""`[[do]]`: what the trader does, as commands, checked against the instruments and the calendar.

What the rules of margin say to an action is the engine's business and becomes an event; refused
here is what could not be meant: another symbol, more digits than there are, a time without a bar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.account import commands as c
from ledger.account.state import GoodFor, OrderType, Side, Target
from ledger.market.instrument import Instrument
from ledger.market.rulebook import Mode, Rulebook
from ledger.market.times import Time, iso
from ledger.market.toml_file import Location, fault
from ledger.money import ONE, ZERO, atom, fits, plain
from ledger.practice.incident_file import IncidentTable
from ledger.practice.rehearsal_file import (
    ActionTable,
    AnswerTable,
    ChangeTable,
    CloseTable,
    MarginTable,
    NoteTable,
    OrderTable,
    PriceTable,
    StopTable,
    SymbolTable,
)
from ledger.practice.rule_changes import faults_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One wish: at the first bar that opens at or after `at`; `index` is its number in the file."""

    at: Time
    index: int
    command: c.TraderCommand
    text: str


@dataclass(slots=True)
class Reader:
    """Turns actions into commands and gathers what is wrong with them."""

    name: str
    text: str
    rulebook: Rulebook
    instruments: Mapping[str, Instrument]
    start: Time | None
    """What the file gives; without it a time before the first bar means that bar."""
    last: Time
    """When the last bar before the end opens."""
    seed: int = 0
    faults: list[str] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)

    def read(self, tables: list[ActionTable]) -> tuple[Action, ...]:
        """The actions in the order of their times; those of the same time as the file has them."""
        found = []
        for index, table in enumerate(tables):
            self._check_time(table, ("do", index, "at"))
            done = table.actions()
            if len(done) != 1:
                self._wrong(
                    ("do", index),
                    f"{len(done)} actions; allowed: one in each, of {', '.join(COMMANDS)}",
                )
                continue
            ((kind, value),) = done.items()
            self._check_aside(table, kind, index)
            if kind == "answer_call":
                value = _with_aside(value, table)
            command = COMMANDS[kind](self, value, ("do", index, kind))
            text = f"{kind} {_told(value)}"
            found.append(Action(at=table.at, index=index + 1, command=command, text=text))
        actions = tuple(sorted(found, key=lambda action: action.at))
        changes = ((action.index - 1, action.command) for action in actions)
        for index, kind, problem in faults_of(self.rulebook, changes):
            self._wrong(("do", index, kind), problem)
        return actions

    def _wrong(self, location: Location, problem: str) -> None:
        self.faults.append(fault(self.name, self.text, location, problem))

    def _check_time(self, table: ActionTable, location: Location) -> None:
        if self.start is not None and table.at < self.start:
            self._wrong(location, f"is before the start; allowed: from {iso(self.start)}")
        elif table.at > self.last:
            self._wrong(
                location, f"has no bar at or after it before the end; allowed: to {iso(self.last)}"
            )

    def _check_aside(self, table: ActionTable, kind: str, index: int) -> None:
        for key in ("amount", "symbol", "quantity"):
            if getattr(table, key) is not None and kind != "answer_call":
                self._wrong(("do", index, key), f"belongs to answer_call, not beside {kind}")

    def money(self, amount: Decimal, location: Location) -> Decimal:
        """An amount with no more digits than the currency."""
        smallest = atom(self.rulebook.currency)
        if not fits(amount, smallest):
            self._wrong(
                location,
                f"{plain(amount)} is finer than {self.rulebook.currency}; "
                f"allowed: multiples of {plain(smallest)}",
            )
        return amount

    def symbol(self, symbol: str, location: Location) -> Instrument | None:
        """The instrument of a symbol that has a tape."""
        if symbol not in self.instruments:
            known = ", ".join(self.instruments)
            self._wrong((*location, "symbol"), f'"{symbol}" has no tape; allowed: {known}')
        return self.instruments.get(symbol)

    def price(self, value: Decimal | None, of: Instrument | None, location: Location) -> None:
        """A price on the instrument's tick."""
        if value is not None and of is not None and not fits(value, of.tick):
            self._wrong(location, f"{plain(value)} is off the tick; {_multiples(of.tick)}")

    def quantity(self, value: Decimal | None, of: Instrument | None, location: Location) -> None:
        """A quantity of whole lots."""
        if value is not None and of is not None and not fits(value, of.lot):
            self._wrong(location, f"{plain(value)} is no whole lot; {_multiples(of.lot)}")

    def order(self, side: Side, table: OrderTable, location: Location) -> c.PlaceOrder:
        """`buy` or `sell`."""
        instrument = self.symbol(table.symbol, location)
        self.quantity(table.quantity, instrument, (*location, "quantity"))
        for key in ("notional", "risk"):
            if (amount := getattr(table, key)) is not None:
                self.money(amount, (*location, key))
        for key in ("limit", "trigger", "trail", "stop_loss"):
            self.price(getattr(table, key), instrument, (*location, key))
        targets = table.take_profit or []
        for target in targets:
            self.price(target.price, instrument, (*location, "take_profit"))
        if sum((target.fraction for target in targets), ZERO) > ONE:
            self._wrong(
                (*location, "take_profit"), "the fractions are more than the whole; allowed: 1"
            )
        self._check_order(table, location)
        return c.PlaceOrder(
            symbol=table.symbol,
            side=side,
            quantity=table.quantity,
            notional=table.notional,
            risk=table.risk,
            order_type=OrderType(table.type),
            limit=table.limit,
            trigger=table.trigger,
            trail=table.trail,
            leverage=table.leverage,
            mode=Mode(table.mode) if table.mode else None,
            stop_loss=table.stop_loss,
            targets=tuple(Target(target.price, target.fraction) for target in targets),
            reduce_only=table.reduce_only,
            oco=table.oco,
            good_for=GoodFor(table.good_for),
            id=table.id,
            reason=table.reason,
            tags=tuple(table.tags),
        )

    def _check_order(self, table: OrderTable, location: Location) -> None:
        sizes = [k for k in ("quantity", "notional", "risk") if getattr(table, k) is not None]
        if len(sizes) != 1:
            several = " and ".join(sizes) or "no size"
            self._wrong(location, f"{several} given; allowed: one of quantity, notional, risk")
        if table.risk is not None and not _brings_stop(table):
            told = "needs stop_loss or a trail of the stop: risk is the money lost there"
            self._wrong((*location, "risk"), told)
        self._check_type(table, location)
        if table.mode is not None and Mode(table.mode) not in self.rulebook.modes:
            allowed = ", ".join(self.rulebook.modes)
            self._wrong(
                (*location, "mode"),
                f'"{table.mode}" is not part of {self.rulebook.id}; allowed: {allowed}',
            )
        if table.oco is not None and table.oco == table.id:
            self._wrong((*location, "oco"), "is the order's own id; allowed: another's, or a name")
        if table.id is not None:
            if table.id in self._ids:
                self._wrong((*location, "id"), f'"{table.id}" is taken by an earlier order')
            self._ids.add(table.id)

    def _check_type(self, table: OrderTable, location: Location) -> None:
        """The prices that belong to the order's type, all of them and no others."""
        for key, types in _PRICES_OF.items():
            given = getattr(table, key) is not None
            if given and table.type not in types and key != "trail":
                allowed = " or ".join(f'"{name}"' for name in types)
                self._wrong((*location, key), f'is for type = {allowed}, not "{table.type}"')
            elif not given and table.type in types:
                self._wrong(location, f'type = "{table.type}" needs {key}')

    def close(self, table: CloseTable, location: Location) -> c.ClosePosition:
        """`close`: all of it, a quantity or a fraction."""
        self.quantity(table.quantity, self.symbol(table.symbol, location), (*location, "quantity"))
        if table.quantity is not None and table.fraction is not None:
            self._wrong(location, "quantity and fraction given; allowed: one of them or neither")
        fraction = ONE if table.fraction is None else table.fraction
        return c.ClosePosition(symbol=table.symbol, quantity=table.quantity, fraction=fraction)

    def answer(self, table: AnswerTable, location: Location) -> c.AnswerCall:
        """`answer_call`."""
        fitting = {
            "deposit": ("amount",),
            "sell": ("symbol", "quantity"),
            "hedge": ("symbol", "quantity"),
            "wait": (),
        }
        for key in ("amount", "symbol", "quantity"):
            if getattr(table, key) is not None and key not in fitting[table.answer]:
                self._wrong((*location, key), f'does not go with "{table.answer}"')
        if table.amount is not None:
            self.money(table.amount, (*location, "amount"))
        if table.symbol is not None:
            instrument = self.symbol(table.symbol, location)
            self.quantity(table.quantity, instrument, (*location, "quantity"))
        elif table.quantity is not None:
            self._wrong((*location, "quantity"), "needs symbol")
        return c.AnswerCall(
            answer=table.answer,
            amount=table.amount,
            symbol=table.symbol,
            quantity=table.quantity,
        )

    def cancel(self, order: str, location: Location) -> c.CancelOrder:
        """`cancel`: an order that an earlier action has given this id."""
        if order not in self._ids:
            known = ", ".join(sorted(self._ids)) or "none is given"
            self._wrong(location, f'no earlier action has the id "{order}"; allowed: {known}')
        return c.CancelOrder(id=order)

    def margin(self, table: MarginTable, location: Location) -> dict[str, Any]:
        """The parts of `add_margin` and `remove_margin`."""
        self.symbol(table.symbol, location)
        return {
            "symbol": table.symbol,
            "amount": self.money(table.amount, (*location, "amount")),
        }

    def stop(self, table: StopTable, location: Location) -> c.MoveStop:
        """`move_stop`."""
        instrument = self.symbol(table.symbol, location)
        self.price(table.price, instrument, (*location, "price"))
        self.price(table.trail, instrument, (*location, "trail"))
        if (table.price is None) is (table.trail is None):
            given = "no level" if table.price is None else "price and trail"
            self._wrong(location, f"{given} given; allowed: one of price, trail")
        return c.MoveStop(symbol=table.symbol, price=table.price, trail=table.trail)

    def level(self, table: PriceTable, location: Location) -> dict[str, Any]:
        """The parts of `move_target`."""
        self.price(table.price, self.symbol(table.symbol, location), (*location, "price"))
        return {"symbol": table.symbol, "price": table.price}

    def note(self, table: NoteTable, location: Location) -> c.AddNote:
        """`note`."""
        if table.symbol is not None:
            self.symbol(table.symbol, location)
        return c.AddNote(text=table.text, tags=tuple(table.tags), symbol=table.symbol)

    def change_rules(self, table: ChangeTable, location: Location) -> c.ChangeRules:
        """`change_rules`."""
        rules = table.rules()
        if not rules:
            self._wrong(location, "changes no rule; allowed: keys of [rules], at least one")
        return c.ChangeRules(rules=rules, cause=table.cause, source=table.source)

    def incident(self, table: IncidentTable, location: Location) -> c.StartIncident:
        """`incident`: its keys by its kind, its chance from the file's seed and its place in it."""
        for problem in table.problems():
            self._wrong(location, problem)
        if table.symbol is not None:
            self.symbol(table.symbol, location)
        return table.command(self.seed * 1000 + int(location[1]))

    def remove_stop(self, table: SymbolTable, location: Location) -> c.RemoveStop:
        """`remove_stop`."""
        self.symbol(table.symbol, location)
        return c.RemoveStop(symbol=table.symbol)


COMMANDS: dict[str, Callable[[Reader, Any, Location], c.TraderCommand]] = {
    "deposit": lambda r, amount, at: c.Deposit(amount=r.money(amount, at)),
    "withdraw": lambda r, amount, at: c.Withdraw(amount=r.money(amount, at)),
    "borrow": lambda r, amount, at: c.Borrow(amount=r.money(amount, at)),
    "repay": lambda r, amount, at: c.Repay(amount=r.money(amount, at)),
    "sweep": lambda r, amount, at: c.Sweep(amount=r.money(amount, at)),
    "buy": lambda r, table, at: r.order(Side.BUY, table, at),
    "sell": lambda r, table, at: r.order(Side.SELL, table, at),
    "close": Reader.close,
    "move_stop": Reader.stop,
    "move_target": lambda r, table, at: c.MoveTarget(**r.level(table, at)),
    "remove_stop": Reader.remove_stop,
    "add_margin": lambda r, table, at: c.AddMargin(**r.margin(table, at)),
    "remove_margin": lambda r, table, at: c.RemoveMargin(**r.margin(table, at)),
    "cancel": Reader.cancel,
    "answer_call": Reader.answer,
    "note": Reader.note,
    "change_rules": Reader.change_rules,
    "incident": Reader.incident,
}


_PRICES_OF = {
    "limit": ("limit", "stop_limit"),
    "trigger": ("stop", "stop_limit"),
    "trail": ("trailing",),
}
"""Which types have which price; `trail` beside another type is of the stop that it brings."""


def _brings_stop(table: OrderTable) -> bool:
    trails = table.trail is not None and table.type != "trailing"
    return trails or table.stop_loss is not None


def _multiples(step: Decimal) -> str:
    return f"allowed: multiples of {plain(step)}"


def _with_aside(answer: AnswerTable, table: ActionTable) -> AnswerTable:
    """An answer with the keys that stand beside it."""
    aside = {
        key: value
        for key in ("amount", "symbol", "quantity")
        if (value := getattr(table, key)) is not None
    }
    return answer.model_copy(update=aside)


def _told(value: Any) -> str:
    """An action on one line: `symbol XBTUSD, quantity 1.36, leverage 10`."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list):
        return " and ".join(_told(part) for part in value)
    if hasattr(value, "model_fields_set"):
        return ", ".join(
            f"{key} {_told(part)}" for key, part in value if key in value.model_fields_set
        )
    return str(value)
