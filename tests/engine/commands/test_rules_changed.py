"""The rules change while the clock runs: what holds before, at, and after the moment."""

from dataclasses import replace
from fractions import Fraction
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.commands import Borrow, ChangeRules, Deposit, PlaceOrder, Wait
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import OrderType, Side, open_account
from ledger.books.entries import legs_of
from ledger.books.wire.codec import from_wire, to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.market.rules.carry import Calendar, Interest, RateTier, Rollover
from ledger.market.rules.in_force import rules_in_force
from ledger.market.rules.rulebook import Rulebook
from ledger.market.rules.schedule import Schedule
from ledger.times import DAY, HOUR
from tests.worlds import T0, TIERS, D, World, broker, only, perpetual, stock, venue


def change(cause: str = "", **rules: str) -> ChangeRules:
    return ChangeRules(rules=rules, cause=cause)


def buy(symbol: str, quantity: int, leverage: int = 2) -> PlaceOrder:
    return PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(quantity), leverage=D(leverage))


def borrowed(**changes: object) -> World:
    """200 shares at 100, half of them on a loan of 10,000 at 8 %, no bar since."""
    world = World(broker(**changes), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy("ACME", 200))
    return world


def test_a_raised_house_margin_calls_at_the_sessions_close() -> None:
    world = borrowed()
    world.flat(80)
    assert not world.of(e.MarginCallIssued)
    # equity 16,000 - 10,004.44 = 5,995.56 is 37.5 %, and 6,400 are asked from here on
    world.flat(80, change("the house raises maintenance", maintenance_margin="0.40"))
    changed, call = only(world.of(e.RulesChanged)), only(world.of(e.MarginCallIssued))
    assert (changed.at, changed.cause) == (T0 + 2 * DAY, "the house raises maintenance")
    assert (changed.was, changed.rules) == (
        {"maintenance_margin": "0.30"},
        {"maintenance_margin": "0.40"},
    )
    # three days of 10,000 x 8 % / 360 are 6.67: 6,400 - (16,000 - 10,006.67)
    assert (call.at, call.level, call.shortfall) == (T0 + 3 * DAY, "house", D("406.67"))


def test_a_raised_maintenance_of_a_venue_liquidates_at_the_present_price() -> None:
    world = World(venue(), perpetual())
    world.flat(1000, Deposit(amount=D(1000)), buy("BTC", 1, 10))
    assert not world.of(e.Liquidated)
    world.flat(1000, change(maintenance_margin="0.1"))
    # 100 of margin against 10 % of 1,000: at or below is enough
    assert only(world.of(e.Liquidated)).price == 1000


def test_a_lowered_demand_ends_the_call() -> None:
    world = borrowed()
    world.flat(70)
    call = only(world.of(e.MarginCallIssued))
    world.flat(70, change(maintenance_margin="0.26"))
    # equity 14,000 - 10,004.44 is 28.5 %: below 30, above 26
    met = only(world.of(e.MarginCallMet))
    assert (met.call, met.by) == (world.events.index(call) + 1, "rules")


def test_interest_runs_at_the_old_rate_up_to_the_moment_and_at_the_new_one_after() -> None:
    world = borrowed()
    world.do(Wait(until=T0 + 9 * DAY), change(loan_rate="0.16"))
    # 10,000 x 8 % x 9 / 360
    assert world.account.main.loan.accrued == D("20.00")
    world.do(Wait(until=T0 + 18 * DAY))
    assert world.account.main.loan.accrued == D("60.00")


def test_a_rate_changes_in_the_middle_of_a_day() -> None:
    world = borrowed()
    world.do(Wait(until=T0 + 36 * HOUR), change(loan_rate="0.16"), Wait(until=T0 + 2 * DAY))
    # a day and a half at 2.2222 a day, half a day at 4.4444
    assert world.account.main.loan.accrued == D("5.56")


def test_a_new_day_count_keeps_what_rounding_had_left() -> None:
    world = borrowed()
    world.do(Wait(until=T0 + 7 * DAY), change(day_count="365"), Wait(until=T0 + 20 * DAY))
    # seven days of 2.2222 and thirteen of 2.1918, rounded once
    exact = Fraction(800 * 7, 360) + Fraction(800 * 13, 365)
    assert world.account.main.loan.accrued == D(round(exact * 100)) / 100


def test_an_hour_of_the_clock_is_charged_at_the_rate_of_its_end() -> None:
    hourly = Interest(
        tiers=(RateTier(floor=D(0), rate=D("0.0876")),),
        day_count=365,
        post_every=HOUR,
        calendar=Calendar.CLOCK,
    )
    book = broker(interest=hourly, currency="USDT")
    world = World(book, stock(currency="USDT"))
    world.do(Deposit(amount=D(10_000)), Borrow(amount=D(10_000)))
    world.do(Wait(until=T0 + HOUR + 600), change(loan_rate="0.1752"))
    assert world.account.main.loan.accrued == D("0.1")
    world.do(Wait(until=T0 + 2 * HOUR))
    assert world.account.main.loan.accrued == D("0.3")


def test_a_free_loan_that_begins_to_cost_owes_nothing_for_the_past() -> None:
    free = Interest(tiers=(RateTier(floor=D(0), rate=D(0)),))
    world = borrowed(interest=free)
    world.do(Wait(until=T0 + 20 * DAY), change(loan_rate="0.08"))
    assert not world.of(e.InterestAccrued)
    world.do(Wait(until=T0 + 29 * DAY))
    assert world.account.main.loan.accrued == D("20.00")


