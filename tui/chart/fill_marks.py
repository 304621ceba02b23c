"""Where something was traded, as marks on the chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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
                mark = Mark(parse_time(str(wire["time"])), float(str(wire["price"])), kind)
                self._marks.setdefault(str(wire["symbol"]), []).append(mark)

    def add(self, news: Iterable[tuple[int, Event]]) -> None:
        """Trades among the news."""
        for _, event in news:
            if isinstance(event, Fill) and not isinstance(event, CashInLieu):
                kind: MarkKind = "buy" if event.side.sign > 0 else "sell"
                if not isinstance(event, OrderFilled):
                    kind = "forced"
                mark = Mark(event.at, float(event.price), kind)
                self._marks.setdefault(event.symbol, []).append(mark)

    def marks(self, symbol: str) -> list[Mark]:
        """Those of one symbol."""
        return self._marks.get(symbol, [])
