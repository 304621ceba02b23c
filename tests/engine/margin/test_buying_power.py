"""What a trade needs, what there is for it, and what may leave: in the wallet and behind walls."""

from dataclasses import replace
from typing import Any

import pytest

from ledger.account.commands import AddMargin, Deposit, PlaceOrder, RemoveMargin
from ledger.account.event_terms import FeeKind
from ledger.account.events import kinds as e
from ledger.account.order import Order, OrderType, Side
from ledger.account.state import Loan, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import leaving, lending
from ledger.engine.margin.buying_power import (
    drawing,
    needed,
    opening_costs,
    refusal,
    spendable,
)
from ledger.market.instrument import Instrument, Kind
from ledger.market.quote import Market
from ledger.market.rules.rulebook import (
    Draws,
    Forbids,
    Interest,
    Judged,
    Mode,
    Offset,
    Restriction,
    Rulebook,
    Rung,
)
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, Past, World, broker, level, perpetual, stock, venue

BUY, SELL = Side.BUY, Side.SELL
LENDER = broker(interest=Interest(), taker_fee=D("0.001"))


def draft(
    book: Rulebook,
    *held: Position,
    cash: str = "1000",
    loan: str = "0",
    mode: Mode = Mode.CROSS,
    listed: tuple[Instrument, ...] = (),
) -> Draft:
    """At 100 everything."""
    known = listed or tuple(perpetual(name, underlying=name[0]) for name in ("A", "AQ", "B"))
    made = replace(account(book, *known), mode=mode)
    main = pocket(*held, cash=cash, loan=Loan(principal=D(loan), accrued_to=T0))
    prices = {one.symbol: D(100) for one in known}
    market = Market(time=T0, last=prices, mark=prices, history=Past())
    made = replace(made, pockets={"main": main})
    return Draft(made, replace(market, trading=frozenset(prices)))


def order(symbol: str, side: Side, quantity: str, leverage: str = "1", **more: Any) -> Order:
    made = Order(
        id="#1",
        symbol=symbol,
        side=side,
        quantity=D(quantity),
        order_type=OrderType.MARKET,
        leverage=D(leverage),
        mode=Mode.CROSS,
    )
    return replace(made, **more)


def coin(symbol: str, quantity: str, leverage: str = "5") -> Position:
    return replace(position(perpetual(symbol), quantity, "100"), leverage=D(leverage))


# what a trade needs


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        # a fifth of 1,000, and 0.1 % of it
        (order("A", BUY, "10", "5"), "201"),
        (order("A", SELL, "10", "5"), "201"),
        # behind a wall the same
        (order("A", BUY, "10", "5", mode=Mode.ISOLATED), "201"),
        # what rests makes the market, for half the fee
        (order("A", BUY, "10", "5", order_type=OrderType.LIMIT, limit=D(100)), "200.5"),
    ],
)
def test_a_trade_needs_its_margin_and_its_fee(made: Order, asked: str) -> None:
    book = venue(taker_fee=D("0.001"), maker_fee=D("0.0005"))
    assert needed(draft(book), made, D(10), D(100)) == D(asked)


@pytest.mark.parametrize(
    ("held", "made", "asked"),
    [
        # 10 at 5x use 200; at 2x they would use 500: 300 more, and 500 for 10 more
        (coin("A", "10"), order("A", BUY, "10", "2"), "800"),
        (coin("A", "10"), order("A", BUY, "10", "10"), "0"),  # 100 less, and 100 more
        (coin("A", "10"), order("A", BUY, "10", "5"), "200"),
    ],
)
def test_at_another_leverage_it_needs_what_that_changes_for_the_whole(
    held: Position, made: Order, asked: str
) -> None:
    assert needed(draft(venue(), held), made, D(10), D(100)) == D(asked)


@pytest.mark.parametrize(
    ("held", "side", "quantity", "matched", "asked"),
    [
        # against 10 long a short of 4 adds nothing, one of 15 the 5 that stand out
        ("10", SELL, "4", "0", "0"),
        ("10", SELL, "15", "0", "100"),
        ("10", SELL, "4", "0.5", "40"),  # half of its own 80
        ("10", BUY, "4", "0", "80"),
        ("-10", BUY, "4", "0", "0"),
        ("-10", BUY, "15", "0", "100"),
        ("-10", SELL, "4", "0", "80"),
    ],
)
def test_in_smart_cross_it_needs_what_stands_out_of_the_hedge(
    held: str, side: Side, quantity: str, matched: str, asked: str
) -> None:
    here = draft(venue(offset=Offset(matched=D(matched))), coin("A", held), mode=Mode.SMART)
    made = order("AQ", side, quantity, "5", mode=Mode.SMART)
    assert needed(here, made, D(quantity), D(100)) == D(asked)


