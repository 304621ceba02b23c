"""Money in and out, the loan, isolated margin; and a note for the journal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.account.commands import (
    AddMargin,
    AddNote,
    AnswerCall,
    Borrow,
    Deposit,
    RemoveMargin,
    Repay,
    Sweep,
    TraderCommand,
    Withdraw,
)
from ledger.account.event_terms import Answer
from ledger.market.rules.rulebook import Mode
from ledger.money import plain, trim
from ledger.practice.views.preview import preview
from tui.screens.ticket import effects
from tui.screens.ticket.close import cure_lines
from tui.screens.ticket.form import Bench, Field, SideForm, Thought, Values
from tui.text import format as fmt
from tui.text.entry import number


class DepositForm(SideForm):
    """Deposit, withdraw, or sweep profit out of reach of every margin rule. While a call is open, a
    deposit answers it."""

    heading = "Money in or out"
    first = "amount"

    def __init__(self, bench: Bench, amount: Decimal | None = None, way: str = "deposit") -> None:
        super().__init__(bench)
        self._amount, self._way = amount, way

    def fields(self) -> Sequence[Field]:
        amount = "" if self._amount is None else plain(trim(self._amount))
        return (
            Field("way", "Do", self._way, ("deposit", "withdraw", "sweep")),
            Field("amount", "Amount", amount, hint=self.bench.view.currency),
        )

    def commands(self, values: Values) -> list[TraderCommand]:
        amount = number(values["amount"], "Amount")
        if values["way"] == "withdraw":
            return [Withdraw(amount=amount)]
        if values["way"] == "sweep":
            return [Sweep(amount=amount)]
        if any(call.pocket for call in self.bench.view.calls):
            return [AnswerCall(answer=Answer.DEPOSIT, amount=amount)]
        return [Deposit(amount=amount)]

    def think(self, values: Values) -> Thought:
        if not values["amount"].strip():
            missing = "Amount: type a number, then press Enter"
            return Thought([((" How much?", "dim"),)], allowed=False, missing=missing)
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen)
        lines = effects.account_effect(seen)
        for held in seen.after.positions[:2]:
            lines += effects.position_effect(seen, held.symbol)
        if self.bench.view.calls:
            lines += cure_lines(seen)
        return Thought(lines + effects.purse_effect(self.bench.session.funds, seen))

    def done(self) -> str:
        return _done(self.values, self.bench.view.currency)


class MarginForm(SideForm):
    """Add or remove isolated margin. On a loan account: borrow or repay as well."""

    heading = "Margin"
    first = "amount"

    def fields(self) -> Sequence[Field]:
        held = effects.position_of(self.bench.view, self.bench.symbol)
        walled = held is not None and held.mode is Mode.ISOLATED
        ways: tuple[str, ...] = ("add", "remove") if walled or not self.bench.view.borrows else ()
        first = "add" if ways else "repay"
        ways += ("borrow", "repay") if self.bench.view.borrows else ()
        return (
            Field("way", "Do", first, ways),
            Field("amount", "Amount", hint=self.bench.view.currency),
        )

    def commands(self, values: Values) -> list[TraderCommand]:
        amount = number(values["amount"], "Amount")
        symbol = self.bench.symbol
        made: dict[str, TraderCommand] = {
            "borrow": Borrow(amount=amount),
            "repay": Repay(amount=amount),
            "add": AddMargin(symbol=symbol, amount=amount),
            "remove": RemoveMargin(symbol=symbol, amount=amount),
        }
        return [made[values["way"]]]

    def think(self, values: Values) -> Thought:
        loan = values["way"] in ("borrow", "repay")
        self.border_title = "Loan" if loan else f"Margin {fmt.plain(self.bench.symbol, 20)}"
        if not values["amount"].strip():
            missing = "Amount: type a number, then press Enter"
            return Thought([((" How much?", "dim"),)], allowed=False, missing=missing)
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen)
        lines = effects.account_effect(seen)
        return Thought([*lines, *effects.position_effect(seen, self.bench.symbol)])

    def done(self) -> str:
        return _done(self.values, self.bench.view.currency)


class NoteForm(SideForm):
    """A line for the journal, on the selected symbol."""

    heading = "Note"
    once = "saves it"

    def fields(self) -> Sequence[Field]:
        return (Field("text", "Note", hint="what you think now", limit=500),)

    def commands(self, values: Values) -> list[TraderCommand]:
        held = effects.position_of(self.bench.view, self.bench.symbol)
        return [
            AddNote(
                text=fmt.clean(values["text"].strip(), 500), symbol=held.symbol if held else None
            )
        ]

    def think(self, values: Values) -> Thought:
        if not values["text"].strip():
            missing = "Note: type what you think, then press Enter"
            return Thought([((" Nothing written yet", "dim"),)], allowed=False, missing=missing)
        return Thought([((" Will be recorded as written", "dim"),)])

    def done(self) -> str:
        return "note written"


def _done(values: Values, currency: str) -> str:
    amount = fmt.money(number(values["amount"], "Amount"), currency, exact=True)
    return f"{values['way']} {amount} {currency}: done"
