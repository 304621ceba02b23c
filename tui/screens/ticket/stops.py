"""Stop and target of an open position, moved on record; and an order cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from ledger.account.commands import (
    CancelOrder,
    MoveStop,
    MoveTarget,
    RemoveStop,
    TraderCommand,
)
from ledger.account.state import Cause
from ledger.money import plain, trim
from ledger.practice.views.desk_view import OrderView, PositionView
from ledger.practice.views.position_view import gain_at
from ledger.practice.views.preview import preview
from tui.panels.desk_figures import order_kind, pair, sized
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, SideForm, Thought, Values
from tui.text import format as fmt
from tui.text.entry import Unreadable, optional_number, trail
from tui.widgets.lines import Line

_W = PREVIEW_WIDTH - 2


class GuardForm(SideForm):
    """Empty removes it, 0 is the entry price; what moving it gives away in R is shown before."""

    heading = "Stop and target"

    def fields(self) -> Sequence[Field]:
        held = effects.position_of(self.bench.view, self.bench.symbol)
        stop = held.stop if held else None
        follows = typed_trail(held.stop_trail, held.stop_trail_fraction) if held else ""
        hint = "empty: none, 0: entry"
        several = len(self._targets()) > 1
        return (
            Field("stop", "Stop", typed(stop), hint=hint),
            *(
                Field(_row(n), f"Target {n}" if several else "Target", typed(o.limit), hint=hint)
                for n, o in enumerate(self._targets(), 1)
            ),
            *(() if self._targets() else (Field(_row(1), "Target", hint=hint),)),
            Field("trail", "Trailing", follows, hint="the stop, by 5 or 5%"),
        )

    def commands(self, values: Values) -> list[TraderCommand]:
        """The commands for what differs from the present stop and targets."""
        symbol = self.bench.symbol
        held = effects.position_of(self.bench.view, symbol)
        if held is None:
            return []
        commands: list[TraderCommand] = self._stop(values, held)
        targets = self._targets()
        for n, order in enumerate(targets, 1):
            price = self._price(values[_row(n)], "Target")
            if price is None:
                commands.append(CancelOrder(id=order.id))
            elif price != order.limit:
                commands.append(MoveTarget(symbol=symbol, id=order.id, price=price))
        if not targets and (price := self._price(values[_row(1)], "Target")) is not None:
            commands.append(MoveTarget(symbol=symbol, price=price))
        return commands

    def _stop(self, values: Values, held: PositionView) -> list[TraderCommand]:
        """A changed price fixes the stop there, a changed trail makes it trail."""
        stop = self._price(values["stop"], "Stop")
        distance, fraction = trail(values["trail"], "Trailing")
        moved = stop != held.stop
        trails = (distance, fraction) != (held.stop_trail, held.stop_trail_fraction)
        if trails and (distance is not None or fraction is not None):
            if stop is not None and moved:
                raise Unreadable("Stop: change the price or the trail, not both")
            return [MoveStop(symbol=held.symbol, trail=distance, trail_fraction=fraction)]
        if stop is not None and (moved or trails):
            return [MoveStop(symbol=held.symbol, price=stop)]
        return [RemoveStop(symbol=held.symbol)] if stop is None and held.stop is not None else []

    def _targets(self) -> list[OrderView]:
        orders = self.bench.view.orders
        return [o for o in orders if o.symbol == self.bench.symbol and o.cause is Cause.TAKE_PROFIT]

    def _price(self, text: str, name: str) -> Decimal | None:
        price = optional_number(text, name)
        if price is None or price:
            return price
        held = effects.position_of(self.bench.view, self.bench.symbol)
        tick, _ = self.bench.view.steps(self.bench.symbol)
        assert held is not None
        return trim((held.entry / tick).quantize(Decimal(1), ROUND_HALF_EVEN) * tick)

    def think(self, values: Values) -> Thought:
        """The money at risk with it, and what it gives away."""
        self.border_title = f"Stop and target {fmt.plain(self.bench.symbol, 16)}"
        commands = self.commands(values)
        if not commands:
            return Thought(
                [((" Nothing changed yet", "dim"),)],
                allowed=False,
                missing="Change the stop or a target first",
            )
        seen = preview(self.bench.session, *commands)
        if seen.refused is not None:
            return effects.refused(seen)
        lines: list[Line] = []
        warned = False
        if seen.widened_r is not None:
            words = f" Moved away: risk up by {fmt.multiple(seen.widened_r)} "
            lines.append(((words, "alert"),))
            warned = True
        held = effects.position_of(seen.after, self.bench.symbol)
        if bare := effects.unstopped(seen, self.bench.symbol, "alert"):
            lines += bare
            warned = True
        lines += self._loss(held.stop if held else None)
        lines += effects.position_effect(seen, self.bench.symbol)
        late = effects.overtaken(seen, self.bench.symbol)
        return Thought([*lines, *late], warned=warned or bool(late))

    def _loss(self, stop: Decimal | None) -> list[Line]:
        """The loss at the stop from the entry, without fees."""
        held = effects.position_of(self.bench.view, self.bench.symbol)
        if held is None or stop is None:
            return []
        result = gain_at(self.bench.session.account, held, stop)
        text = fmt.signed_money(result, self.bench.view.currency)
        return [pair("From entry to stop", text, _W, "down" if result < 0 else "up")]

    def done(self) -> str:
        return f"stop and target of {self.bench.symbol} changed"


def _row(n: int) -> str:
    """The field of the target with this number: each of several has its own."""
    return "target" if n == 1 else f"target-{n}"


def typed(price: Decimal | None) -> str:
    """A number as it would be typed."""
    return "" if price is None else plain(trim(price))


def typed_trail(distance: Decimal | None, fraction: Decimal | None) -> str:
    """A trail as it would be typed: a distance, or a percentage."""
    return typed(distance) if fraction is None else f"{typed(fraction.scaleb(2))}%"


class CancelForm(SideForm):
    """Cancel one resting order; one Enter, since it can be placed again."""

    heading = "Cancel order"
    once = "cancels the order"

    def __init__(self, bench: Bench, order: OrderView) -> None:
        super().__init__(bench)
        self._order = order

    def commands(self, values: Values) -> list[TraderCommand]:
        return [CancelOrder(id=self._order.id)]

    def think(self, values: Values) -> Thought:
        order = self._order
        tick, _ = self.bench.view.steps(order.symbol)
        summary = f"{order.side} {sized(self.bench.view, order.symbol, order.quantity)}"
        lines: list[Line] = [
            pair(f"{order.id} {order_kind(order)}", summary, _W),
            pair(order.symbol, fmt.price(order.level, tick), _W),
        ]
        if order.limit is not None and order.limit != order.level:
            lines.append(pair("Limit", fmt.price(order.limit, tick), _W))
        if order.trail is not None or order.trail_fraction is not None:
            trails = fmt.trail(order.trail, order.trail_fraction, tick)
            lines.append(pair("Trails by", trails, _W))
        tied = self._tied()
        if tied:
            lines.append(((f" Ends with it: {fmt.plain(tied, 24)}", "warned"),))
        if order.cause is Cause.STOP_LOSS:
            seen = preview(self.bench.session, CancelOrder(id=order.id))
            lines += effects.unstopped(seen, order.symbol, "alert")
        return Thought(lines)

    def _tied(self) -> str:
        """The orders that are cancelled with it."""
        group = self._order.oco or self._order.id
        others = (o for o in self.bench.view.orders if o.id != self._order.id)
        return ", ".join(o.id for o in others if group == (o.oco or o.id))

    def done(self) -> str:
        return f"order {self._order.id} cancelled"
