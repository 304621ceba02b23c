"""The ladder: a call is raised once, falls due, is answered or not, and escalates."""

from dataclasses import replace

from ledger.account.commands import AnswerCall, ClosePosition, Deposit, PlaceOrder
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Band, Judged, Rung
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, broker, level, only, stock


def called(**changes: object) -> World:
    """200 shares at 100, half borrowed, called at the second day's close at 70, due on day 4."""
    free = replace(broker().interest, tiers=())
    world = World(broker(interest=free, **changes), stock())
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"ACME": (80, 80, 70, 70)})
    return world


def test_the_house_call_is_judged_at_the_close_and_tells_what_cures_it() -> None:
    # equity 14,000 - 10,000 = 4,000; house wants 30 % = 4,200: 200 in cash or 200 / 0.30 in shares
    call = only(called().of(e.MarginCallIssued))
    assert (call.level, call.shortfall, call.sale_to_cure) == ("house", D(200), D("666.67"))
    assert call.would_sell == {"ACME": D(10)}  # 9.52 shares, rounded up
    assert call.at == T0 + 2 * DAY
    assert call.due == T0 + 4 * DAY  # the close of the second session after the call's


def test_a_dip_below_the_house_level_inside_the_day_raises_no_call() -> None:
    world = World(broker(), stock())
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"ACME": (80, 80, 69, 80)})
    assert not world.of(e.MarginCallIssued)
    assert len(world.of(e.MarginWarned)) == 1


def test_a_deposit_of_the_shortfall_meets_the_call_at_once() -> None:
    world = called()
    world.flat(70, Deposit(amount=D("199.99")))
    assert not world.of(e.MarginCallMet)
    world.flat(70, Deposit(amount=D("0.01")))
    assert only(world.of(e.MarginCallMet)).by == "deposit"


def test_a_sale_of_what_cures_meets_the_call() -> None:
    world = called()
    world.flat(70, AnswerCall(answer=Answer.SELL))
    assert only(world.of(e.CallAnswered)).quantity == 10
    assert only(world.of(e.MarginCallMet)).by == "sale"
    assert world.account.position("ACME").quantity == 190  # type: ignore[union-attr]


def test_closing_everything_meets_the_call() -> None:
    world = called()
    world.flat(70, ClosePosition(symbol="ACME"))
    assert only(world.of(e.MarginCallMet)).by == "sale"


def test_an_answer_by_deposit_pays_the_shortfall() -> None:
    world = called()
    world.flat(70, AnswerCall(answer=Answer.DEPOSIT))
    assert world.of(e.Deposited)[-1].amount == 200
    assert only(world.of(e.MarginCallMet)).by == "deposit"


def test_between_two_postings_an_answer_pays_the_interest_that_paying_brings_about() -> None:
    world = World(broker(), stock(), interval=6 * HOUR)
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"ACME": (80, 80, 70, 70)})
    assert only(world.of(e.MarginCallIssued)).shortfall == 200  # 4,200 - 4,000: nothing is posted
    world.flat(70, AnswerCall(answer=Answer.DEPOSIT))
    # half a day of 8 % on 10,000: 800 / 360 / 2 = 1.11, posted before the loan is repaid
    assert world.of(e.Deposited)[-1].amount == D("201.11")
    assert only(world.of(e.MarginCallMet)).by == "deposit"


def test_a_price_that_hovers_raises_one_call_and_not_a_hundred() -> None:
    world = called(levels=_without_deadline())
    for price in ("71.5", "71", "71.5", "71", "71.5", "71") * 3:
        world.flat(price)  # 71.43 is the call price
    assert len(world.of(e.MarginCallIssued)) == 1
    assert not world.of(e.MarginCallMet)


def _without_deadline() -> tuple[object, ...]:
    warning, call, lower = broker().levels
    return warning, replace(call, due_sessions=None), lower


def test_the_market_meets_a_call_only_above_the_clear_band() -> None:
    world = called(levels=_without_deadline())
    # 30.3 % of equity: V - 10,000 >= 0.303 V at V >= 14,347.21, that is 71.74 a share
    world.flat("71.73")
    assert not world.of(e.MarginCallMet)
    world.flat("71.74")
    assert only(world.of(e.MarginCallMet)).by == "market"


def test_a_call_that_nobody_meets_expires_at_the_open_after_its_due_time() -> None:
    world = called()
    world.flat(70)
    world.flat(70)
    assert not world.of(e.ForceSold)
    world.flat(70)
    assert only(world.of(e.MarginCallExpired)).by == "due"
    sold = only(world.of(e.ForceSold))
    # C = 200 at 70: 200 / (0.30 x 70) = 9.52 shares
    assert (sold.quantity, sold.price, sold.at) == (D(10), D(70), T0 + 4 * DAY)
    assert only(world.of(e.MarginCallMet)).by == "forced_sale"
    assert not world.account.calls


