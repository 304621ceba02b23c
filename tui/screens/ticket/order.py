"""The ticket: a new order, with what its fill would do to everything."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.account.commands import PlaceOrder, TraderCommand
from ledger.account.state import OrderType, Side, Target
from ledger.market.rulebook import Mode
from ledger.money import plain, settle, trim
from ledger.practice.preview import preview
from tui import format as fmt
from tui.entry import Unreadable, number, optional_number, parts
from tui.figures import pair
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, SideForm, Thought, Values
from tui.widgets.lines import Line

_SIZES = ("quantity", "risk %", "risk")
_HUNDRED = Decimal(100)


class Ticket(SideForm):
    """Buy or sell. The figures below are the engine's own answer, not an estimate."""

    first = "amount"

    def __init__(self, bench: Bench, side: str) -> None:
        super().__init__(bench)
        self._side = side
        self.heading = "Ticket"

    def fields(self) -> Sequence[Field]:
        """Everything an order can say."""
        account = self.bench.session.account
        book = account.rulebook
        held = effects.position_of(self.bench.view, self.bench.symbol)
        leverage = held.leverage if held else book.default_leverage
        mode = held.mode if held else account.mode.value
        return (
            Field("symbol", "Symbol", self.bench.symbol, tuple(account.instruments)),
            Field("side", "Side", self._side, ("buy", "sell")),
            Field("type", "Type", "market", ("market", "limit", "stop")),
            Field("price", "At price", hint="the order's own price"),
            Field("by", "Size by", "quantity", _SIZES),
            Field("amount", "Amount", hint="how much"),
            Field("leverage", "Leverage", plain(trim(leverage)), hint="times"),
            Field("mode", "Margin", mode, tuple(m.value for m in book.modes)),
            Field("stop", "Stop", hint="stop loss, or empty"),
            Field("targets", "Targets", hint="price, or 110:50 120:50", limit=80),
            Field("reason", "Reason", hint="why, in your words", limit=200),
        )

    def hidden(self, values: Values) -> set[str]:
        """A market order has no price of its own; one kind of margin is no choice."""
        hidden = {"price"} if values["type"] == "market" else set()
        if len(self.bench.session.account.rulebook.modes) == 1:
            hidden.add("mode")
        if len(self.bench.session.account.instruments) == 1:
            hidden.add("symbol")
        return hidden

    def commands(self, values: Values) -> list[TraderCommand]:
        """The order."""
        return [self._order(values)]

    def _order(self, values: Values) -> PlaceOrder:
        kind = OrderType(values["type"])
        price = None if kind is OrderType.MARKET else number(values["price"], "At price")
        amount, by, view = number(values["amount"], "Amount"), values["by"], self.bench.view
        risk = None if by == "quantity" else amount
        if by == "risk %":
            risk = settle(view.equity * amount / _HUNDRED, view.currency)
        return PlaceOrder(
            symbol=values["symbol"],
            quantity=amount if by == "quantity" else None,
            risk=risk,
            side=Side(values["side"]),
            order_type=kind,
            limit=price if kind is OrderType.LIMIT else None,
            trigger=price if kind is OrderType.STOP else None,
            leverage=optional_number(values["leverage"], "Leverage"),
            mode=Mode(values["mode"]),
            stop_loss=optional_number(values["stop"], "Stop"),
            targets=_targets(values["targets"]),
            reason=fmt.clean(values["reason"].strip(), 200),
        )

    def think(self, values: Values) -> Thought:
        """What the fill would do."""
        if not values["amount"].strip():
            return Thought(self._quote(values["symbol"]), allowed=False)
        order = self._order(values)
        seen = preview(self.bench.session, order)
        _, lot = self.bench.view.steps(order.symbol)
        if seen.refused is not None:
            return effects.refused(seen, lot)
        resting = order.order_type is not OrderType.MARKET
        lines: list[Line] = effects.assumed_line(seen, order.symbol, resting)
        width = PREVIEW_WIDTH - 2
        if seen.quantity is not None and values["by"] != "quantity":
            lines.append(pair("Quantity", fmt.quantity(seen.quantity, lot), width, "strong"))
        lines += effects.account_effect(seen)
        lines += effects.position_effect(seen, order.symbol)
        risk, far = effects.risk_effect(seen)
        return Thought([*lines, *risk], warned=far)

    def _quote(self, symbol: str) -> list[Line]:
        view = self.bench.view
        tick, lot = view.steps(symbol)
        width = PREVIEW_WIDTH - 2
        last = next((last for name, last, _ in view.prices if name == symbol), None)
        return [
            pair("Last price", fmt.price(last, tick), width, "strong"),
            pair("Smallest lot", fmt.quantity(lot), width),
            pair("Available", fmt.money(view.available, view.currency), width),
        ]

    def done(self) -> str:
        """What was sent."""
        values = self.values
        return f"{values['type']} {values['side']} {values['symbol']} sent"


def _targets(text: str) -> tuple[Target, ...]:
    """`110` is for the whole position; several without a share divide it evenly."""
    pieces = parts(text)
    if not pieces:
        return ()
    even = _HUNDRED / len(pieces)
    shares = [optional_number(share, "Targets") or even for _, share in pieces]
    if len(pieces) > 1 and not any(share for _, share in pieces):
        shares[-1] = _HUNDRED - sum((trim(s) for s in shares[:-1]), Decimal(0))
    if any(share <= 0 or share > _HUNDRED for share in shares):
        raise Unreadable("Targets: a share is between 1 and 100 percent")
    return tuple(
        Target(number(price, "Targets"), share / _HUNDRED)
        for (price, _), share in zip(pieces, shares, strict=True)
    )
