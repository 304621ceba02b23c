"""Fills as marks on the chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

from ledger.account.event_terms import Side
from ledger.account.events.kinds import CashInLieu, Event, Fill, OrderFilled
from ledger.times import parse_time
from tui.chart.model import Mark, MarkKind

_FILLS = ("order_filled", "force_sold", "liquidated", "option_settled")


class Fills:
    """The marks of every symbol, in the order of their trades."""

    def __init__(self, past: Iterable[Mapping[str, object]]) -> None:
        self._marks: dict[str, list[Mark]] = {}
        for wire in past:
            if wire.get("type") in _FILLS:
                kind: MarkKind = "buy" if wire.get("side") == Side.BUY else "sell"
                if wire.get("type") != "order_filled":
                    kind = "forced"
                mark = _mark(wire, kind)
                if mark is not None:
                    self._marks.setdefault(str(wire.get("symbol")), []).append(mark)

    def add(self, news: Iterable[tuple[int, Event]]) -> None:
        """Add the trades among new events."""
        for _, event in news:
            if isinstance(event, Fill) and not isinstance(event, CashInLieu):
                kind: MarkKind = "buy" if event.side.sign > 0 else "sell"
                if not isinstance(event, OrderFilled):
                    kind = "forced"
                mark = Mark(event.at, float(event.price), kind)
                self._marks.setdefault(event.symbol, []).append(mark)

    def marks(self, symbol: str) -> list[Mark]:
        """The marks of one symbol."""
        return self._marks.get(symbol, [])


def _mark(wire: Mapping[str, object], kind: MarkKind) -> Mark | None:
    """The place of a fill on the chart; `None` for a damaged event, which the log shows."""
    try:
        time, price = parse_time(str(wire.get("time"))), float(str(wire.get("price")))
    except ValueError:
        return None
    return Mark(time, price, kind) if isfinite(price) else None
