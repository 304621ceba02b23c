"""A split is a change of units: whoever lives over it has what he would have had without it.

No second model: the same life is lived twice, once at prices that split and once at the same prices
in old shares. Ticks and lots are chosen so that neither has to round what the other need not.
Targets are left out: their shares of what is left are rounded to lots.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.account.events.kinds import ForceSold, Liquidated
from ledger.account.state import OrderType, Side
from ledger.market.corporate import CorporateAction
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.practice.sessions.statement import figures
from tests.engine.audit import Audited
from tests.worlds import D, broker, perpetual, stock, venue

STEPS = st.tuples(st.integers(-12, 12), st.integers(0, 8), st.integers(0, 8), st.integers(0, 100))
WISHES = st.sampled_from(["", "", "buy", "sell", "stop", "trail", "half", "limit", "all"])
LIVES = st.lists(st.tuples(STEPS, WISHES, st.integers(1, 9)), min_size=3, max_size=14)
BOOKS: dict[str, Any] = {
    "broker": (lambda: broker(minimum_equity=D(0), taker_fee=D("0.001")), stock, Mode.CROSS),
    "cross": (lambda: venue(taker_fee=D("0.0005")), perpetual, Mode.CROSS),
    "isolated": (lambda: venue(taker_fee=D("0.0005")), perpetual, Mode.ISOLATED),
}


class Life:
    """One account; after the split it is told prices and sizes in the new units."""

    def __init__(self, book: Rulebook, listed: Any, mode: Mode, by: int, split_at: int) -> None:
        self.world = Audited(book, listed("ACME", tick=D(1), lot=D(20)), mode=mode)
        self.by, self.split_at, self.units, self.bars = by, split_at, 1, 0

    def live(self, prices: tuple[int, ...], wish: str, size: int) -> None:
        actions: tuple[CorporateAction, ...] = ()
        if self.bars == self.split_at and self.by > 1:
            self.units = self.by
            action = CorporateAction(symbol="ACME", at=self.world.market.time, split=f"{self.by}:1")
            actions = (action,)
        row = [D(price) / self.units for price in prices]
        commands = [c.Deposit(amount=D(500_000))] if self.bars == 0 else []
        commands += self._wishes(wish, row[0], D(20 * size * self.units))
        self.world.bar({"ACME": row}, *commands, actions=actions)
        self.world.audit()
        self.bars += 1

    def _wishes(self, wish: str, price: Any, size: Any) -> list[Any]:
        far = D(200) / self.units
        common = {"symbol": "ACME", "quantity": size, "leverage": D(2)}
        some: dict[str, list[Any]] = {
            "": [],
            "buy": [c.PlaceOrder(side=Side.BUY, stop_loss=price - far, **common)],
            "sell": [c.PlaceOrder(side=Side.SELL, **common)],
            "trail": [c.PlaceOrder(side=Side.BUY, trail=far, **common)],
            "limit": [
                c.PlaceOrder(side=Side.BUY, order_type=OrderType.LIMIT, limit=price - far, **common)
            ],
            "stop": [c.MoveStop(symbol="ACME", price=price - far)],
            "half": [c.ClosePosition(symbol="ACME", quantity=size)],
            "all": [c.ClosePosition(symbol="ACME")],
        }
        return some[wish]

    def told(self) -> tuple[Any, ...]:
        said = figures(self.world.account, self.world.market, self.world.market.time)
        account, units = self.world.account, self.units
        orders = sorted(
            (o.side, o.cause, o.quantity / units, o.level and o.level * units)
            for o in account.orders.values()
        )
        held = [(p.quantity / units, p.leverage) for p in account.positions()]
        money = ("equity", "cash", "loan", "realized_pnl", "fees_paid", "maintenance_margin")
        return [getattr(said, key) for key in money], held, orders


@pytest.mark.parametrize("kind", BOOKS)
@given(life=LIVES, by=st.sampled_from([2, 4, 5, 10]), split_at=st.integers(1, 6))
@settings(deadline=None, max_examples=40)
def test_a_life_over_a_split_is_the_life_without_it(
    kind: str, life: list[Any], by: int, split_at: int
) -> None:
    book, listed, mode = BOOKS[kind]
    one, other = (Life(book(), listed, mode, factor, split_at) for factor in (by, 1))
    close = 2_000
    for (gap, up, down, at), wish, size in life:
        opened = max(close + 20 * gap, 400)
        high, low = opened + 20 * up, opened - 20 * down
        close = low + (high - low) * at // 100 // 20 * 20
        for each in (one, other):
            each.live((opened, high, low, close), wish, size)
        if any(isinstance(x, ForceSold | Liquidated) for x in one.world.events):
            return  # how many lots cure depends on the lot's size
        assert one.told() == other.told()
