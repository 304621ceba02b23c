"""Smart cross: long and short of one underlying stand on the margin of the larger side."""

from dataclasses import replace
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.risk.margin import assess
from ledger.account.state import Side
from ledger.market.rules.rulebook import ExitAmount, Mode, Offset, Rulebook
from tests.worlds import World, only, perpetual, venue

D = Decimal


def smart(matched: str = "0", **changes: object) -> Rulebook:
    """Half of the notional at 2x to open, 10 % to keep."""
    book = venue(maintenance=D("0.10"), modes=(Mode.SMART, Mode.ISOLATED), **changes)
    return replace(book, offset=Offset(matched=D(matched)))


def world(book: Rulebook) -> World:
    pair = (
        perpetual("BTC", underlying="BTC", tick=D("0.01")),
        perpetual("BTC-Q", underlying="BTC", tick=D("0.01")),
    )
    made = World(book, *pair, mode=Mode.SMART)
    made.bar({"BTC": ("100",) * 4, "BTC-Q": ("100",) * 4}, c.Deposit(amount=D(1000)))
    return made


def order(symbol: str, side: Side, quantity: int) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=side, quantity=D(quantity), leverage=D(2))


def flat(made: World, *commands: c.Command, first: str = "100", second: str = "100") -> None:
    made.bar({"BTC": (first,) * 4, "BTC-Q": (second,) * 4}, *commands)


def test_a_full_hedge_needs_margin_for_one_side_only() -> None:
    made = world(smart())
    flat(made, order("BTC", Side.BUY, 20), order("BTC-Q", Side.SELL, 20))
    margin = assess(made.account, made.account.main, made.market.mark)
    assert (margin.initial, margin.maintenance) == (1000, 200)  # 20 x 100 / 2, and a tenth


def test_the_hedged_part_is_charged_what_the_book_says() -> None:
    made = world(smart(matched="0.25"))
    flat(made, order("BTC", Side.BUY, 10), order("BTC-Q", Side.SELL, 4))
    margin = assess(made.account, made.account.main, made.market.mark)
    # larger side 10 x 100 x 10 % = 100, smaller side a quarter of 4 x 100 x 10 %
    assert margin.maintenance == 110
    assert margin.initial == 500 + D("0.25") * 200


def test_a_hedge_is_taken_where_a_second_bet_would_be_refused() -> None:
    made = world(smart())
    flat(made, order("BTC", Side.BUY, 20))  # all of 1,000 is its initial margin
    flat(made, order("BTC-Q", Side.BUY, 1))
    assert only(made.of(e.OrderRefused)).symbol == "BTC-Q"
    flat(made, order("BTC-Q", Side.SELL, 20))
    assert set(made.account.main.positions) == {"BTC", "BTC-Q"}


def test_the_largest_order_that_passes_is_the_full_hedge() -> None:
    made = world(smart())
    flat(made, order("BTC", Side.BUY, 20))
    flat(made, order("BTC-Q", Side.SELL, 50))
    # 20 offset what is held and ask for nothing; one more would need 50 that are not there
    assert only(made.of(e.OrderRefused)).largest == 20


def test_a_hedged_pair_outlives_the_fall_that_ends_the_single_bet() -> None:
    for hedged, survives in ((False, False), (True, True)):
        made = world(smart())
        flat(made, order("BTC", Side.BUY, 20))
        if hedged:
            flat(made, order("BTC-Q", Side.SELL, 20))
        flat(made, first="50", second="50")  # 1,000 lost on the long alone
        assert (not made.of(e.Liquidated)) is survives


def test_unwinding_one_leg_brings_back_what_the_other_needs() -> None:
    made = world(smart())
    flat(made, order("BTC", Side.BUY, 20), order("BTC-Q", Side.SELL, 20))
    flat(made, first="52", second="52")
    # equity 1,000; the long alone keeps 20 x 52 x 10 % = 104 and has 960 less than it cost
    flat(made, c.ClosePosition(symbol="BTC-Q"), first="52", second="52")
    margin = assess(made.account, made.account.main, made.market.mark)
    assert (margin.equity, margin.maintenance) == (1000, 104)
    flat(made, first="49", second="49")
    assert not made.of(e.Liquidated)
    assert made.account.main.cash == 1000 + 20 * 48  # the gain of the short, booked


def test_a_liquidation_closes_the_larger_side() -> None:
    book = smart(protected=False)
    book = replace(book, forced_exit=replace(book.forced_exit, amount=ExitAmount.RESTORE))
    made = world(book)
    flat(made, order("BTC", Side.BUY, 20), order("BTC-Q", Side.SELL, 5))
    flat(made, first="53", second="97")  # 1,000 - 940 + 15 = 75, and 20 x 53 x 10 % = 106 to keep
    assert {event.symbol for event in made.of(e.Liquidated)} == {"BTC"}


def test_a_called_pair_is_hedged_by_the_answer_to_the_call() -> None:
    made = world(smart())
    flat(made, order("BTC", Side.BUY, 20))
    flat(made, c.AnswerCall(answer=Answer.HEDGE), first="56", second="56")
    # equity 120 against 112 to keep and 140 at the call
    answered = only(made.of(e.CallAnswered))
    assert (answered.answer, answered.symbol, answered.quantity) == ("hedge", "BTC-Q", 20)
    assert made.account.position("BTC-Q") is not None
