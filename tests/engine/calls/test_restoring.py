"""Whom a forced exit takes first, what a sale restores, and the sale that cures a call."""

from dataclasses import replace

import pytest

from ledger.account.commands import AnswerCall
from ledger.account.event_terms import Answer, CallMetBy
from ledger.account.events import kinds as e
from ledger.account.state import Account, Call, Loan, Position
from ledger.engine.calls import ladder
from ledger.engine.calls.curing import cure, shortfall
from ledger.engine.calls.restoring import first_to_go, restored_per_unit, still_breached
from ledger.engine.commands.answer_call import answer
from ledger.engine.decide import decide
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.market.instrument import Kind, OptionTerms, Right
from ledger.market.quote import Market
from ledger.market.rules.rulebook import (
    ExitOrder,
    Interest,
    Judged,
    Mode,
    Offset,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import Basis, Schedule
from tests.account.made import account, pocket, position
from tests.worlds import T0, TIERS, D, Past, broker, level, only, perpetual, stock, venue


def market(prices: dict[str, str], trading: str | None = None) -> Market:
    told = {symbol: D(price) for symbol, price in prices.items()}
    here = Market(time=T0, last=told, mark=told, history=Past())
    return replace(here, trading=frozenset(told if trading is None else trading.split()))


def holding(book: Rulebook, *held: Position, cash: str = "0", mode: Mode = Mode.CROSS) -> Account:
    listed = [perpetual(name, underlying=name[0]) for name in ("A", "B", "AQ", "C")]
    made = replace(account(book, *listed), mode=mode)
    return replace(made, pockets={"main": pocket(*held, cash=cash)})


def coin(symbol: str, quantity: str, entry: str = "100", at: int = 0) -> Position:
    held = position(perpetual(symbol), quantity, entry)
    return replace(held, opened_at=at)


ORDERED = (coin("B", "1", at=2), coin("A", "1", "120", at=3), coin("C", "-1", "90", at=1))
"""At 100 nothing is made on B, 20 lost on A and 10 lost on C."""


def first(one: Account, here: Market) -> str:
    return first_to_go(one, one.main, here).symbol


@pytest.mark.parametrize(
    ("order", "prices", "trading", "symbol"),
    [
        (ExitOrder.LOSERS, ("100", "100", "100"), None, "A"),
        (ExitOrder.LOSERS, ("100", "100", "115"), None, "C"),
        # what does not trade cannot be sold, and where nothing does all are looked at
        (ExitOrder.LOSERS, ("100", "100", "100"), "B C", "C"),
        (ExitOrder.LOSERS, ("100", "100", "100"), "", "A"),
        # of two that lost as much the one listed first
        (ExitOrder.LOSERS, ("100", "100", "110"), None, "A"),
        (ExitOrder.LOSERS, ("80", "100", "110"), None, "A"),
        (ExitOrder.OLDEST, ("100", "100", "100"), None, "C"),
        (ExitOrder.OLDEST, ("100", "100", "100"), "A B", "B"),
    ],
)
def test_a_forced_exit_takes_the_largest_loser_or_the_oldest_that_trades(
    order: ExitOrder, prices: tuple[str, ...], trading: str | None, symbol: str
) -> None:
    book = replace(venue(), forced_exit=replace(venue().forced_exit, order=order))
    told = dict(zip(("B", "A", "C"), prices, strict=True))
    assert first(holding(book, *ORDERED), market(told, trading)) == symbol


@pytest.mark.parametrize(
    ("long", "short", "symbol"),
    [
        # of a hedge only the larger side frees anything: half a percent of 3 or of 2
        ("3", "-2", "A"),
        ("2", "-3", "AQ"),
        ("0.5", "-0.25", "A"),
        # of two that are as large the larger loser
        ("2", "-2", "AQ"),
    ],
)
def test_in_smart_cross_one_of_the_larger_side_goes(long: str, short: str, symbol: str) -> None:
    """At 110 the long has won and the short lost."""
    held = (coin("A", long), coin("AQ", short))
    one = holding(venue(offset=Offset()), *held, mode=Mode.SMART)
    here = market({"A": "110", "AQ": "110"})
    assert first(one, here) == symbol
    crossed = replace(one, mode=Mode.CROSS)
    assert first(crossed, here) == "AQ"


# what one unit restores


@pytest.mark.parametrize(
    ("quantity", "price", "fee", "restored"),
    [
        # half a percent of 100, less the fee of 0.1 % and what the price is behind the mark
        ("2", "100", "0", "0.5"),
        ("2", "100", "0.001", "0.4"),
        ("2", "99", "0", "-0.5"),
        ("-2", "99", "0", "1.5"),
        ("-2", "101", "0.001", "-0.601"),
    ],
)
def test_a_sale_restores_its_demand_less_what_it_costs(
    quantity: str, price: str, fee: str, restored: str
) -> None:
    held = coin("A", quantity)
    one = holding(venue(), held)
    last = one.rulebook.levels[-1]
    found = restored_per_unit(one, held, D(100), D(price), D(fee), last)
    assert found == D(restored)
    # a level of twice the demand of half the equity asks four times that
    dearer = replace(last, multiple=D(2), share=D("0.5"))
    asked = restored_per_unit(one, held, D(100), D(price), D(fee), dearer)
    assert asked == D(restored) + 3 * D("0.5")


def test_a_contract_of_two_coins_frees_what_two_free() -> None:
    double = perpetual("A", multiplier=D(2))
    held = position(double, "3", "100")
    one = replace(account(venue(), double), pockets={"main": pocket(held)})
    found = restored_per_unit(one, held, D(100), D(100), D(0), one.rulebook.levels[-1])
    assert found == 1  # half a percent of 200


def test_the_tier_that_all_stands_in_says_what_a_unit_restores() -> None:
    """600 at 100 are 60,000, in the second tier, at 0.5 %; called below 1.25 times that."""
    held = coin("A", "600")
    one = holding(venue(tiers=TIERS), held)
    assert restored_per_unit(one, held, D(100), D(100), D(0)) == D("0.625")


@pytest.mark.parametrize(("cash", "restored"), [("0", "99.8"), ("0.1", "99.8"), ("0.2", "99.9")])
def test_where_debt_is_watched_a_fee_that_cash_does_not_pay_is_owed(
    cash: str, restored: str
) -> None:
    """What 100 repays is no longer owed; the fee of 0.1 is lost, and owed if cash does not cover
    it."""
    book = broker(
        schedules=(Schedule(name="house", basis=Basis.LIABILITIES),),
        levels=(level(Rung.LIQUIDATION, "house", "1", Judged.ALWAYS),),
    )
    held = position(stock("A"), "3", "100")
    one = account(book, stock("A"))
    one = replace(one, pockets={"main": pocket(held, cash=cash)})
    assert restored_per_unit(one, held, D(100), D(100), D("0.001")) == D(restored)


def test_buying_a_written_option_back_frees_its_price_at_least() -> None:
    """10 shares at 3.00, and the fee of 1 % of that is lost."""
    terms = OptionTerms(on="A", right=Right.CALL, strike=D(50), expires=T0)
    option = stock("O", kind=Kind.OPTION, multiplier=D(10), option=terms)
    held = position(option, "-2", "2")
    one = replace(account(broker(), stock("A"), option), pockets={"main": pocket(held)})
    last = one.rulebook.levels[-1]
    assert restored_per_unit(one, held, D(3), D(3), D("0.01"), last) == 30 - D("0.3")
    dearer = replace(last, multiple=D(2))
    assert restored_per_unit(one, held, D(3), D(3), D("0.01"), dearer) == 60 - D("0.3")


# what cures


BROKER = broker(interest=Interest())


def borrowed(shares: str, loan: str, **book: object) -> Account:
    held = position(stock("A"), shares, "100")
    one = account(replace(BROKER, **book), stock("A"))  # type: ignore[arg-type]
    owed = Loan(principal=D(loan), accrued_to=T0)
    return replace(one, pockets={"main": pocket(held, loan=owed)})


@pytest.mark.parametrize(
    ("loan", "short", "quantity", "value"),
    [
        # 100 at 68 with 5,000 owed: 1,800 of equity, 30 % of 6,800 is 2,040
        ("5000", "240", "12", "800"),  # 240 / 20.4 a share = 11.76, worth 800
        ("4760", "0", "0", "0"),
        ("4759.99", "0", "0", "0"),
        ("4760.01", "0.01", "1", "0.04"),  # a cent over 20.4 a share, worth 3.33 cents
        ("6800", "2040", "100", "6800"),
    ],
)
def test_the_sale_that_cures_is_what_is_short_over_what_a_share_restores(
    loan: str, short: str, quantity: str, value: str
) -> None:
    one, here = borrowed("100", loan), market({"A": "68"})
    assert shortfall(one, one.main, here) == D(short)
    found = cure(one, one.main, here)
    assert (found.quantity, found.value) == (D(quantity), D(value))
    assert [(held.symbol, size) for held, size in found.whole] == [("A", D(quantity))]


def test_where_equality_is_a_breach_it_takes_a_cent_more() -> None:
    call = replace(BROKER.call_level, inclusive=True)
    levels = tuple(call if each.rung is Rung.CALL else each for each in BROKER.levels)
    here = market({"A": "68"})
    at = borrowed("100", "4760", levels=levels)
    assert shortfall(at, at.main, here) == D("0.01")
    above = borrowed("100", "4759.99", levels=levels)
    assert shortfall(above, above.main, here) == 0
    below = borrowed("100", "4760.01", levels=levels)
    assert shortfall(below, below.main, here) == D("0.02")


def test_where_selling_costs_as_much_as_it_restores_all_goes() -> None:
    """A fee of 30 % takes all that a share's 30 % frees: 100 at 68, worth 6,800."""
    one = borrowed("100", "5000", taker_fee=D("0.30"))
    found = cure(one, one.main, market({"A": "68"}))
    assert (found.quantity, found.value) == (100, 6_800)


# calls and warnings end


def draft(cash: str, *, warned: bool = False, called: bool = False, held: str = "4") -> Draft:
    """4 at 100 keep 2.00: called at 2.50, warned at 3.125, cleared at 1 % more than either."""
    positions = [coin("A", held)] if held != "0" else []
    one = holding(venue(), *positions, cash=cash)
    call = Call(seq=7, pocket="main", level="venue", issued_at=T0, shortfall=D(1), due=None)
    one = replace(
        one,
        warned=frozenset({"main"} if warned else ()),
        calls={"main": call} if called else {},
    )
    return Draft(one, market({"A": "100"}))


@pytest.mark.parametrize(
    ("cash", "warned", "called", "ended"),
    [
        ("3.15625", True, False, ["MarginWarningCleared"]),
        ("3.15624", True, False, []),
        ("2.525", False, True, ["MarginCallMet"]),
        ("2.524", False, True, []),
        ("2.525", True, True, ["MarginCallMet"]),
        ("3.2", True, True, ["MarginWarningCleared", "MarginCallMet"]),
        ("9", False, False, []),
    ],
)
def test_the_market_ends_a_warning_and_a_call_above_the_clear_band(
    cash: str, warned: bool, called: bool, ended: list[str]
) -> None:
    here = draft(cash, warned=warned, called=called)
    ladder.recover(here)
    assert [type(event).__name__ for event in here.events] == ended
    for event in here.events:
        if isinstance(event, e.MarginCallMet):
            assert (event.by, event.call) == (CallMetBy.MARKET, 7)


@pytest.mark.parametrize(
    ("cash", "touched", "held", "met"),
    [
        ("2.51", ("main",), "4", True),  # somebody's act needs no band
        ("2.50", ("main",), "4", False),
        ("2.51", (), "4", True),
        ("2.51", ("isolated:A",), "4", False),
        ("-5", ("main",), "0", True),  # nothing is held any more
    ],
)
def test_an_act_ends_a_call_where_it_restores_what_is_asked(
    cash: str, touched: tuple[str, ...], held: str, met: bool
) -> None:
    here = draft(cash, called=True, held=held)
    ladder.meet(here, CallMetBy.DEPOSIT, *touched)
    assert bool(here.events) is met


@pytest.mark.parametrize(
    ("due", "expired", "expires"), [(T0, False, True), (T0 + 1, False, False), (None, False, False)]
)
def test_a_call_expires_when_it_is_due(due: int | None, expired: bool, expires: bool) -> None:
    here = draft("2", called=True)
    call = replace(here.account.calls["main"], due=due, expired=expired)
    here.account = replace(here.account, calls={"main": call})
    ladder.expire_due(here)
    assert bool(here.events) is expires
    ladder.expire_due(here)  # and no second time
    assert len(here.events) == int(expires)


def test_nothing_held_is_short_of_no_level() -> None:
    last = venue().levels[-1]
    assert not still_breached(draft("-5", held="0"), "main", last)
    assert not still_breached(draft("-5"), "isolated:A", last)
    assert still_breached(draft("2"), "main", last)
    assert not still_breached(draft("2.01"), "main", last)


def test_a_warning_and_a_call_tell_how_things_stand() -> None:
    """At 2.40 of 2.50: health by the margin ratio is 2.00 / 2.40, its call at 0.8."""
    here = draft("2.40", warned=True)
    ladder.issue(here, here.account.main, here.account.rulebook.levels[1], T0 + 9)
    told = only(event for event in here.events if isinstance(event, e.MarginCallIssued))
    assert (told.health, told.threshold) == (D("0.83333333"), D("0.8"))
    assert (told.due, told.level, told.prices) == (T0 + 9, "venue", {"A": 100})
    # 0.1 and a unit more, since equality counts: over 0.625 a unit
    assert told.shortfall == D("0.100001")
    assert told.would_sell == {"A": D("0.161")}


def test_a_sale_that_answers_a_call_and_cannot_be_is_refused_with_the_answer() -> None:
    """Half a share is no lot: nothing is told but the refusal."""
    here = Draft(borrowed("100", "5000"), market({"A": "68"}))
    call = Call(seq=7, pocket="main", level="house", issued_at=T0, shortfall=D(1), due=None)
    here.account = replace(here.account, calls={"main": call})
    with pytest.raises(Refusal, match="multiple of the lot"):
        answer(here, AnswerCall(answer=Answer.SELL, quantity=D("0.5")))
    decided = decide(
        replace(here.account), here.market, AnswerCall(answer=Answer.SELL, quantity=D("0.5"))
    )
    assert [type(event).__name__ for event in decided.events] == ["ActionRefused"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (AnswerCall(answer=Answer.DEPOSIT), False),
        (AnswerCall(answer=Answer.DEPOSIT, amount=D(5)), True),
        (AnswerCall(answer=Answer.SELL), False),
        (AnswerCall(answer=Answer.SELL, quantity=D(1)), True),
        (AnswerCall(answer=Answer.WAIT), True),
    ],
)
def test_where_nothing_is_short_an_answer_says_how_much(given: AnswerCall, taken: bool) -> None:
    """100 at 68 with 4,700 owed: 2,100 of equity, and 2,040 are kept, inside the clear band."""
    one = borrowed("100", "4700")
    call = Call(seq=7, pocket="main", level="house", issued_at=T0, shortfall=D(1), due=None)
    decided = decide(replace(one, calls={"main": call}), market({"A": "68"}), given)
    assert any(isinstance(event, e.CallAnswered) for event in decided.events) is taken
    if not taken:
        told = only(event for event in decided.events if isinstance(event, e.ActionRefused))
        assert told.reason.startswith("nothing is owed at this price")


@pytest.mark.parametrize("underlying", ["A", "X"])
def test_where_both_sides_of_a_hedge_have_to_give_no_other_underlying_does(underlying: str) -> None:
    """3 long that lost 90 and 3 short that lost nothing offset each other; 1 short of another coin
    has lost 10. 1.00 of equity; at half a percent and a quarter more 1.5 + 0.5 require 2.50."""
    long, short, other = underlying, f"{underlying}Q", "C"
    listed = [perpetual(symbol, underlying=symbol[0]) for symbol in (long, short, other)]
    one = replace(account(venue(offset=Offset()), *listed), mode=Mode.SMART)
    held = (coin(long, "3", "130"), coin(short, "-3"), coin(other, "-1", "90"))
    one = replace(one, pockets={"main": pocket(*held, cash="101")})
    found = cure(one, one.main, market(dict.fromkeys((long, short, other), "100")))
    assert found.position.symbol == long
    assert [position.symbol for position, _ in found.also] == [short]
