"""Liquidation: walls that hold, thresholds as calculated, stops that act before."""

from ledger.account.commands import AddMargin, AnswerCall, Deposit, PlaceOrder, RemoveMargin
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.market.rules.rulebook import Mode
from tests.worlds import TIERS, D, Row, World, only, perpetual, venue


def trade(side: Side, quantity: str, leverage: int, **more: object) -> PlaceOrder:
    more.setdefault("symbol", "BTC")
    return PlaceOrder(
        side=side,
        quantity=D(quantity),
        leverage=D(leverage),
        **more,  # type: ignore[arg-type]
    )


def march_2020(mode: Mode, **changes: object) -> World:
    """1.36 BTC bought at 7,353.5 with 10x, 3,000 in the wallet."""
    world = World(venue(**changes), perpetual(), mode=mode)
    world.flat("7353.5", Deposit(amount=D(3000)), trade(Side.BUY, "1.36", 10))
    return world


def test_an_isolated_long_goes_where_the_formula_says() -> None:
    # (1,000.076 - 10,000.76) / (1.36 x (0.005 - 1)) = 6,651.4070...
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (7000, 7000, 6000, 6500)})
    gone = only(world.of(e.Liquidated))
    assert gone.threshold_price.quantize(D("0.01")) == D("6651.41")
    assert gone.price == D("6651.0")  # the first half-dollar tick beyond it


def test_a_crossed_long_stands_on_the_whole_wallet() -> None:
    # (3,000 - 10,000.76) / (1.36 x -0.995) = 5,173.48...
    world = march_2020(Mode.CROSS)
    world.bar({"BTC": (7000, 7000, 6000, 6500)})
    assert not world.of(e.Liquidated)
    world.bar({"BTC": (6000, 6000, 5000, 5100)})
    assert only(world.of(e.Liquidated)).threshold_price.quantize(D("0.01")) == D("5173.49")


def test_a_gap_through_the_threshold_fills_at_the_open_and_says_what_the_threshold_was() -> None:
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (6640, 6700, 6600, 6650)})
    gone = only(world.of(e.Liquidated))
    assert (gone.price, gone.threshold_price.quantize(D("0.01"))) == (D(6640), D("6651.41"))


def test_an_isolated_position_loses_its_margin_and_no_more() -> None:
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (5000, 5000, 5000, 5000)})
    # 1.36 x 2,353.5 = 3,200.76 lost, 1,000.076 posted: the venue bears 2,200.684
    deficit = only(world.of(e.DeficitRecorded))
    assert (deficit.amount, deficit.absorbed_by) == (D("2200.684"), "venue")
    assert world.account.main.cash == D("1999.924")
    assert list(world.account.pockets) == ["main"]


def test_a_stop_nearer_than_the_threshold_saves_the_margin() -> None:
    world = World(venue(), perpetual(), mode=Mode.ISOLATED)
    entry = trade(Side.BUY, "1.36", 10, stop_loss=D(7150))
    world.flat("7353.5", Deposit(amount=D(3000)), entry)
    world.bar({"BTC": (7300, 7300, 6000, 6500)})
    assert only(world.of(e.StoppedOut)).price == 7150
    assert not world.of(e.Liquidated)
    # 1.36 x 203.5 = 276.76 is all that is lost
    assert world.account.main.cash == D("2723.24")


def test_forced_exits_slip_and_pay_the_liquidation_fee() -> None:
    world = march_2020(Mode.ISOLATED, slippage=D("0.001"), fee=D("0.005"))
    world.bar({"BTC": (7000, 7000, 6000, 6500)})
    gone = only(world.of(e.Liquidated))
    # 6,651.0 less 0.1 % is 6,644.349: on the tick below 6,644.0, 7 less
    assert (gone.price, gone.slippage) == (D("6644.0"), D("7.0"))
    # 1.36 x 6,644 = 9,035.84, of that half a percent
    assert only(world.of(e.FeeCharged)).amount == D("45.1792")


def test_a_short_is_liquidated_on_the_way_up() -> None:
    world = World(venue(), perpetual(), mode=Mode.ISOLATED)
    world.flat(10_000, Deposit(amount=D(3000)), trade(Side.SELL, "1", 10))
    world.bar({"BTC": (10_000, 12_000, 10_000, 11_000)})
    # (1,000 + 10,000) / 1.005 = 10,945.27
    gone = only(world.of(e.Liquidated))
    assert gone.threshold_price == D("10945.27363184")
    assert gone.price == D("10945.5")


def test_maintenance_is_taken_from_the_tier_that_the_threshold_lies_in() -> None:
    world = World(venue(tiers=TIERS), perpetual(), mode=Mode.ISOLATED)
    world.flat(10_000, Deposit(amount=D(30_000)), trade(Side.BUY, "5.1", 5))
    world.bar({"BTC": (10_000, 10_000, 8_000, 8_000)})
    # At the threshold the notional is below 50,000: the first tier, 0.4 %, no amount:
    # (10,200 - 51,000) / (5.1 x (0.004 - 1)) = 8,032.128514...
    assert only(world.of(e.Liquidated)).threshold_price == D("8032.12851406")


def test_added_margin_moves_the_threshold_away_and_what_is_not_needed_can_be_taken_back() -> None:
    world = march_2020(Mode.ISOLATED)
    world.flat("7353.5", AddMargin(symbol="BTC", amount=D(500)))
    world.bar({"BTC": (7000, 7000, 6500, 6600)})
    assert not world.of(e.Liquidated)
    world = march_2020(Mode.ISOLATED)
    world.flat(7353, RemoveMargin(symbol="BTC", amount=D(10)))
    assert len(world.of(e.ActionRefused)) == 1


