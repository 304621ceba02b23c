"""An account and its twin side by side, and the rows of the table that shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, Self

from ledger.account.event_terms import ClosedBy
from ledger.account.events.kinds import Event
from ledger.account.state import Account
from ledger.books.wire.codec import to_wire
from ledger.market.quote import Market
from ledger.money import plain, settle
from ledger.practice.sessions.ledger_reader import Reading
from ledger.practice.views.desk_view import DeskView, view
from ledger.practice.views.position_view import PositionView
from ledger.practice.words import formats
from ledger.practice.words.formats import NOTHING
from ledger.practice.words.wording import figure
from ledger.times import iso

Wire = Mapping[str, Any]

FORCED = ("liquidated", "force_sold", "venue_closed")
REFUSED = ("order_refused", "action_refused")
_CLOSED = (*FORCED, "position_closed")
_BY_FORCE = frozenset(
    {
        ClosedBy.FORCED_SALE.value,
        ClosedBy.LIQUIDATION.value,
        ClosedBy.DELISTING.value,
        ClosedBy.AUTO_DELEVERAGING.value,
    }
)
"""Closings that the forced exit before them tells of."""
_KEPT = 20


@dataclass(frozen=True, slots=True)
class Past:
    """The latest closings and refusals of an account, and the first exit that was forced."""

    seq: int = 0
    """The last event that counts."""
    closed: tuple[Wire, ...] = ()
    refused: tuple[Wire, ...] = ()
    forced: Wire | None = None

    def after(self, name: str, news: Iterable[tuple[int, Event]]) -> Self:
        """With what has happened since."""
        fresh = [(seq, event) for seq, event in news if seq > self.seq]
        wires = [to_wire(event, seq, name) for seq, event in fresh]
        forced = next((wire for wire in wires if wire["type"] in FORCED), None)
        return replace(
            self,
            seq=fresh[-1][0] if fresh else self.seq,
            closed=(*self.closed, *filter(_closes, wires))[-_KEPT:],
            refused=(*self.refused, *(w for w in wires if w["type"] in REFUSED))[-_KEPT:],
            forced=self.forced or forced,
        )


def _closes(wire: Wire) -> bool:
    return wire["type"] in _CLOSED and wire.get("closed_by") not in _BY_FORCE


def past_of(account: Reading) -> Past:
    """The same from the record."""
    forced = account.page(1, FORCED, oldest=True)
    return Past(
        account.last_seq(),
        closed=tuple(filter(_closes, account.page(_KEPT, _CLOSED))),
        refused=tuple(account.page(_KEPT, REFUSED)),
        forced=forced[0] if forced else None,
    )


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `result` is what it made of what was paid in, `paid` its interest, fees,
    funding and nights, less what its cash earned."""

    account: str
    venue: str
    mode: str
    view: DeskView
    past: Past

    @property
    def result(self) -> Decimal:
        shown = self.view
        return settle(shown.equity + shown.savings - shown.deposited, shown.currency)

    @property
    def paid(self) -> Decimal:
        seen = self.view
        return seen.interest + seen.fees + seen.funding + seen.overnight - seen.credit

    def held(self, symbol: str) -> PositionView | None:
        """Its position in a symbol."""
        return next((each for each in self.view.positions if each.symbol == symbol), None)

    def wire(self) -> dict[str, Any]:
        """As JSON has it."""
        shown, health = self.view, self.view.health
        return {
            "account": self.account,
            "venue": self.venue,
            "mode": self.mode,
            "equity": plain(shown.equity),
            "result": plain(self.result),
            "interest": plain(settle(shown.interest, shown.currency)),
            "fees": plain(settle(shown.fees, shown.currency)),
            "funding": plain(settle(shown.funding, shown.currency)),
            "overnight": plain(settle(shown.overnight, shown.currency)),
            "credit_interest": plain(settle(shown.credit, shown.currency)),
            "health": {"name": health.name, "value": _plain(health.value)},
            "positions": [_position(each) for each in shown.positions],
            "closed": list(self.past.closed),
            "refused": list(self.past.refused),
        }


