"""The price that the calculator names is the first at which the engine liquidates, to the tick.

In every shipped rule book and each of its modes, for random positions, with the clock and all
other prices held still.
"""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account import events as e
from ledger.account.margin import equity
from ledger.account.state import Side
from ledger.market.instrument import Instrument, Kind
from ledger.market.rulebook import Mode, Rulebook
from ledger.market.schedule import Basis
from ledger.money import ceil_to, fits, floor_to
from ledger.practice import calculators
from ledger.practice.catalog import load_venue, venue_ids
from tests.laws import tried
from tests.worlds import World

D = Decimal
TICK = D("0.01")
BOOKS = [(name, mode) for name in venue_ids() for mode in load_venue(name).rulebook.modes]


def listed(rulebook: Rulebook) -> Instrument:
    lot = D(1) if rulebook.trades is Kind.INVERSE else D("0.001")
    return Instrument(
        symbol="X", kind=rulebook.trades, tick=TICK, lot=lot, currency=rulebook.currency
    )


def world(rulebook: Rulebook, mode: Mode, entry: Decimal, deposit: Decimal) -> World:
    """A second for each bar: no interest comes between."""
    made = World(rulebook, listed(rulebook), mode=mode, interval=1)
    made.flat(str(entry), c.Deposit(amount=deposit))
    return made


@pytest.mark.parametrize(("name", "mode"), BOOKS)
@tried(12)
@given(data=st.data())
def test_the_price_named_is_the_first_that_liquidates(
    name: str, mode: Mode, data: st.DataObject
) -> None:
    book = load_venue(name).rulebook
    side = data.draw(st.sampled_from(Side))
    entry = data.draw(st.integers(5_00, 90_000_00)) * TICK
    size = data.draw(st.integers(1, 500))
    quantity = D(size) * (entry if book.trades is Kind.INVERSE else 1)
    quantity = floor_to(quantity, D(1)) if book.trades is Kind.INVERSE else quantity / 100
    leverage = data.draw(st.integers(2, int(book.most_leverage(mode))))
    order = c.PlaceOrder(symbol="X", side=side, quantity=quantity, leverage=D(leverage), mode=mode)
    deposit = _enough(book, mode, entry, order)
    made = world(book, mode, entry, deposit)
    made.flat(str(entry), order)
    assume(bool(made.of(e.PositionOpened)) and not _gone(made))
    position = made.account.positions()[0]
    pocket = made.account.pockets[position.pocket]
    own = equity(made.account, pocket, made.market.mark)
    assume(own > 0)
    level = calculators.liquidation(
        book, mode=mode, side=side, entry=entry, quantity=quantity, leverage=D(leverage), wallet=own
    )["liquidation_price"]
    assume(level is not None and TICK < level < 10 * entry and not fits(level, TICK))
    assert level is not None
    at = floor_to(level, TICK) if side is Side.BUY else ceil_to(level, TICK)
    before = at + TICK * side.sign
    assume(at > 0 and (before - entry) * side.sign < 0)
    made.flat(str(before))
    assert not _gone(made), f"already at {before}, named {level}"
    made.flat(str(at))
    assert _gone(made), f"not yet at {at}, named {level}"


def _gone(made: World) -> bool:
    return bool(made.of(e.Liquidated) + made.of(e.ForceSold))


def _enough(book: Rulebook, mode: Mode, entry: Decimal, order: c.PlaceOrder) -> Decimal:
    """Behind a wall any wallet will do; a crossed one is made just large enough to be in danger."""
    assert order.quantity is not None
    assert order.leverage is not None
    value = abs(listed(book).notional(order.quantity, entry))
    if mode is Mode.ISOLATED:
        return floor_to(max(value * 4, D(5_000)), D("0.01"))
    lender = book.schedule(book.upkeep.schedule).basis is Basis.LIABILITIES
    divisor = order.leverage - 1 if lender and order.side is Side.SELL else order.leverage
    needed = value / max(divisor, D(1)) + value / 50
    return ceil_to(max(needed, book.minimum_equity), D("0.01"))