def test_a_crossed_loss_is_carried_by_the_gains_of_others() -> None:
    world = World(venue(), perpetual(), perpetual("ETH"), mode=Mode.CROSS)
    rows: dict[str, Row | None] = {"BTC": (10_000,) * 4, "ETH": (1_000,) * 4}
    long = trade(Side.BUY, "1", 10)
    short = trade(Side.SELL, "10", 10, symbol="ETH")
    world.bar(rows, Deposit(amount=D(2_500)), long, short)
    world.bar({"BTC": (8_000,) * 4, "ETH": (800,) * 4})
    assert not world.of(e.Liquidated)
    assert world.account.main.cash == 2_500


def test_cross_liquidation_takes_the_largest_loser_first_and_stops_when_restored() -> None:
    world = World(venue(), perpetual(), perpetual("ETH"), mode=Mode.CROSS)
    rows: dict[str, Row | None] = {"BTC": (10_000,) * 4, "ETH": (1_000,) * 4}
    big = trade(Side.BUY, "1", 10)
    small = trade(Side.BUY, "1", 10, symbol="ETH")
    world.bar(rows, Deposit(amount=D(1_200)), big, small)
    world.bar({"BTC": (8_860,) * 4, "ETH": (990,) * 4})
    # equity 1,200 - 1,140 - 10 = 50 against 0.5 % of 9,850 = 49.25: sound; one tick lower it falls
    assert not world.of(e.Liquidated)
    world.bar({"BTC": (8_859,) * 4, "ETH": (990,) * 4})
    gone = only(world.of(e.Liquidated))
    assert gone.symbol == "BTC"
    assert world.account.position("ETH") is not None


def test_the_mark_price_liquidates_and_the_last_price_fills() -> None:
    world = march_2020(Mode.ISOLATED)
    # the last price falls far below the threshold, the mark does not: the position lives
    world.bar({"BTC": (7000, 7000, 5000, 7000)}, marks={"BTC": (7000, 7000, 6800, 7000)})
    assert not world.of(e.Liquidated)
    # the mark falls through, the last price stays above: filled where the last price was lowest
    world.bar({"BTC": (7000, 7000, 6700, 6900)}, marks={"BTC": (7000, 7000, 6600, 6900)})
    gone = only(world.of(e.Liquidated))
    assert (gone.judged_by, gone.price) == ("mark", D(6700))


def test_two_isolated_walls_do_not_know_of_each_other() -> None:
    world = World(venue(), perpetual(), perpetual("ETH"), mode=Mode.ISOLATED)
    rows: dict[str, Row | None] = {"BTC": (10_000,) * 4, "ETH": (1_000,) * 4}
    one, two = trade(Side.BUY, "0.1", 10), trade(Side.BUY, "1", 10, symbol="ETH")
    world.bar(rows, Deposit(amount=D(1_000)), one, two)
    before = world.account.pockets["isolated:ETH"]
    world.bar({"BTC": (8_000,) * 4, "ETH": (1_000,) * 4})
    assert only(world.of(e.Liquidated)).symbol == "BTC"
    assert world.account.pockets["isolated:ETH"] == before


def test_a_venue_warns_and_calls_before_it_liquidates_and_gives_no_deadline() -> None:
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (7000, 7000, 6000, 6500)})
    ladder = (e.MarginWarned, e.MarginCallIssued, e.Liquidated, e.MarginCallMet)
    seen = [type(event) for event in world.events if isinstance(event, ladder)]
    assert seen == [*ladder]
    assert only(world.of(e.MarginCallIssued)).due is None


def test_half_of_an_isolated_position_frees_half_of_its_margin() -> None:
    world = World(venue(), perpetual(), mode=Mode.ISOLATED)
    world.flat(10_000, Deposit(amount=D(3000)), trade(Side.BUY, "1", 10))
    world.flat(9_800, trade(Side.SELL, "0.5", 10))
    # 500 of margin is freed, less the 100 that this half has lost
    assert only(world.of(e.PositionChanged)).margin == 500
    assert world.account.main.cash == 2_400
    assert world.account.pockets["isolated:BTC"].cash == 500


def test_selling_what_cures_meets_the_call_of_an_isolated_position() -> None:
    """While called, the margin that a sale frees stays behind the wall instead of leaving it."""
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (6700, 6700, 6655, 6656)})
    call = only(world.of(e.MarginCallIssued))
    world.flat(6656, AnswerCall(answer=Answer.SELL))
    assert only(world.of(e.MarginCallMet)).call == world.events.index(call) + 1
    assert world.account.pockets["isolated:BTC"].positions


def test_what_is_done_outside_an_isolated_wall_meets_no_call_inside_it() -> None:
    """At 6,660 there is 56.92 behind the wall for 56.61: short of the clear band's 57.18."""
    world = march_2020(Mode.ISOLATED)
    world.bar({"BTC": (6700, 6700, 6655, 6660)})
    world.flat(6660, Deposit(amount=D(100)))
    assert only(world.of(e.MarginCallIssued))
    assert not world.of(e.MarginCallMet)
    world.flat(6660, AddMargin(symbol="BTC", amount=D(1)))
    assert only(world.of(e.MarginCallMet)).by == "deposit"