@dataclass(frozen=True, slots=True)
class Both:
    """The account, and its twin."""

    first: Side
    second: Side

    @property
    def names(self) -> tuple[str, str]:
        """What tells them apart: their modes, else their rule books."""
        if self.first.mode != self.second.mode:
            return self.first.mode, self.second.mode
        return self.first.venue, self.second.venue

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second

    @property
    def symbols(self) -> tuple[str, ...]:
        """What either of them holds."""
        held = {each.symbol for side in self.sides for each in side.view.positions}
        return tuple(symbol for symbol, _, _ in self.first.view.listed if symbol in held)

    def refused_alone(self) -> tuple[list[Wire], list[Wire]]:
        """What one of them refused and the other did not."""
        keys = [[_what(wire) for wire in side.past.refused] for side in self.sides]
        return (
            [w for w in self.first.past.refused if _what(w) not in keys[1]],
            [w for w in self.second.past.refused if _what(w) not in keys[0]],
        )

    def wire(self) -> dict[str, Any]:
        """As JSON has it, without words."""
        first = self.first.view
        return {
            "time": iso(first.time),
            "currency": first.currency,
            "account": self.first.wire(),
            "twin": self.second.wire(),
        }


def side_of(account: Account, market: Market, past: Past) -> Side:
    """An account valued in this market."""
    book, mode = account.rulebook.id, account.mode.value
    return Side(account.name, book, mode, view(account, market), past)


def _what(wire: Wire) -> tuple[Any, ...]:
    """When it was asked for, and what."""
    return tuple(wire.get(key) for key in ("time", "type", "action", "symbol", "side"))


def _position(held: PositionView) -> dict[str, Any]:
    figures = {
        "quantity": held.quantity,
        "leverage": held.leverage,
        "entry_price": held.entry,
        "mark": held.mark,
        "unrealized_pnl": held.unrealized,
        "margin": held.margin,
        "call_price": held.call_price,
        "liquidation_price": held.liquidation_price,
        "distance": held.distance,
        "health": held.health.value,
    }
    return {
        "symbol": held.symbol,
        "side": held.side.value,
        "mode": held.mode.value,
        **{name: _plain(value) for name, value in figures.items()},
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


Row = tuple[str, str, str]
"""What it is, and the figure on either side."""


def rows(both: Both) -> list[Row]:
    """Money and health, then each position."""
    money = both.first.view.currency
    found = [
        _row("equity", both, lambda side: formats.money(side.view.equity, money)),
        _row("result", both, lambda side: formats.money(side.result, money)),
        _row(_measure(both), both, lambda side: formats.percent(side.view.health.value, 2)),
        _row("interest", both, lambda side: formats.money(side.view.interest, money)),
        _row("fees", both, lambda side: formats.money(side.view.fees, money)),
        _row("funding", both, lambda side: formats.money(side.view.funding, money)),
    ]
    if any(side.view.overnight for side in both.sides):
        found.append(_row("overnight", both, lambda s: formats.money(s.view.overnight, money)))
    if any(side.view.credit for side in both.sides):
        found.append(_row("credit interest", both, lambda s: formats.money(s.view.credit, money)))
    for symbol in both.symbols:
        found += _of_position(both, symbol)
    return found


def _measure(both: Both) -> str:
    """What health is called where both are judged by the same measure."""
    names = {side.view.health.name for side in both.sides}
    return names.pop().replace("_", " ") if len(names) == 1 else "health"


def _row(label: str, both: Both, shown: Any) -> Row:
    return label, shown(both.first), shown(both.second)


def _of_position(both: Both, symbol: str) -> list[Row]:
    money = both.first.view.currency
    held = [side.held(symbol) for side in both.sides]

    def row(label: str, shown: Any) -> Row:
        one, other = (NOTHING if each is None else shown(each) for each in held)
        return label, one, other

    tick, _ = both.first.view.steps(symbol)
    level = partial(_level, decimals=max(0, -int(tick.normalize().as_tuple().exponent)))
    found = [
        row(symbol, _size),
        row("  unrealized", lambda p: formats.money(p.unrealized, money)),
        row("  margin", lambda p: formats.money(p.margin, money)),
        row("  health", lambda p: formats.percent(p.health.value, 2)),
    ]
    if any(each is not None and each.call_price is not None for each in held):
        found.append(row("  call", lambda p: level(p.call_tick, p.call_distance)))
    return [
        *found,
        row("  liquidation", lambda p: level(p.liquidation_tick, p.liquidation_distance)),
    ]


def _size(held: PositionView) -> str:
    return f"{held.side.value} {figure(plain(held.quantity))}, {figure(plain(held.leverage))}x"


def _level(price: Decimal | None, away: Decimal | None, *, decimals: int) -> str:
    """The tick at which the engine acts, as on the desk, and how far it is to the level."""
    if price is None:
        return "never"
    far = "" if away is None else f", {formats.percent(away, 2)} away"
    return f"{formats.fixed(price, decimals)}{far}"
