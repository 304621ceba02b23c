"""A view of the account as lines and rows of text with meanings: pure, and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from ledger.account.event_terms import Direction
from ledger.account.risk.health import rises
from ledger.account.state import Cause, GoodFor, OrderType, Side
from ledger.practice.views.desk_view import CallView, DeskView, HealthView, OrderView, PositionView
from ledger.practice.views.position_view import HealthState
from tui.chart.model import Kind
from tui.text import display
from tui.text import format as fmt
from tui.widgets.gauge import Health, Rung
from tui.widgets.grid import Column, Row
from tui.widgets.lines import GLUE, Line, Run

_WIDE, _MIDDLE, _NARROW = 114, 80, 0

_COLUMNS = {
    "symbol": Column("Symbol", 8),
    "side": Column("Side", 5),
    "mode": Column("Margin", 8),
    "leverage": Column("Lev", 5, "right"),
    "quantity": Column("Quantity", 9, "right"),
    "entry": Column("Entry", 10, "right"),
    "mark": Column("Mark", 10, "right"),
    "unrealized": Column("Unrealized", 12, "right"),
    "liquidation": Column("Liq price", 10, "right"),
    "distance": Column("Distance", 8, "right"),
    "health": Column("Health", 7, "right"),
    "stop": Column("Stop", 10, "right"),
}
_CONTRACTS = Column("Contracts", 9, "right")
_SHOWN = {
    _WIDE: ("symbol", "side", "mode", "leverage", "quantity", "entry", "mark", "unrealized",
            "liquidation", "distance", "health", "stop"),
    _MIDDLE: ("symbol", "side", "quantity", "mark", "unrealized", "liquidation", "distance",
              "stop"),
    _NARROW: ("symbol", "side", "quantity", "mark", "unrealized", "liquidation", "distance"),
}  # fmt: skip


def _shown(width: int) -> tuple[str, ...]:
    return _SHOWN[next(least for least in _SHOWN if width >= least)]


def position_columns(width: int, *, contracts: bool = False) -> list[Column]:
    """The columns that fit whole; `contracts` if all quantities are contracts."""
    counted = {"quantity": _CONTRACTS} if contracts else {}
    return [{**_COLUMNS, **counted}[name] for name in _shown(width)]


def sized(view: DeskView, symbol: str, quantity: Decimal | None) -> str:
    """A quantity with its unit: `100 contracts`, or the bare number of units."""
    figure = fmt.quantity(quantity, view.steps(symbol)[1])
    return f"{figure} contracts" if symbol in view.contracts else figure


def traded(view: DeskView, symbol: str, quantity: Decimal | None) -> str:
    """The same with its symbol: `100 contracts of XBTUSD`, `100 ACME`."""
    figure = sized(view, symbol, quantity)
    return f"{figure} of {symbol}" if symbol in view.contracts else f"{figure} {symbol}"


def position_rows(view: DeskView, width: int) -> list[Row]:
    """The open positions, in the order they are listed."""
    return [
        (p.symbol, tuple(_position_cell(name, p, view) for name in _shown(width)))
        for p in view.positions
    ]


def _position_cell(name: str, position: PositionView, view: DeskView) -> Run:
    if name in _PRICES:
        tick, _ = view.steps(position.symbol)
        price = fmt.price(_PRICES[name](position), tick)
        if name == "entry" and display.hides_entry():
            price = display.HIDDEN
        return price, "strong" if name == "liquidation" else ""
    return _CELLS[name](position, view)


_PRICES: dict[str, Callable[[PositionView], Decimal | None]] = {
    "entry": lambda p: p.entry,
    "mark": lambda p: p.mark,
    "stop": lambda p: p.stop,
    "liquidation": lambda p: p.liquidation_tick,
}
_CELLS: dict[str, Callable[[PositionView, DeskView], Run]] = {
    "symbol": lambda p, _: (p.symbol, "strong"),
    "side": lambda p, _: (p.side.upper(), "up" if p.side is Direction.LONG else "down"),
    "mode": lambda p, _: (p.mode, ""),
    "leverage": lambda p, _: (f"{fmt.quantity(p.leverage)}x", ""),
    "quantity": lambda p, view: (fmt.quantity(p.quantity, view.steps(p.symbol)[1]), ""),
    "unrealized": lambda p, view: open_result(p, view.currency),
    "distance": lambda p, _: (fmt.percent(p.liquidation_distance), p.health.state),
    "health": lambda p, _: (fmt.percent(p.health.value), p.health.state),
}


def open_result(position: PositionView, currency: str) -> Run:
    """The result of an open trade: in money, or in R where that is hidden."""
    if display.chosen() is display.Display.ALL:
        return result(position.unrealized, currency)
    if not position.risk:
        return fmt.NOTHING, ""
    return fmt.signed(f"{position.unrealized / position.risk:.2f}") + " R", ""


def hides_result(view: DeskView) -> bool:
    """Whether a figure that holds an open result is hidden: all money is, or the entry."""
    return display.hides_money() or (display.hides_entry() and bool(view.positions))


def result(amount: Decimal, currency: str) -> Run:
    if display.hides_money():
        return display.HIDDEN, ""
    return fmt.signed_money(amount, currency), "up" if amount > 0 else "down" if amount < 0 else ""


ORDER_COLUMNS = (
    Column("Order", 5),
    Column("Type", 12),
    Column("Side", 4),
    Column("Price", 10, "right"),
    Column("Quantity", 9, "right"),
    Column("Symbol", 7),
)


def order_columns(*, contracts: bool) -> list[Column]:
    """The columns of resting orders; `contracts` if all quantities are contracts."""
    return [_CONTRACTS if contracts and c.title == "Quantity" else c for c in ORDER_COLUMNS]


_CAUSES = {"stop_loss": "stop loss", "take_profit": "target"}


def order_kind(order: OrderView) -> str:
    """What an order is for, or else its type, and whether it ends with the session."""
    if order.cause in _CAUSES:
        return "stop, trails" if order.order_type is OrderType.TRAILING else _CAUSES[order.cause]
    if order.good_for is GoodFor.GTC:
        return order.order_type.replace("_", "-")
    return f"{order.order_type.replace('stop_limit', 'stop-lim')} day"


def order_rows(view: DeskView) -> list[Row]:
    """The resting orders, in the order they were placed."""
    return [(order.id, _order_cells(order, view)) for order in view.orders]


def _order_cells(order: OrderView, view: DeskView) -> tuple[Run, ...]:
    tick, lot = view.steps(order.symbol)
    return (
        (order.id, "dim"),
        (order_kind(order), "strong"),
        (order.side.upper(), "up" if order.side is Side.BUY else "down"),
        (fmt.price(order.level, tick), ""),
        (fmt.quantity(order.quantity, lot), ""),
        (order.symbol, ""),
    )


def result_lines(view: DeskView, width: int) -> list[Line]:
    """Where the result comes from; the parts add up to the change since the deposits."""
    foreign = "Funding" if view.borrows else "Interest"
    parts = [part for part in _parts(view) if part[0] != foreign or part[1]]
    parts.append(("= Result", view.equity - view.deposited))
    hidden = ("Unrealized", "= Result") if hides_result(view) else ()
    return [
        pair(name, display.HIDDEN, width)
        if name in hidden
        else pair(name, *_shownresult(amount, view.currency, width))
        for name, amount in parts
    ]


_ALWAYS = ("Unrealized", "Realized", "Interest", "Fees", "Funding")


def _parts(view: DeskView) -> list[tuple[str, Decimal]]:
    """The parts of the result, to the last unit, with what a loss left to the venue."""
    amounts = (view.unrealized, view.realized, -view.interest, -view.fees, -view.funding)
    parts = [*zip(_ALWAYS, amounts, strict=True)]
    if view.overnight:
        parts.append(("Overnight", -view.overnight))
    if view.credit:
        parts.append(("Credit interest", view.credit))
    if view.dividends:
        parts.append(("Dividends", view.dividends))
    other = view.equity - view.deposited - sum((amount for _, amount in parts), Decimal(0))
    return [*parts, ("Borne by the venue", other)] if other else parts


def _shownresult(amount: Decimal, currency: str, width: int) -> tuple[str, int, str]:
    text, meaning = result(amount, currency)
    return text, width, meaning


def levels(
    held: PositionView | None, view: DeskView, symbol: str
) -> list[tuple[str, Kind, Decimal]]:
    """Prices that matter on the chart: the position's, and orders that wait to open one."""
    shown: list[tuple[str, Kind, Decimal]] = []
    last = next((price for name, price, _ in view.prices if name == symbol), None)
    if last is not None:
        shown.append(("last", "last", last))
    if held is not None:
        shown += [] if display.hides_entry() else [("entry", "entry", held.entry)]
        named: tuple[tuple[str, Kind, Decimal | None], ...] = (
            ("call", "call", held.call_tick),
            ("liq", "liquidation", held.liquidation_tick),
            ("stop", "stop", held.stop),
        )
        shown += [(name, kind, price) for name, kind, price in named if price is not None]
        shown += [("target", "target", price) for price in held.targets]
    for order in view.orders:
        if order.symbol == symbol and order.cause is Cause.TRADER and order.level is not None:
            kind = order.order_type.replace("_limit", "-lim")
            shown.append((f"{order.side} {kind}", "entry", order.level))
    return shown


