"""Amending a resting order: its present terms, each of which may be overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.account.commands import AmendOrder, TraderCommand
from ledger.account.state import Cause, OrderType
from ledger.practice.views.desk_view import OrderView
from ledger.practice.views.preview import preview
from tui.panels.desk_figures import order_kind, pair, sized
from tui.screens.ticket import effects
from tui.screens.ticket.form import PREVIEW_WIDTH, Bench, Field, SideForm, Thought, Values
from tui.screens.ticket.order import targets_of
from tui.screens.ticket.stops import typed, typed_trail
from tui.text import format as fmt
from tui.text.entry import Unreadable, number, optional_number, trail
from tui.widgets.lines import Line

_W = PREVIEW_WIDTH - 2


class AmendForm(SideForm):
    """The terms of one order, and what it will bring; the engine's answer is below."""

    heading = "Amend order"

    def __init__(self, bench: Bench, order: OrderView) -> None:
        super().__init__(bench)
        self._order = order

    def fields(self) -> Sequence[Field]:
        order = self._order
        follows = typed_trail(order.trail, order.trail_fraction)
        waits = order.trigger is not None and not order.triggered
        fields = []
        if waits and (order.order_type is not OrderType.TRAILING or order.cause is Cause.STOP_LOSS):
            fields.append(Field("trigger", "Trigger", typed(order.trigger)))
        if order.limit is not None:
            fields.append(Field("limit", "Limit", typed(order.limit)))
        if order.cause is not Cause.STOP_LOSS:
            fields.append(Field("quantity", "Quantity", typed(order.quantity)))
        if self._trails():
            fields.append(Field("trail", "Trail by", follows, hint="5 in price, or 5%"))
        elif self._brings():
            fields.append(Field("trail", "Trailing", follows, hint="the stop, by 5 or 5%"))
        if self._brings():
            fields.append(Field("stop", "Stop", typed(order.stop_loss), hint="stop loss, or empty"))
            hint = "price, or 110:50 120:50"
            fields.append(Field("targets", "Targets", self._targets(), hint=hint, limit=80))
        return fields

    def _trails(self) -> bool:
        """Whether the order itself trails the price, or may: not the stop that it brings."""
        order = self._order
        return order.order_type is OrderType.TRAILING or order.cause is Cause.STOP_LOSS

    def _brings(self) -> bool:
        """Whether its fill activates a stop and targets."""
        return self._order.cause is Cause.TRADER and not self._order.reduce_only

    def _targets(self) -> str:
        """Its targets as they would be typed: prices alone if they share the position evenly."""
        targets = self._order.targets
        prices = " ".join(typed(target.price) for target in targets)
        if targets_of(prices) == targets:
            return prices
        shares = (typed(target.fraction.scaleb(2)) for target in targets)
        pairs = zip(prices.split(), shares, strict=True)
        return " ".join(f"{price}:{share}" for price, share in pairs)

    def commands(self, values: Values) -> list[TraderCommand]:
        """The terms that differ from the present ones; empty if none do."""
        order = self._order
        new = {
            name: number(values[name], name.capitalize())
            for name in ("quantity", "limit", "trigger")
            if name in values
        }
        terms: dict[str, Any] = {
            name: value for name, value in new.items() if value != getattr(order, name)
        }
        terms |= self._protection(values) if self._brings() else {}
        if self._trails():
            follows = trail(values["trail"], "Trail by")
            if follows not in ((None, None), (order.trail, order.trail_fraction)):
                terms |= {"trail": follows[0], "trail_fraction": follows[1]}
            elif follows == (None, None) and order.cause is not Cause.STOP_LOSS:
                raise Unreadable("Trail by: enter a number")
            elif follows != (order.trail, order.trail_fraction):
                terms["trigger"] = new["trigger"]  # it no longer trails
        return [AmendOrder(id=order.id, **terms)] if terms else []

    def _protection(self, values: Values) -> dict[str, Any]:
        """The stop and targets that it will bring, if they change; an empty field means none."""
        order = self._order
        terms: dict[str, Any] = {}
        stop = optional_number(values["stop"], "Stop")
        present = (order.trail, order.trail_fraction)
        follows = present if self._trails() else trail(values["trail"], "Trailing")
        if (stop, follows) != (order.stop_loss, present):
            terms = {"stop_loss": stop, "remove_stop": True}
            if not self._trails():
                terms |= {"trail": follows[0], "trail_fraction": follows[1]}
        if values["targets"].split() != self._targets().split():
            terms["targets"] = targets_of(values["targets"])
        return terms

    def think(self, values: Values) -> Thought:
        order = self._order
        self.border_title = f"Amend {fmt.plain(order.id, 20)}"
        tick, lot = self.bench.view.steps(order.symbol)
        size = sized(self.bench.view, order.symbol, order.quantity)
        summary = f"{order.side} {size} at {fmt.price(order.level, tick)}"
        lines: list[Line] = [pair(order_kind(order), summary, _W)]
        commands = self.commands(values)
        if not commands:
            unchanged: Line = ((" Nothing changed yet", "dim"),)
            missing = "Change one of its terms first"
            return Thought([*lines, unchanged], allowed=False, missing=missing)
        seen = preview(self.bench.session, *commands)
        if seen.refused is not None:
            refused = effects.refused(seen, lot)
            return Thought([*lines, *refused.lines], allowed=False)
        if seen.widened_r is not None:
            words = f" Moved away: risk up by {fmt.multiple(seen.widened_r)} "
            lines.append(((words, "alert"),))
        lines += effects.assumed_line(seen, order.symbol, resting=True)
        if seen.quantity is not None:
            lines += effects.account_effect(seen)
        lines += effects.position_effect(seen, order.symbol)
        lines += effects.unstopped(seen, order.symbol) if self._brings() else []
        late = effects.overtaken(seen, order.symbol)
        return Thought([*lines, *late], warned=seen.widened_r is not None or bool(late))

    def done(self) -> str:
        return f"order {self._order.id} amended"