def test_a_lot_keeps_the_rollover_of_its_fill() -> None:
    rolled = Rollover(fee=D("0.0001"), every=4 * HOUR)
    world = World(broker(rollover=rolled, interest=Interest()), stock(), interval=4 * HOUR)
    world.flat(100, Deposit(amount=D(20_000)), buy("ACME", 100))
    world.flat(100, change(rollover_fee="0.0005"), buy("ACME", 100))
    world.flat(100)
    amounts = (
        [(fee.at - T0) // HOUR for fee in world.of(e.FeeCharged)],
        [fee.amount for fee in world.of(e.FeeCharged)],
    )
    # 1.00 for the first lot each time, 5.00 more for the second
    assert amounts == ([4, 8, 12], [D("1.00"), D("6.00"), D("6.00")])


def test_an_order_that_rests_with_more_leverage_than_is_lent_now_is_cancelled() -> None:
    world = World(venue(), perpetual())
    limit = replace(
        buy("BTC", 1, 20), order_type=OrderType.LIMIT, limit=D(900), reason="before the change"
    )
    world.flat(1000, Deposit(amount=D(1000)), limit, change(max_leverage="5"))
    assert not world.of(e.OrderFilled)
    world.flat(900)
    assert "lends up to 5x" in only(world.of(e.OrderCancelled)).reason
    assert not world.of(e.OrderFilled)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"surprise": "1"}, "allowed:"),
        ({"rollover_fee": "0.1"}, "no rollover fee; allowed:"),
        ({"maintenance_margin": "0.20"}, "exchange_margin 0.25 is above"),
        ({"loan_rate": "NaN"}, "not a plain number"),
        ({}, "none of these rules"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_changes_nothing(
    rules: dict[str, str], told: str
) -> None:
    world = borrowed()
    before = world.account
    world.do(ChangeRules(rules=rules))
    refused = only(world.of(e.ActionRefused))
    assert refused.action == "change_rules"
    assert told in refused.reason
    assert world.account.rulebook == before.rulebook
    assert world.account.pockets == before.pockets


changes = st.lists(
    st.tuples(
        st.integers(1, 10 * DAY),
        st.one_of(
            st.integers(0, 40).map(lambda rate: {"loan_rate": f"0.{rate:02}"}),
            st.sampled_from(("360", "365")).map(lambda days: {"day_count": days}),
        ),
    ),
    max_size=6,
)


@given(changes, st.integers(1, 9_000), st.lists(st.integers(1, 60 * DAY), max_size=4))
def test_changed_rates_add_up_and_the_record_tells_them_all(
    moves: list[tuple[int, dict[str, str]]], principal: int, cuts: list[int]
) -> None:
    world = World(broker(interest=Interest(tiers=broker().interest.tiers)), stock())
    start = world.account
    world.do(Deposit(amount=D(10_000)), Borrow(amount=D(principal)))
    rate, days, exact, now = Fraction(8, 100), 360, Fraction(0), T0
    for span, rules in moves:
        for cut in sorted(cut for cut in cuts if cut < span):
            world.do(Wait(until=now + cut))
        now += span
        world.do(Wait(until=now), ChangeRules(rules=rules))
        exact += principal * rate * span / (days * DAY)
        rate = Fraction(rules["loan_rate"]) if "loan_rate" in rules else rate
        days = int(rules.get("day_count", days))
    world.do(Wait(until=now + DAY))
    posted = world.account.main.loan
    exact += principal * rate * (posted.accrued_to - now) / (days * DAY) if rate else 0
    assert abs(Fraction(posted.accrued) - exact) <= Fraction(1, 200)

    again = open_account(
        "test", start.rulebook, start.mode, start.convention, dict(start.instruments)
    )
    for seq, event in enumerate(world.events, start=1):
        wire = to_wire(event, seq, "test")
        assert from_wire(wire) == event
        assert legs_of(again, event) == () if isinstance(event, e.RulesChanged) else True
        again = apply(again, event)
    assert again == world.account
    assert state_hash(again) == state_hash(world.account)


def test_the_fingerprint_of_an_account_has_its_changed_rules_in_it() -> None:
    one, other = borrowed(), borrowed()
    one.do(change(clear_band="0.02"))
    other.do(change(clear_band="0.03"))
    last = [e.NoteAdded(at=T0 + DAY, text="n")]
    assert state_hash(reduce(apply, last, one.account)) != state_hash(
        reduce(apply, last, other.account)
    )


@pytest.mark.parametrize(
    ("book", "stands"),
    [
        (
            venue(),
            {
                "maintenance_margin": "0.005",
                "maintenance_at": "mark",
                "auto_repay": "false",
                "max_leverage": "125",
            },
        ),
        (
            replace(
                venue(), schedules=(Schedule(name="venue", long_rate=D("0.01"), at_entry=True),)
            ),
            {"maintenance_margin": "0.01", "maintenance_at": "entry", "auto_repay": "false"},
        ),
        # 30 % of the house and 25 % of the exchange: the upkeep's is the one that calls
        (broker(), {"maintenance_margin": "0.30", "exchange_margin": "0.25", "auto_repay": "true"}),
        # a rule that goes by tiers has no single figure
        (venue(tiers=TIERS), {"max_leverage": "125"}),
    ],
)
def test_the_rules_that_stand_are_told_as_a_person_would_write_them(
    book: Rulebook, stands: dict[str, str]
) -> None:
    asked = (
        "maintenance_margin",
        "maintenance_at",
        "exchange_margin",
        "auto_repay",
        "max_leverage",
    )
    told = rules_in_force(book, asked)
    assert {key: told.get(key) for key in stands} == stands
    assert ("maintenance_margin" in told) is ("maintenance_margin" in stands)
