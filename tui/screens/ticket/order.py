"""The ticket: a new order, with the effects of its fill."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ledger.account.commands import PlaceOrder, TraderCommand
from ledger.account.event_terms import Answer
from ledger.account.state import PRICES_OF, GoodFor, OrderType, Side, Target
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE, plain, trim
from ledger.practice.journal.tags import tags_of
from ledger.practice.views.preview import Preview, preview
from ledger.refused import Refused
from tui.panels.desk_figures import pair, sized
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, Thought, Values
from tui.screens.ticket.odds_preview import Asked, Foresight
from tui.text import format as fmt
from tui.text.entry import Unreadable, number, optional_number, parts, trail
from tui.widgets.lines import Line

_SIZES = ("quantity", "risk-%", "risk-sum", "notional", "power-%")
_HUNDRED = Decimal(100)
_UNSAID = "-"
"""A question of the plan without an answer, which the journal shows as empty."""


def _idle(order_type: OrderType) -> set[str]:
    """Fields that have no effect for an order of this type."""
    idle = {"follow"} if order_type is OrderType.TRAILING else {"trail"}
    idle |= {"price", "limit"} if not PRICES_OF[order_type] else set()
    idle |= {"limit"} if len(PRICES_OF[order_type]) < 2 else set()
    return idle | ({"good", "tied"} if order_type is OrderType.MARKET else set())


class Ticket(Foresight):
    """Buy or sell. The figures below are the engine's own answer, not an estimate."""

    first = "amount"

    def __init__(self, bench: Bench, side: str) -> None:
        super().__init__(bench)
        self._side = side
        self.heading = "Ticket"

    def fields(self) -> Sequence[Field]:
        account = self.bench.session.account
        book = account.rulebook
        held = effects.position_of(self.bench.view, self.bench.symbol)
        instrument = account.instruments[self.bench.symbol]
        leverage = held.leverage if held else book.default_for(instrument)
        mode = held.mode if held else account.mode.value
        counted = "contracts" if self.bench.view.contracts else "quantity"
        return (
            Field("symbol", "Symbol", self.bench.symbol, tuple(account.instruments)),
            Field("side", "Side", self._side, ("buy", "sell")),
            Field("type", "Type", "market", tuple(kind.value for kind in OrderType)),
            Field("price", "At price", hint="its limit, or its trigger"),
            Field("limit", "Limit", hint="the worst price, once triggered"),
            Field("trail", "Trail by", hint="5 in price, or 5%"),
            Field("by", "Size by", "quantity", _SIZES),
            Field("amount", "Amount", hint=counted),
            Field("leverage", "Leverage", plain(trim(leverage)), hint="times"),
            Field("mode", "Margin", mode, tuple(m.value for m in book.modes)),
            Field("stop", "Stop", hint="stop loss, or empty"),
            Field("targets", "Targets", hint="price, or 110:50 120:50", limit=80),
            Field("reason", "Reason", hint="why, in your words", limit=200),
            Field("called", "If called", _UNSAID, (_UNSAID, *(word.value for word in Answer))),
            Field("sure", "Confident", _UNSAID, (_UNSAID, *"12345")),
            Field("tags", "Tags", hint="words, such as breakout", limit=80),
            Field("follow", "Trailing", hint="the stop, by 5 or 5%"),
            Field("only", "Reduces", "no", ("no", "yes")),
            Field("good", "Good for", GoodFor.GTC, tuple(word.value for word in GoodFor)),
            Field("tied", "Tied to", hint="order or name: one fills", limit=40),
            Field("days", "Odds over", "30", hint="days ahead; empty for none"),
        )

    def hidden(self, values: Values) -> set[str]:
        """Prices of other types, what cannot be protected, and choices with only one option."""
        hidden = _idle(OrderType(values["type"]))
        if values["only"] == "yes":
            hidden |= {"stop", "targets", "follow", "days", "called", "sure"}
        if len(self.bench.session.account.rulebook.modes) == 1:
            hidden.add("mode")
        if len(self.bench.session.account.instruments) == 1:
            hidden.add("symbol")
        if self._is_paid_in_full(values):
            hidden |= {"leverage", "mode"}
        return hidden

    def _is_paid_in_full(self, values: Values) -> bool:
        """Whether it has neither leverage nor a wall of its own: a token, or an option bought."""
        return self.bench.session.account.instruments[values["symbol"]].paid_in_full

    def commands(self, values: Values) -> list[TraderCommand]:
        return [self._order(values)]

    def _order(self, values: Values) -> PlaceOrder:
        kind = OrderType(values["type"])
        hidden = self.hidden(values)
        typed = {name: "" if name in hidden else text for name, text in values.items()}
        price = None if "price" in hidden else number(values["price"], "At price")
        limit = None if "limit" in hidden else number(values["limit"], "Limit")
        distance, fraction = _trail(typed)
        paid = self._is_paid_in_full(values)
        return PlaceOrder(
            symbol=values["symbol"],
            **self._sized_by(values["by"], number(values["amount"], "Amount")),
            side=Side(values["side"]),
            order_type=kind,
            limit=price if kind is OrderType.LIMIT else limit,
            trigger=price if kind is not OrderType.LIMIT else None,
            trail=distance,
            trail_fraction=fraction,
            leverage=ONE if paid else optional_number(values["leverage"], "Leverage"),
            mode=Mode.CROSS if paid else Mode(values["mode"]),
            stop_loss=optional_number(typed["stop"], "Stop"),
            targets=targets_of(typed["targets"]),
            reduce_only=values["only"] == "yes",
            good_for=GoodFor(typed["good"] or GoodFor.GTC),
            oco=fmt.clean(typed["tied"].strip(), 40) or None,
            reason=fmt.clean(values["reason"].strip(), 200),
            tags=_tags(values["tags"]),
            answer_to_call="" if typed["called"] == _UNSAID else typed["called"],
            confidence=int(typed["sure"]) if typed["sure"].isdecimal() else None,
        )

    def _sized_by(self, by: str, amount: Decimal) -> dict[str, Any]:
        """The size as the command has it: percentages become a fraction, or money."""
        sizes = {
            "power-%": ("buying_power", amount / _HUNDRED),
            "risk-%": ("risk", self.bench.view.share_of_equity(amount)),
            "risk-sum": ("risk", amount),
        }
        name, size = sizes.get(by, (by, amount))
        return {name: size}

    def think(self, values: Values) -> Thought:
        if not values["amount"].strip():
            missing = "Amount: type how much to trade, then press Enter"
            return Thought(self._quote(values["symbol"]), allowed=False, missing=missing)
        order = self._order(values)
        seen = preview(self.bench.session, order)
        _, lot = self.bench.view.steps(order.symbol)
        if seen.refused is not None:
            return effects.refused(seen, lot)
        resting = order.order_type is not OrderType.MARKET
        lines: list[Line] = effects.assumed_line(seen, order.symbol, resting)
        lines += self._terms(order)
        width = PREVIEW_WIDTH - 2
        if seen.quantity is not None and values["by"] != "quantity":
            size = sized(seen.after, order.symbol, seen.quantity)
            lines.append(pair("Quantity", size, width, "strong"))
        lines += effects.account_effect(seen)
        lines += effects.position_effect(seen, order.symbol)
        if order.reduce_only:
            return Thought(lines)
        self._ask(order, seen, values["days"])
        plan = self.bench.session.account.plan
        most = None if plan is None else plan.largest_loss(seen.before.equity)
        risk, far = effects.risk_effect(seen, order.symbol, most)
        late = effects.overtaken(seen, order.symbol)
        return Thought([*lines, *risk, *late], warned=far or bool(late))

    def _ask(self, order: PlaceOrder, seen: Preview, days: str) -> None:
        """Request its odds, unless it only reduces what is held."""
        horizon = optional_number(days, "Odds over")
        if horizon is not None and effects.position_of(seen.after, order.symbol) is not None:
            self.asked = Asked(order, seen.after, float(horizon))

    def _terms(self, order: PlaceOrder) -> list[Line]:
        """What else ends the order, or holds it back."""
        tick, _ = self.bench.view.steps(order.symbol)
        terms = []
        if order.order_type is OrderType.STOP_LIMIT:
            terms.append(f"if the price gaps past {fmt.price(order.limit, tick)}, it rests")
        if order.order_type is OrderType.TRAILING:
            behind = fmt.trail(order.trail, order.trail_fraction, tick)
            terms.append(f"follows the best price by {behind}")
        if order.good_for is GoodFor.DAY:
            terms.append(f"ends {fmt.when(self.bench.session.session_close(order.symbol))}")
        if order.oco is not None:
            terms.append("tied: one fills, the other ends")
        return [((f" {text}", "dim"),) for text in terms]

    def _quote(self, symbol: str) -> list[Line]:
        view = self.bench.view
        tick, lot = view.steps(symbol)
        width = PREVIEW_WIDTH - 2
        last = next((last for name, last, _ in view.prices if name == symbol), None)
        return [
            pair("Last price", fmt.price(last, tick), width, "strong"),
            pair("Smallest lot", sized(view, symbol, lot), width),
            pair("Available", fmt.money(view.available, view.currency), width),
        ]

    def done(self) -> str:
        values = self.values
        kind = values["type"].replace("_", "-")
        return f"{kind} {values['side']} {values['symbol']} sent"