def test_waiting_is_an_answer_and_changes_nothing() -> None:
    world = called()
    world.flat(70, AnswerCall(answer=Answer.WAIT))
    assert only(world.of(e.CallAnswered)).answer == "wait"
    assert len(world.account.calls) == 1


def test_a_gap_below_the_exchange_level_withdraws_the_deadline() -> None:
    world = called()
    world.bar({"ACME": (62, 63, 61, 62)})
    house, exchange = world.of(e.MarginCallIssued)
    assert (house.level, exchange.level) == ("house", "exchange")
    assert exchange.due == exchange.at == T0 + 2 * DAY
    # to the house rate: 0.30 x 12,400 - 2,400
    assert exchange.shortfall == 1_320
    assert only(world.of(e.MarginCallExpired)).by == "exchange"
    # 1,320 / 18.60 = 70.97
    assert only(world.of(e.ForceSold)).quantity == 71


def test_inside_a_bar_the_exchange_level_acts_at_its_price() -> None:
    world = called()
    world.bar({"ACME": (70, 70, 60, 60)})
    sold = world.of(e.ForceSold)[0]
    # 10,000 / (200 x 0.75) = 66.666...: shown rounded up, sold on the tick below
    assert sold.threshold_price == D("66.66666667")
    assert sold.price == D("66.66")


def test_what_is_sold_again_at_once_is_sold_down_to_the_warning() -> None:
    alike = tuple(replace(each, long_rate=D("0.30")) for each in broker().schedules)
    free = replace(broker().interest, tiers=())
    world = World(broker(schedules=alike, interest=free), stock())
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"ACME": (80, 80, 60, 60)})
    # 200 P - 10,000 < 0.30 x 200 P below 71.4286: one share makes up for 4,285.20 - 4,284
    # 199 P - 9,928.58 < 0.30 x 199 P below 71.2748: 0.33 x 14,182.73 - 4,254.15 = 426.15,
    #   by 0.33 x 71.27 a share: 18.1
    # 180 P - 8,574.45 below 68.0512: 4,042.17 - 3,674.55 = 367.62, by 22.4565: 16.4
    # 163 P - 7,417.60 below 65.0096: 318.95 by 21.45: 14.9
    # 148 P - 6,442.60 below 62.1873: 276.83 by 20.5194: 13.5; the next would be below 59.41
    sold = [(sale.quantity, sale.price) for sale in world.of(e.ForceSold)]
    prices = ("71.42", "71.27", "68.05", "65", "62.18")
    assert sold == [*zip((1, 19, 17, 15, 14), map(D, prices), strict=True)]
    assert len(world.of(e.MarginCallIssued)) == len(sold)


def test_slippage_makes_a_forced_sale_larger() -> None:
    world = called(slippage=D("0.005"))
    world.bar({"ACME": (62, 63, 61, 62)})
    sold = only(world.of(e.ForceSold))
    # 62 less 0.5 % is 61.69; 1,320 / (18.60 - 0.31) = 72.17
    assert (sold.price, sold.quantity, sold.slippage) == (D("61.69"), D(73), D("0.31"))


def test_a_forced_sale_fills_inside_the_range_of_its_bar() -> None:
    world = called(slippage=D("0.05"))
    world.bar({"ACME": (62, 63, 61, 62)})
    assert only(world.of(e.ForceSold)).price == 61


def test_what_is_owed_after_everything_is_sold_stays_a_debt_that_bears_interest() -> None:
    world = World(broker(), stock())
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world.flat(100, Deposit(amount=D(10_000)), buy)
    world.bar({"ACME": (40, 40, 40, 40)})
    # 200 x 40 = 8,000 against 10,002.22 owed
    debt = only(world.of(e.DeficitRecorded))
    assert (debt.amount, debt.absorbed_by) == (D("2002.22"), "trader")
    world.flat(40)
    assert world.account.main.loan.owed() > D("2002.22")


def test_while_called_no_larger_risk_may_be_taken() -> None:
    world = called()
    world.flat(70, PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(1)))
    assert len(world.of(e.OrderRefused)) == 1


def test_there_is_nothing_to_answer_without_a_call() -> None:
    world = World(broker(), stock())
    world.flat(100, Deposit(amount=D(10_000)), AnswerCall(answer=Answer.DEPOSIT))
    assert "no margin call" in only(world.of(e.ActionRefused)).reason


def test_the_clear_band_widens_the_level_of_every_leverage() -> None:
    # 5 % beyond: 1.1 x 1.05 = 1.155; up to 3x 1.4 x 1.05 = 1.47, up to 5x 1.2 x 1.05 = 1.26
    bands = (Band(max_leverage=D(3), multiple=D("1.4")), Band(max_leverage=D(5), multiple=D("1.2")))
    call = level(Rung.CALL, "house", "1.1", Judged.ALWAYS, bands=bands)
    found = broker(clear_band=D("0.05")).clearing(call)
    assert found.multiple == D("1.155")
    assert [band.multiple for band in found.bands] == [D("1.47"), D("1.26")]
