"""A draft in which one instrument stands at a price, and some of it is held."""

from dataclasses import replace

from ledger.engine.decision.draft import Draft
from ledger.market.instrument import Instrument
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Rulebook
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, Past, perpetual, venue


def draft(
    book: Rulebook | None = None,
    instrument: Instrument | None = None,
    *,
    last: str = "100",
    held: str = "0",
    trading: bool = True,
) -> Draft:
    """One instrument at 100 in which so much is held."""
    one = instrument or perpetual("BTC")
    prices = {one.symbol: D(last)}
    made = account(book or venue(), one)
    if D(held):
        main = pocket(position(one, held, "100"), cash="1000")
        made = replace(made, pockets={"main": main})
    market = Market(time=T0, last=prices, mark=prices, history=Past())
    return Draft(made, replace(market, trading=frozenset(prices if trading else ())))