def _trail(values: Values) -> tuple[Decimal | None, Decimal | None]:
    """The order's own trail, or that of the stop which it brings: a distance or a fraction."""
    if values["type"] != OrderType.TRAILING:
        return trail(values["follow"], "Trailing")
    distance = trail(values["trail"], "Trail by")
    if distance == (None, None):
        raise Unreadable("Trail by: enter a number")
    return distance


def targets_of(text: str) -> tuple[Target, ...]:
    """`110` is for the whole position; several without a share divide it evenly."""
    pieces = parts(text)
    if not pieces:
        return ()
    even = _HUNDRED / len(pieces)
    shares = [optional_number(share, "Targets") or even for _, share in pieces]
    if len(pieces) > 1 and not any(share for _, share in pieces):
        shares[-1] = _HUNDRED - sum((trim(s) for s in shares[:-1]), Decimal(0))
    if any(share <= 0 or share > _HUNDRED for share in shares):
        raise Unreadable("Targets: a share must be 1 to 100 percent")
    return tuple(
        Target(number(price, "Targets"), share / _HUNDRED)
        for (price, _), share in zip(pieces, shares, strict=True)
    )


def _tags(text: str) -> tuple[str, ...]:
    try:
        return tags_of(text)
    except Refused as fault:
        raise Unreadable(f"Tags: {str(fault).removeprefix('tags: ')}") from None
