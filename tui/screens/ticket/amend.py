"""A resting order on other terms: its present values, each of which may be typed over."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger.account.commands import AmendOrder, TraderCommand
from ledger.account.state import Cause, OrderType
from ledger.practice.preview import preview
from ledger.practice.view import OrderView
from tui import format as fmt
from tui.entry import Unreadable, number, trail
from tui.figures import order_kind, pair, sized
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, SideForm, Thought, Values
from tui.screens.ticket.guard import typed, typed_trail
from tui.widgets.lines import Line

_W = PREVIEW_WIDTH - 2


class AmendForm(SideForm):
    """Price, quantity, trigger and trail of one order; the engine's answer stands below."""

    heading = "Amend order"

    def __init__(self, bench: Bench, order: OrderView) -> None:
        super().__init__(bench)
        self._order = order

    def fields(self) -> Sequence[Field]:
        """What this order has, as it stands."""
        order = self._order
        follows = typed_trail(order.trail, order.trail_fraction)
        waits = order.trigger is not None and not order.triggered
        found = []
        if waits and (order.order_type is not OrderType.TRAILING or order.cause is Cause.STOP_LOSS):
            found.append(Field("trigger", "Trigger", typed(order.trigger)))
        if order.limit is not None:
            found.append(Field("limit", "Limit", typed(order.limit)))
        if order.cause is not Cause.STOP_LOSS:
            found.append(Field("quantity", "Quantity", typed(order.quantity)))
        if order.order_type is OrderType.TRAILING or order.cause is Cause.STOP_LOSS:
            found.append(Field("trail", "Trail by", follows, hint="5 in price, or 5%"))
        elif follows:
            found.append(Field("trail", "Trailing", follows, hint="the stop, by 5 or 5%"))
        return found

    def commands(self, values: Values) -> list[TraderCommand]:
        """What differs from what stands; nothing where nothing does."""
        order = self._order
        new = {
            name: number(values[name], name.capitalize())
            for name in ("quantity", "limit", "trigger")
            if name in values
        }
        terms: dict[str, Decimal | None] = {
            name: value for name, value in new.items() if value != getattr(order, name)
        }
        follows = trail(values.get("trail", ""), "Trail by")
        if follows != (order.trail, order.trail_fraction):
            if follows != (None, None):
                terms |= {"trail": follows[0], "trail_fraction": follows[1]}
            elif order.cause is Cause.STOP_LOSS:
                terms["trigger"] = new["trigger"]  # it stands still there
            else:
                raise Unreadable("Trail by: a number is needed")
        return [AmendOrder(id=order.id, **terms)] if terms else []

    def think(self, values: Values) -> Thought:
        """What the order would be, and what its fill would do."""
        order = self._order
        self.border_title = f"Amend {fmt.plain(order.id, 20)}"
        tick, lot = self.bench.view.steps(order.symbol)
        size = sized(self.bench.view, order.symbol, order.quantity)
        wish = f"{order.side} {size} at {fmt.price(order.level, tick)}"
        lines: list[Line] = [pair(order_kind(order), wish, _W)]
        wanted = self.commands(values)
        if not wanted:
            return Thought([*lines, ((" Nothing is changed yet", "dim"),)], allowed=False)
        seen = preview(self.bench.session, *wanted)
        if seen.refused is not None:
            refused = effects.refused(seen, lot)
            return Thought([*lines, *refused.lines], allowed=False)
        if seen.widened_r is not None:
            words = f" Moved away: {fmt.multiple(seen.widened_r)} given away "
            lines.append(((words, "alert"),))
        lines += effects.assumed_line(seen, order.symbol, resting=True)
        if seen.quantity is not None:
            lines += effects.account_effect(seen)
        lines += effects.position_effect(seen, order.symbol)
        late = effects.overtaken(seen, order.symbol)
        return Thought([*lines, *late], warned=seen.widened_r is not None or bool(late))

    def done(self) -> str:
        """What was done."""
        return f"order {self._order.id} amended"
