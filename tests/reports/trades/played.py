"""Small accounts for the tests of trades: played by the engine, and read back from their events."""

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.reports.trades.round_trip import trades_of
from ledger.reports.trades.trade import Trade
from tests.worlds import T0, D, World, only, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL


def opened(world: World) -> e.AccountOpened:
    """The event that a world leaves out: what may be traded there."""
    return e.AccountOpened(
        at=T0,
        venue=world.account.rulebook.id,
        mode=world.account.mode,
        currency=world.account.currency,
        rules_hash="",
        instruments=dict(world.account.instruments),
    )


def trades(world: World) -> tuple[Trade, ...]:
    """The trades of a world's events, which its opening precedes."""
    return trades_of([opened(world), *world.events])


def the_trade(world: World) -> Trade:
    """The one trade there must be."""
    return only(trades(world))


def coin(deposit: int = 100_000, price: str | int = 100, **rules: object) -> World:
    """A perpetual on a tick of 0.01 at a venue, crossed, with money paid in and a first price."""
    world = World(venue(**rules), perpetual(tick=D("0.01")), mode=venue().modes[1])
    world.flat(price, c.Deposit(amount=D(deposit)))
    return world


def shares(deposit: int = 100_000, price: str | int = 100, **rules: object) -> World:
    """The same for an option, a token or a share that is paid in full: nothing is borrowed."""
    world = World(venue(**rules), stock("ACME", currency="USDT"), mode=venue().modes[1])
    world.flat(price, c.Deposit(amount=D(deposit)))
    return world


def buy(quantity: str | int, stop: str | int | None = None, **more: object) -> c.PlaceOrder:
    """A market order to buy with a stop."""
    return order(BUY, quantity, stop, **more)


def sell(quantity: str | int, stop: str | int | None = None, **more: object) -> c.PlaceOrder:
    """A market order to sell with a stop."""
    return order(SELL, quantity, stop, **more)


def order(
    side: Side, quantity: str | int, stop: str | int | None = None, **more: object
) -> c.PlaceOrder:
    """A market order with a stop."""
    given: dict[str, object] = {
        "symbol": "BTC",
        "side": side,
        "quantity": D(quantity),
        "stop_loss": None if stop is None else D(stop),
        **more,
    }
    return c.PlaceOrder(**given)  # type: ignore[arg-type]


def close(quantity: str | int | None = None, symbol: str = "BTC") -> c.ClosePosition:
    """An order that closes all of it, or so much."""
    return c.ClosePosition(symbol=symbol, quantity=None if quantity is None else D(quantity))
