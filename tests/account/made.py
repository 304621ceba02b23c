"""Accounts, pockets and positions made by hand, for what is asked of them without a market."""

from dataclasses import replace

from ledger.account.state import Account, Convention, Lot, Pocket, Position, open_account
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode, Rulebook
from tests.worlds import D


def account(book: Rulebook, *listed: Instrument) -> Account:
    made = {one.symbol: one for one in listed}
    return open_account("test", book, Mode.CROSS, Convention.WORST, made)


def position(
    instrument: Instrument, quantity: str, entry: str, leverage: str = "1", **more: object
) -> Position:
    basis = instrument.notional(D(quantity), D(entry))
    made = Position(
        symbol=instrument.symbol,
        pocket="main",
        lots=(Lot(D(quantity), D(entry), basis),),
        quantity=D(quantity),
        basis=basis,
        leverage=D(leverage),
        opened_at=0,
        peak=abs(D(quantity)),
        first_entry=D(entry),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def pocket(*held: Position, cash: str = "0", **more: object) -> Pocket:
    made = Pocket(name="main", cash=D(cash), positions={one.symbol: one for one in held})
    return replace(made, **more)  # type: ignore[arg-type]