@pytest.mark.parametrize(
    ("side", "quantity", "passes"), [(SELL, "10", True), (SELL, "20.1", False), (BUY, "1", False)]
)
def test_a_hedge_that_needs_nothing_is_taken_with_nothing_left(
    side: Side, quantity: str, passes: bool
) -> None:
    """10 long at 5x use all of 200."""
    here = draft(venue(), coin("A", "10"), cash="200", mode=Mode.SMART)
    made = order("AQ", side, quantity, "5", mode=Mode.SMART)
    assert (refusal(here, made, D(quantity), D(100)) is None) is passes


def test_what_is_needed_and_what_there_is_are_told() -> None:
    here = draft(venue(), coin("A", "10"), cash="300")
    assert refusal(here, order("B", BUY, "5", "5"), D(5), D(100)) is None
    told = refusal(here, order("B", BUY, "6", "5"), D(6), D(100))
    assert told == "needs 120 USDT of margin and fees, 100 is available"
    whole = refusal(here, order("A", BUY, "1", "2"), D(1), D(100))
    assert whole == (
        "2x for the whole position needs 350 USDT of margin and fees, 100 is available"
    )
    below = draft(venue(), coin("A", "10"), cash="100")
    assert refusal(below, order("B", BUY, "1", "5"), D(1), D(100)) == (
        "needs 20 USDT of margin and fees, 0 is available"
    )


@pytest.mark.parametrize(
    ("cash", "forbids", "crossed", "behind_a_wall"),
    [
        ("300", None, "100", "100"),
        # of 1,000 in cash 200 are used; behind a wall what may leave before 500 are left
        ("1000", Forbids.WITHDRAW, "800", "499.999999"),
        ("1000", Forbids.BORROW, "800", "800"),
    ],
)
def test_what_goes_behind_a_wall_leaves_the_wallet_like_a_withdrawal(
    cash: str, forbids: Forbids | None, crossed: str, behind_a_wall: str
) -> None:
    limit = level(Rung.CALL, "venue", "100", Judged.ALWAYS, inclusive=True)
    rules = () if forbids is None else (Restriction(forbids=forbids, level=limit),)
    here = draft(venue(restrictions=rules), coin("A", "10"), cash=cash)
    assert spendable(here, order("B", BUY, "1", "5")) == D(crossed)
    walled = order("B", BUY, "1", "5", mode=Mode.ISOLATED)
    assert spendable(here, walled) == D(behind_a_wall)


# what may leave


@pytest.mark.parametrize(
    ("cash", "inclusive", "leaves"),
    [
        # 10 at 100x use 10, and keep 5; where margin to open is less than to keep, that counts
        ("30", True, "20"),
        ("30", False, "20"),
        ("8", True, "0"),
    ],
)
def test_what_leaves_is_above_margin_and_keeps_what_is_held(
    cash: str, inclusive: bool, leaves: str
) -> None:
    levels = (level(Rung.LIQUIDATION, "venue", "1", Judged.ALWAYS, inclusive=inclusive),)
    here = draft(venue(levels=levels), coin("A", "10", "100"), cash=cash)
    assert leaving.available(here, here.account.main) == D(leaves)


@pytest.mark.parametrize(("inclusive", "leaves"), [(True, "9.999999"), (False, "10")])
def test_what_is_held_must_not_be_closed_out_by_what_leaves(inclusive: bool, leaves: str) -> None:
    """10 at 100x use 10, but four times half a percent, 20, is kept."""
    levels = (level(Rung.LIQUIDATION, "venue", "4", Judged.ALWAYS, inclusive=inclusive),)
    here = draft(venue(levels=levels), coin("A", "10", "100"), cash="30")
    assert leaving.available(here, here.account.main) == D(leaves)
    empty = draft(venue(levels=levels), cash="30")
    assert leaving.available(empty, empty.account.main) == 30


# what is lent


@pytest.mark.parametrize(
    ("cash", "loan", "leaves", "why"),
    [
        ("2000", "0", "0", None),
        ("1999.99", "0", "0", "this account has 1999.99"),
        ("3000", "1000", "0", None),
        ("3000", "1000.01", "0", "this account has 1999.99"),
        ("2500", "0", "500", None),
        ("2500", "0", "500.01", "1999.99 would be left"),
    ],
)
def test_a_lender_lends_on_its_least_equity(
    cash: str, loan: str, leaves: str, why: str | None
) -> None:
    here = draft(LENDER, cash=cash, loan=loan, listed=(stock("A"),))
    told = lending.refused(here, leaves=D(leaves))
    assert told == (why and f"borrowing needs at least 2000 USD of equity, {why}")


