"""`[[do]]` with orders, stops and targets: checked and turned into commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.state import PRICES_OF, OrderType, Side, Target
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Rulebook
from ledger.money import ONE, ZERO, atom, fits, plain
from ledger.practice.rehearsals.tables import (
    AmendTable,
    CloseTable,
    MoveTargetTable,
    NamedTargetTable,
    OrderTable,
    StopTable,
    SymbolTable,
)
from ledger.times import Time
from ledger.toml_file import Location, fault

_SIZES = ("quantity", "notional", "risk", "buying_power")


@dataclass(slots=True)
class OrderReader:
    """Turns actions on orders and positions into commands, and collects their faults."""

    name: str
    text: str
    rulebook: Rulebook
    instruments: Mapping[str, Instrument]
    start: Time | None
    """The file's start; without one, a time before the first bar means that bar."""
    last: Time
    """When the last bar before the end opens."""
    seed: int = 0
    faults: list[str] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)
    """The ids given to orders so far, with their symbols."""

    def wrong(self, location: Location, problem: str) -> None:
        """Note a fault at a place in the file."""
        self.faults.append(fault(self.name, self.text, location, problem))

    def money(self, amount: Decimal, location: Location) -> Decimal:
        """An amount with no more digits than the currency."""
        smallest = atom(self.rulebook.currency)
        if not fits(amount, smallest):
            self.wrong(
                location,
                f"{plain(amount)} is finer than {self.rulebook.currency}; "
                f"allowed: multiples of {plain(smallest)}",
            )
        return amount

    def symbol(self, symbol: str, location: Location) -> Instrument | None:
        """The instrument of a symbol that has a tape."""
        if symbol not in self.instruments:
            known = ", ".join(self.instruments)
            self.wrong((*location, "symbol"), f'"{symbol}" has no tape; allowed: {known}')
        return self.instruments.get(symbol)

    def price(self, value: Decimal | None, of: Instrument | None, location: Location) -> None:
        """A price on the instrument's tick."""
        if value is not None and of is not None and not fits(value, of.tick):
            self.wrong(location, f"{plain(value)} is off the tick; {_multiples(of.tick)}")

    def quantity(self, value: Decimal | None, of: Instrument | None, location: Location) -> None:
        """A quantity of whole lots."""
        if value is not None and of is not None and not fits(value, of.lot):
            self.wrong(
                location, f"{plain(value)} is not a whole number of lots; {_multiples(of.lot)}"
            )

    def order(self, side: Side, table: OrderTable, location: Location) -> c.PlaceOrder:
        """`buy` or `sell`."""
        instrument = self.symbol(table.symbol, location)
        self.quantity(table.quantity, instrument, (*location, "quantity"))
        for key in ("notional", "risk"):
            if (amount := getattr(table, key)) is not None:
                self.money(amount, (*location, key))
        for key in ("limit", "trigger", "trail", "stop_loss"):
            self.price(getattr(table, key), instrument, (*location, key))
        targets = self._targets(table, instrument, location)
        self._check_order(table, location)
        return c.PlaceOrder(
            symbol=table.symbol,
            side=side,
            quantity=table.quantity,
            notional=table.notional,
            risk=table.risk,
            buying_power=table.buying_power,
            order_type=table.type,
            limit=table.limit,
            trigger=table.trigger,
            trail=table.trail,
            trail_fraction=table.trail_fraction,
            leverage=table.leverage,
            mode=table.mode,
            stop_loss=table.stop_loss,
            targets=targets,
            reduce_only=table.reduce_only,
            oco=table.oco,
            good_for=table.good_for,
            id=table.id,
            reason=table.reason,
            tags=tuple(table.tags),
            answer_to_call="" if table.answer_to_call is None else table.answer_to_call.value,
            confidence=table.confidence,
        )

    def _targets(
        self, table: OrderTable | AmendTable, of: Instrument | None, location: Location
    ) -> tuple[Target, ...]:
        """`take_profit` of a new or an amended order."""
        targets = table.take_profit or []
        for target in targets:
            self.price(target.price, of, (*location, "take_profit"))
        if sum((target.fraction for target in targets), ZERO) > ONE:
            self.wrong(
                (*location, "take_profit"), "the fractions add up to more than 1; allowed: 1 in all"
            )
        return tuple(Target(target.price, target.fraction) for target in targets)

    def _check_order(self, table: OrderTable, location: Location) -> None:
        sizes = [key for key in _SIZES if getattr(table, key) is not None]
        if len(sizes) != 1:
            several = " and ".join(sizes) or "no size"
            self.wrong(location, f"{several} given; allowed: one of {', '.join(_SIZES)}")
        if table.risk is not None and not _brings_stop(table):
            problem = "needs stop_loss or a trailing stop: risk is the money lost there"
            self.wrong((*location, "risk"), problem)
        self._check_type(table, location)
        if table.mode is not None and table.mode not in self.rulebook.modes:
            allowed = ", ".join(self.rulebook.modes)
            self.wrong(
                (*location, "mode"),
                f'{self.rulebook.id} has no mode "{table.mode}"; allowed: {allowed}',
            )
        if table.oco is not None and table.oco == table.id:
            self.wrong(
                (*location, "oco"), "is the order's own id; give that of another order, or a name"
            )
        if table.id is not None:
            if table.id in self._ids:
                self.wrong((*location, "id"), f'"{table.id}" is taken by an earlier order')
            self._ids[table.id] = table.symbol

    def _check_type(self, table: OrderTable, location: Location) -> None:
        """The prices of the order's type: all of them and no others."""
        for key in ("limit", "trigger"):
            types = [kind for kind, prices in PRICES_OF.items() if key in prices]
            is_given = getattr(table, key) is not None
            if is_given and table.type not in types:
                allowed = " or ".join(f'"{name}"' for name in types)
                self.wrong((*location, key), f'belongs to type = {allowed}, not "{table.type}"')
            elif not is_given and table.type in types:
                self.wrong(location, f'type = "{table.type}" needs {key}')
        self._check_trail(table, location)
        trails = table.trail is not None or table.trail_fraction is not None
        if table.type is OrderType.TRAILING and not trails:
            self.wrong(location, 'type = "trailing" needs trail or trail_fraction')

    def _check_trail(self, table: OrderTable | StopTable | AmendTable, location: Location) -> None:
        if table.trail is not None and table.trail_fraction is not None:
            self.wrong(location, "trail and trail_fraction are both given; give one of them")

    def close(self, table: CloseTable, location: Location) -> c.ClosePosition:
        """`close`: all of it, a quantity or a fraction."""
        self.quantity(table.quantity, self.symbol(table.symbol, location), (*location, "quantity"))
        if table.quantity is not None and table.fraction is not None:
            self.wrong(
                location, "quantity and fraction are both given; give one of them or neither"
            )
        fraction = ONE if table.fraction is None else table.fraction
        return c.ClosePosition(symbol=table.symbol, quantity=table.quantity, fraction=fraction)

    def cancel(self, order: str, location: Location) -> c.CancelOrder:
        """`cancel`: an order with an id from an earlier action."""
        self._named(order, location)
        return c.CancelOrder(id=order)

    def _named(self, order: str, location: Location) -> None:
        if order not in self._ids:
            known = ", ".join(sorted(self._ids)) or "none, since no order has an id"
            self.wrong(location, f'no earlier action has the id "{order}"; allowed: {known}')

    def amend(self, table: AmendTable, location: Location) -> c.AmendOrder:
        """`amend`: new terms for an order with an id from an earlier action."""
        self._named(table.id, (*location, "id"))
        of = self.instruments.get(self._ids.get(table.id, ""))
        self.quantity(table.quantity, of, (*location, "quantity"))
        for key in ("limit", "trigger", "trail", "stop_loss"):
            self.price(getattr(table, key), of, (*location, key))
        targets = self._targets(table, of, location)
        self._check_trail(table, location)
        if table.model_fields_set == {"id"}:
            allowed = ", ".join(key for key in AmendTable.model_fields if key != "id")
            self.wrong(location, f"amends nothing; give at least one of {allowed}")
        return c.AmendOrder(
            id=table.id,
            quantity=table.quantity,
            limit=table.limit,
            trigger=table.trigger,
            trail=table.trail,
            trail_fraction=table.trail_fraction,
            stop_loss=table.stop_loss,
            targets=None if table.take_profit is None else targets,
            remove_stop=table.remove_stop,
        )

    def stop(self, table: StopTable, location: Location) -> c.MoveStop:
        """`move_stop`."""
        instrument = self.symbol(table.symbol, location)
        self.price(table.price, instrument, (*location, "price"))
        self.price(table.trail, instrument, (*location, "trail"))
        keys = ("price", "trail", "trail_fraction")
        keys_given = [key for key in keys if getattr(table, key) is not None]
        if len(keys_given) != 1:
            several = " and ".join(keys_given) or "no level"
            self.wrong(location, f"{several} given; allowed: one of price, trail, trail_fraction")
        return c.MoveStop(
            symbol=table.symbol,
            price=table.price,
            trail=table.trail,
            trail_fraction=table.trail_fraction,
        )

    def target(self, table: MoveTargetTable, location: Location) -> c.MoveTarget:
        """`move_target`: the only target, or the one named."""
        self._check_target(table, location)
        self.price(table.price, self.instruments.get(table.symbol), (*location, "price"))
        if table.price is None and table.fraction is None:
            self.wrong(location, "no level given; give price, fraction or both")
        return c.MoveTarget(
            symbol=table.symbol,
            price=table.price,
            id=table.id,
            was=table.was,
            fraction=table.fraction,
        )

    def remove_target(self, table: NamedTargetTable, location: Location) -> c.RemoveTarget:
        """`remove_target`: the target named, or all of them."""
        self._check_target(table, location)
        return c.RemoveTarget(symbol=table.symbol, id=table.id, was=table.was)

    def _check_target(self, table: NamedTargetTable, location: Location) -> None:
        self.price(table.was, self.symbol(table.symbol, location), (*location, "was"))

    def remove_stop(self, table: SymbolTable, location: Location) -> c.RemoveStop:
        """`remove_stop`."""
        self.symbol(table.symbol, location)
        return c.RemoveStop(symbol=table.symbol)


def _brings_stop(table: OrderTable) -> bool:
    trails = table.trail is not None or table.trail_fraction is not None
    return (trails and table.type is not OrderType.TRAILING) or table.stop_loss is not None


def _multiples(step: Decimal) -> str:
    return f"allowed: multiples of {plain(step)}"