def detail_lines(held: PositionView, view: DeskView) -> list[Line]:
    """What the narrow table has no room for."""
    tick, _ = view.steps(held.symbol)
    money = view.currency
    blind = display.hides_entry()
    entry, margin = fmt.price(held.entry, tick), fmt.money(held.margin, money)
    first = (
        f" {held.symbol}  {fmt.quantity(held.leverage)}x {held.mode}  entry "
        f"{display.HIDDEN if blind else entry}  margin {display.HIDDEN if blind else margin}  "
        f"value {fmt.money(held.notional, money)}"
    )
    trails = ""
    if held.stop_trail is not None or held.stop_trail_fraction is not None:
        trails = f" trails by {fmt.trail(held.stop_trail, held.stop_trail_fraction, tick)}"
    targets = ", ".join(fmt.price(price, tick) for price in held.targets) or fmt.NOTHING
    second = (
        f" call {fmt.price(held.call_tick, tick)}  liquidation "
        f"{fmt.price(held.liquidation_tick, tick)}  stop {fmt.price(held.stop, tick)}"
        f"{trails}  target {targets}"
    )
    third = f" health {fmt.percent(held.health.value, 2)}  {_risks(held, money)}"
    return [[(first, "")], [(second, "")], [(third, "dim")]]


def _risks(held: PositionView, currency: str) -> str:
    """What was planned to be lost, and what would be lost at the stop that stands now."""
    now = "no stop" if held.open_risk is None else f"open {fmt.money(held.open_risk, currency)}"
    return f"risk planned {fmt.money(held.risk, currency)}, {now}"