def test_a_short_is_owed_on_top_of_the_loan() -> None:
    listed = (stock("A"), stock("B"), perpetual("P"))
    held = (position(stock("A"), "-0.5", "90"), position(stock("B"), "3", "90"))
    here = draft(LENDER, *held, position(perpetual("P"), "-7", "90"), listed=listed)
    assert lending.owed_things(here) == 50


@pytest.mark.parametrize(
    ("side", "quantity", "cash", "book", "drawn"),
    [
        # 10 at 100 and the fee of 1.00 on 600 of cash
        (BUY, "10", "600", {}, "401"),
        (BUY, "10", "1001", {}, "0"),
        (BUY, "10", "2000", {}, "0"),
        # a short brings money in: only its fee may be lacking
        (SELL, "10", "0.40", {}, "0.60"),
        (SELL, "10", "1", {}, "0"),
        # where a purchase is borrowed whole, cash pays the fee alone
        (BUY, "10", "600", {"draws": Draws.WHOLE}, "1000"),
        (BUY, "10", "0.40", {"draws": Draws.WHOLE}, "1000.60"),
    ],
)
def test_a_purchase_draws_what_cash_lacks_or_all_of_it(
    side: Side, quantity: str, cash: str, book: dict[str, Any], drawn: str
) -> None:
    here = draft(replace(LENDER, **book), cash=cash, listed=(stock("A"),))
    made = order("A", side, quantity, "2")
    assert drawing(here, made, D(quantity) * 100) == D(drawn)


def test_behind_a_wall_a_purchase_draws_what_its_own_margin_does_not_pay() -> None:
    """Half of 1,000 is own money; a short and a contract draw nothing."""
    here = draft(LENDER, listed=(stock("A"), perpetual("P")))
    walled = order("A", BUY, "10", "2", mode=Mode.ISOLATED)
    assert drawing(here, walled, D(1_000)) == 500
    assert drawing(here, walled, D("1000.50")) == D("500.25")
    assert drawing(here, replace(walled, side=SELL), D(1_000)) == 0
    assert drawing(here, order("P", BUY, "10", "2"), D(1_000)) == 0


def test_a_token_is_paid_for_in_cash_where_the_rest_is_borrowed_whole() -> None:
    book = replace(LENDER, draws=Draws.WHOLE)
    here = draft(book, cash="600", listed=(stock("A", kind=Kind.TOKEN),))
    assert drawing(here, order("A", BUY, "10"), D(1_000)) == 401


def test_where_nothing_is_drawn_by_itself_the_lack_is_told() -> None:
    book = replace(LENDER, draws=Draws.NOTHING)
    here = draft(book, cash="2600", listed=(stock("A"),))
    made = order("A", BUY, "30", "2")
    assert refusal(here, made, D(26), D("99.9")) is None  # 2,597.40 and 2.60 of fees
    told = refusal(here, made, D(30), D(100))
    assert told is not None
    assert told.startswith("it costs 403 USD more than the free cash")


def test_costs_of_opening_are_told_by_kind() -> None:
    book = replace(LENDER, opening_fee=D("0.002"))
    here = draft(book, listed=(stock("A"),))
    for value in (D(1_000), D(-1_000)):
        assert opening_costs(here, order("A", BUY, "10"), value) == {
            FeeKind.TRADE: 1,
            FeeKind.OPENING: 2,
        }


@pytest.mark.parametrize(("amount", "taken"), [("800", True), ("800.000001", False)])
def test_all_that_the_wallet_can_spare_may_go_behind_a_wall(amount: str, taken: bool) -> None:
    """1,000, of which 200 stand behind 10 at 5x already."""
    made = World(venue(), perpetual(), mode=Mode.ISOLATED)
    buy = PlaceOrder(symbol="BTC", side=BUY, quantity=D(10), leverage=D(5))
    made.flat(100, Deposit(amount=D(1_000)), buy)
    made.do(AddMargin(symbol="BTC", amount=D(amount)))
    added = [event.amount for event in made.of(e.MarginAdded)]
    assert added == ([200, 800] if taken else [200])
    made.do(RemoveMargin(symbol="BTC", amount=D(amount)))
    assert bool(made.of(e.MarginRemoved)) is taken
