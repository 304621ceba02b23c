"""What the ticket shows before an order is sent: its execution at the price it would wait for."""

from decimal import Decimal
from typing import Any

import pytest

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events.kinds import LeverageChanged
from ledger.account.state import OrderType, Side, Target
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Phase
from ledger.practice.views.preview import Preview, preview
from tests.tui.worlds import first_call
from tui.screens.ticket.effects import position_effect

D = Decimal


@pytest.fixture
def session() -> Session:
    """The first day of ACME, at 100, with 10,000."""
    session = first_call()
    session.open_step()
    session.send(Deposit(amount=D(10_000)))
    return session


def seen(session: Session, order_type: OrderType, side: Side = Side.BUY, **more: Any) -> Preview:
    given = {name: D(value) if isinstance(value, int) else value for name, value in more.items()}
    given.setdefault("quantity", D(10))
    return preview(session, PlaceOrder(symbol="ACME", side=side, order_type=order_type, **given))


@pytest.mark.parametrize(
    ("order_type", "prices", "level"),
    [
        (OrderType.MARKET, {}, None),
        (OrderType.LIMIT, {"limit": 95}, 95),
        (OrderType.LIMIT, {"limit": 105}, None),
        (OrderType.STOP, {"trigger": 105}, 105),
        (OrderType.STOP_LIMIT, {"trigger": 103, "limit": 104}, 104),
        (OrderType.STOP_LIMIT, {"trigger": 103, "limit": 98}, 98),
        (OrderType.TRAILING, {"trail": 5}, 105),
    ],
)
def test_an_order_is_shown_as_if_filled_at_the_price_it_waits_for(
    session: Session, order_type: OrderType, prices: Any, level: int | None
) -> None:
    shown = seen(session, order_type, **prices)
    assert shown.assumed == level
    assert shown.quantity == 10
    (held,) = shown.after.positions
    assert held.entry == (level or 100)
    assert not session.account.positions()


def test_a_sale_that_waits_is_shown_at_its_own_prices(session: Session) -> None:
    assert seen(session, OrderType.TRAILING, Side.SELL, trail=5).assumed == 95
    assert seen(session, OrderType.STOP_LIMIT, Side.SELL, trigger=97, limit=96).assumed == 96


def test_the_risk_shown_is_to_where_the_trail_begins(session: Session) -> None:
    assert seen(session, OrderType.MARKET, trail=5).risk == 50  # ten shares, five each
    assert seen(session, OrderType.LIMIT, limit=95, trail=5).risk == 50


def test_after_the_close_a_market_order_is_shown_at_the_last_price(session: Session) -> None:
    session.close_step()
    assert session.place.phase is Phase.CLOSED
    last = session.market.last["ACME"]
    shown = seen(session, OrderType.MARKET, stop_loss=80, targets=(Target(D(150), D(1)),))
    assert shown.assumed == last
    (held,) = shown.after.positions
    assert (held.entry, held.stop, held.targets) == (last, 80, (D(150),))


def test_what_is_refused_is_shown_with_the_largest_that_passes(session: Session) -> None:
    shown = seen(session, OrderType.STOP_LIMIT, trigger=103, limit=104, quantity=200)
    # half of 104 a share from 10,000: 192.3
    assert shown.largest == 192


def test_an_addition_at_another_leverage_is_shown_as_a_change_of_the_whole(
    session: Session,
) -> None:
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10), leverage=D(2))
    session.send(buy)
    shown = seen(session, OrderType.MARKET, leverage=1)
    (was,), (held,) = shown.before.positions, shown.after.positions
    assert (was.leverage, held.leverage) == (2, 1)
    assert any(isinstance(event, LeverageChanged) for event in shown.events)
    told = "".join(text for line in position_effect(shown, "ACME") for text, _ in line)
    assert "2x → 1x" in told
