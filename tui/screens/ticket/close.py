"""Closing: a part, the whole, everything, or what a margin call requires."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.account.commands import AnswerCall, ClosePosition, TraderCommand
from ledger.account.event_terms import Answer
from ledger.money import plain, trim
from ledger.practice.views.preview import Preview, preview
from tui.panels.desk_figures import pair, sized
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, SideForm, Thought, Values
from tui.text import format as fmt
from tui.text.entry import number
from tui.widgets.lines import Line

_SHARES = {"100%": Decimal(1), "75%": Decimal("0.75"), "50%": Decimal("0.5"),
           "25%": Decimal("0.25")}  # fmt: skip
_W = PREVIEW_WIDTH - 2


def closing_lines(seen: Preview, symbol: str) -> list[Line]:
    """What is sold, what it books, and what is left."""
    lines = effects.assumed_line(seen, symbol, resting=False)
    lines.append(pair("Closes", sized(seen.after, symbol, seen.quantity), _W, "strong"))
    realized = fmt.signed_money(seen.realized, seen.after.currency)
    lines.append(pair("Realizes", realized, _W, "up" if seen.realized > 0 else "down"))
    return [*lines, *effects.account_effect(seen), *effects.position_effect(seen, symbol)]


class CloseForm(SideForm):
    """Close the selected position, or a part of it, at the market."""

    heading = "Close"

    def fields(self) -> Sequence[Field]:
        return (
            Field("share", "How much", "100%", (*_SHARES, "part")),
            Field("quantity", "Quantity", hint="quantity"),
        )

    def hidden(self, values: Values) -> set[str]:
        """A quantity only if it is to be typed."""
        return set() if values["share"] == "part" else {"quantity"}

    def commands(self, values: Values) -> list[TraderCommand]:
        if values["share"] == "part":
            return [
                ClosePosition(
                    symbol=self.bench.symbol, quantity=number(values["quantity"], "Quantity")
                )
            ]
        return [ClosePosition(symbol=self.bench.symbol, fraction=_SHARES[values["share"]])]

    def think(self, values: Values) -> Thought:
        self.border_title = f"Close {fmt.plain(self.bench.symbol, 20)}"
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen, self.bench.view.steps(self.bench.symbol)[1])
        return Thought(closing_lines(seen, self.bench.symbol))

    def done(self) -> str:
        return f"close {self.values['share']} of {self.bench.symbol} sent"


class SellForm(SideForm):
    """Answer a margin call by choosing what to sell; prefilled with what cures."""

    heading = "Answer: sell"

    def __init__(
        self, bench: Bench, symbols: Sequence[str], symbol: str, quantity: Decimal
    ) -> None:
        super().__init__(bench)
        self._symbols, self._symbol, self._quantity = tuple(symbols), symbol, quantity

    def fields(self) -> Sequence[Field]:
        return (
            Field("symbol", "Sell", self._symbol, self._symbols),
            Field("quantity", "Quantity", plain(trim(self._quantity))),
        )

    def commands(self, values: Values) -> list[TraderCommand]:
        quantity = number(values["quantity"], "Quantity")
        return [AnswerCall(answer=Answer.SELL, symbol=values["symbol"], quantity=quantity)]

    def think(self, values: Values) -> Thought:
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen, self.bench.view.steps(values["symbol"])[1])
        return Thought([*closing_lines(seen, values["symbol"]), *cure_lines(seen)])

    def done(self) -> str:
        return f"margin call answered: sell {self.values['quantity']} {self.values['symbol']}"


class HedgeForm(SideForm):
    """Answer a margin call with the opposite side in another contract on the same underlying."""

    heading = "Answer: hedge"

    def __init__(self, bench: Bench, symbols: Sequence[str]) -> None:
        super().__init__(bench)
        self._symbols = tuple(symbols)

    def fields(self) -> Sequence[Field]:
        """The contract and the quantity; left empty, the value that is held."""
        return (
            Field("symbol", "With", self._symbols[0], self._symbols),
            Field("quantity", "Quantity", hint="all of it"),
        )

    def commands(self, values: Values) -> list[TraderCommand]:
        typed = values["quantity"].strip()
        quantity = number(typed, "Quantity") if typed else None
        return [AnswerCall(answer=Answer.HEDGE, symbol=values["symbol"], quantity=quantity)]

    def think(self, values: Values) -> Thought:
        seen, symbol = preview(self.bench.session, *self.commands(values)), values["symbol"]
        _, lot = self.bench.view.steps(symbol)
        if seen.refused is not None:
            return effects.refused(seen, lot)
        lines = effects.assumed_line(seen, symbol, resting=False)
        lines.append(pair("Trades", sized(seen.after, symbol, seen.quantity), _W, "strong"))
        lines += [*effects.account_effect(seen), *effects.position_effect(seen, symbol)]
        return Thought([*lines, *cure_lines(seen)])

    def done(self) -> str:
        return f"margin call answered: hedge with {self.values['symbol']}"


def cure_lines(seen: Preview) -> list[Line]:
    """Whether the call is met by it."""
    left = len(seen.after.calls)
    if not left:
        return [((" The call is met", "up"),)]
    missing = fmt.money(seen.after.calls[0].shortfall, seen.after.currency)
    return [((f" The call stands: {missing} short", "down"),)]


class FlattenForm(SideForm):
    """Close every position. A word must be typed, since one key must not do this."""

    heading = "Flatten everything"

    def fields(self) -> Sequence[Field]:
        return (Field("word", "Type FLAT", hint="FLAT"),)

    def commands(self, values: Values) -> list[TraderCommand]:
        return [ClosePosition(symbol=p.symbol) for p in self.bench.view.positions]

    def think(self, values: Values) -> Thought:
        view = self.bench.view
        if not view.positions:
            return Thought([((" There is nothing to close", "dim"),)], allowed=False)
        seen = preview(self.bench.session, *self.commands(values))
        if seen.refused is not None:
            return effects.refused(seen)
        names = ", ".join(p.symbol for p in view.positions)
        lines: list[Line] = [((f" Closes {fmt.clean(names, 60)}", "strong"),)]
        lines.append(pair("Realizes", fmt.signed_money(seen.realized, view.currency), _W))
        lines += effects.account_effect(seen)
        allowed = values["word"].strip() == "FLAT"
        missing = "Type FLAT in capitals to close everything"
        return Thought(lines, allowed=allowed, warned=True, missing=missing)

    def done(self) -> str:
        return "orders to close every position sent"