def sum_line(view: DeskView) -> Line:
    """The same sum on one line, for the foot of the positions; without zeros if it is long.

    Where the result is hidden: each position in R, and how far away its stop is.
    """
    if hides_result(view):
        return [run for held in view.positions for run in _in_r(held, view.currency)]
    parts = _parts(view)
    optional = ("Interest", "Funding") if len(parts) == len(_ALWAYS) else _ALWAYS
    runs: list[Run] = []
    for name, amount in parts:
        if amount or name not in optional:
            runs += [(f"  {name.lower()}{GLUE}" if runs else f" {name.lower()}{GLUE}", "dim")]
            runs += [result(amount, view.currency)]
    total = view.equity - view.deposited
    return [*runs, (f"  ={GLUE}{GLUE}", "dim"), result(total, view.currency)]


def _in_r(held: PositionView, currency: str) -> list[Run]:
    away = None if held.stop is None or not held.mark else abs(held.mark - held.stop) / held.mark
    stop = "no stop" if away is None else f"stop {fmt.percent(away)} away"
    return [(f" {held.symbol} ", "dim"), open_result(held, currency), (f"  {stop} ", "dim")]


def pair(name: str, figure: str, width: int, meaning: str = "") -> Line:
    """A name at the left and its figure at the right; the figure is never cut."""
    name = name[: max(width - len(figure) - 3, 0)]
    gap = max(width - len(name) - len(figure) - 2, 1)
    return ((f" {name}", "dim"), (" " * gap, ""), (f"{figure} ", meaning))


def rule(width: int) -> Line:
    """A thin line, as wide as a pair."""
    return ((f" {'─' * max(width - 2, 0)} ", "dim"),)


_RUNGS: dict[HealthState, Rung] = {
    HealthState.SAFE: "safe",
    HealthState.WARNED: "warned",
    HealthState.CALLED: "called",
    HealthState.LIQUIDATING: "liquidating",
}


def health_of(view: HealthView, name: str = "Health") -> Health:
    """Health for the gauge: an equity ratio is worse when low, a margin ratio when high."""
    worse: Literal["low", "high"] = "high" if rises(view.name) else "low"
    return Health(name, view.value, view.call, view.liquidation, worse, _RUNGS[view.state])


def health_words(health: HealthView) -> str:
    """The name of the venue's measure."""
    return health.name.replace("_", " ").capitalize()


def sold_of(view: DeskView, call: CallView) -> str:
    """The sale that cures, of both sides if one alone does not."""
    sales = ((call.sell_symbol, call.sell_quantity), *call.sell_also)
    return " and ".join(traded(view, symbol, size) for symbol, size in sales)


def call_line(view: DeskView, call: CallView, width: int) -> Line:
    """The standing alert: what is required, by when, and the key that answers."""
    money = view.currency
    required = f"deposit {fmt.money(call.shortfall, money)} or sell "
    required += sold_of(view, call)
    parts = [
        f" ! MARGIN CALL  {fmt.percent(call.health.value, 2)} against "
        f"{fmt.percent(call.health.call, 2)}",
        required if call.shortfall else "nothing is owed now, but the call still stands",
        due_words(call.due, view.time),
        "a answers",
    ]
    while len("   ".join(parts)) > width and len(parts) > 2:
        parts.pop(2)
    return (("   ".join(parts), "alert"),)


def due_words(due: int | None, now: int) -> str:
    """When a call falls due, and how long that is."""
    if due is None:
        return "no deadline: the venue liquidates at its level"
    if due <= now:
        return "due now"
    return f"due {fmt.when(due)}, {fmt.duration(due - now)} left"


def joined(lines: Sequence[Line]) -> str:
    """Lines as plain text, for copying and for tests."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)
