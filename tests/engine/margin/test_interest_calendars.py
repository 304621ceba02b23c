"""What a loan costs by each of the published calendars: drawn, held and repaid at given times."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account.commands import Borrow, Deposit, Repay, Wait
from ledger.account.events import kinds as e
from ledger.market.rules.carry import Calendar, Capitalize, Counted, Interest, RateTier, TierOf
from ledger.practice.calc import calculators
from ledger.times import DAY, HOUR
from tests.worlds import T0, D, World, broker, stock


def hourly(rate: str = "0.0876", **changes: object) -> Interest:
    """By whole hours on 365 days: at 8.76 % a year an hour costs 0.00001 of the principal."""
    given = {"calendar": Calendar.CLOCK, "post_every": HOUR, "day_count": 365, **changes}
    return Interest(tiers=(RateTier(floor=D(0), rate=D(rate)),), **given)  # type: ignore[arg-type]


CLOCK_WITH_FIRST = hourly(first_period=True)
SNAPSHOT = hourly()
ELAPSED_WITH_FIRST = hourly(calendar=Calendar.ELAPSED, first_period=True)
ROUNDED_UP = hourly(calendar=Calendar.ELAPSED, counted=Counted.BEGUN)
COMPOUND = hourly(calendar=Calendar.ELAPSED, capitalize=Capitalize.EACH_POSTING)


def at(clock: str) -> int:
    """`14:15`, with seconds where they matter, and the number of days after the first before it."""
    day, _, time = clock.rpartition(" ")
    hours, minutes, seconds = (int(part) for part in f"{time}:00".split(":")[:3])
    return T0 + int(day or 0) * DAY + hours * HOUR + minutes * 60 + seconds


def lender(interest: Interest, drawn: str) -> World:
    """A hundred thousand of own money, and the clock where a loan will be drawn."""
    book = broker(interest=interest, currency="USDT", auto_repay=False, max_leverage=D(100))
    world = World(book, stock(currency="USDT"))
    world.do(Deposit(amount=D(100_000)), Wait(until=at(drawn)))
    return world


def cost(interest: Interest, drawn: str, repaid: str) -> tuple[int, Decimal]:
    """Periods and interest of 10,000 between two times, repaid whole at the second."""
    world = lender(interest, drawn)
    world.do(Borrow(amount=D(10_000)), Wait(until=at(repaid)))
    world.do(Repay(amount=world.account.main.loan.owed()))
    assert world.account.main.loan.owed() == 0
    world.do(Wait(until=at("3 00:00")))
    accrued = world.of(e.InterestAccrued)
    return sum(x.periods for x in accrued), sum((x.amount for x in accrued), D(0))


@pytest.mark.parametrize(
    ("interest", "drawn", "repaid", "hours"),
    [
        # the hour of the drawing and every full hour of the clock after it
        (CLOCK_WITH_FIRST, "13:20", "14:15", 2),
        (CLOCK_WITH_FIRST, "13:20", "13:59:59", 1),
        (CLOCK_WITH_FIRST, "13:20", "14:00", 2),
        (CLOCK_WITH_FIRST, "13:00", "14:00", 2),
        # what stands at the full hour, and nothing at the drawing
        (SNAPSHOT, "14:55", "14:57", 0),
        (SNAPSHOT, "14:55", "15:00", 1),
        (SNAPSHOT, "15:00", "16:59", 1),
        # one at the drawing and one more for each hour that has passed since
        (ELAPSED_WITH_FIRST, "13:20", "14:15", 1),
        (ELAPSED_WITH_FIRST, "13:20", "14:20", 2),
        (ELAPSED_WITH_FIRST, "13:20", "16:19:59", 3),
        # hours begun: the time rounded up
        (ROUNDED_UP, "13:20", "13:30", 1),
        (ROUNDED_UP, "13:20", "14:20", 1),
        (ROUNDED_UP, "13:20", "14:20:01", 2),
        (ROUNDED_UP, "13:20", "15:20", 2),
    ],
)
def test_each_calendar_counts_hours_in_its_own_way(
    interest: Interest, drawn: str, repaid: str, hours: int
) -> None:
    # an hour of 10,000 at 8.76 % is 0.1
    assert cost(interest, drawn, repaid) == (hours, D("0.1") * hours)


def test_a_loan_repaid_inside_a_period_bears_no_fraction_of_it() -> None:
    world = lender(SNAPSHOT, "14:10")
    world.do(Borrow(amount=D(10_000)), Wait(until=at("15:30")), Repay(amount=D(4_000)))
    # the hour to 15:00 on 10,000 is paid first, then 3,999.9 of principal
    repaid = world.of(e.LoanRepaid)[0]
    assert (repaid.interest_part, repaid.principal_part) == (D("0.1"), D("3999.9"))
    world.do(Wait(until=at("16:00")))
    # one whole hour on the 6,000.1 that stand at 16:00: 0.060001
    assert world.account.main.loan.accrued == D("0.060001")


def test_what_is_drawn_on_a_running_loan_pays_its_first_period_alone() -> None:
    world = lender(CLOCK_WITH_FIRST, "13:20")
    world.do(Borrow(amount=D(10_000)), Wait(until=at("13:40")), Borrow(amount=D(5_000)))
    first, second = world.of(e.InterestAccrued)
    assert (first.principal, first.amount) == (10_000, D("0.1"))
    assert (second.principal, second.amount) == (5_000, D("0.05"))
    world.do(Wait(until=at("14:00")))
    assert world.account.main.loan.accrued == D("0.3")


def test_a_later_drawing_leaves_the_hours_of_the_loan_where_they_are() -> None:
    world = lender(ELAPSED_WITH_FIRST, "13:20")
    world.do(Borrow(amount=D(10_000)), Wait(until=at("13:40")), Borrow(amount=D(5_000)))
    world.do(Wait(until=at("14:20")))
    assert world.of(e.InterestAccrued)[-1].at == at("14:20")


def test_an_hour_that_begins_with_a_drawing_is_charged_once_on_each_part() -> None:
    world = lender(ROUNDED_UP, "13:20")
    world.do(Borrow(amount=D(10_000)), Wait(until=at("14:20")), Borrow(amount=D(5_000)))
    world.do(Wait(until=at("15:20")))
    # two hours of 10,000 and one of 5,000
    assert world.account.main.loan.accrued == D("0.25")


def test_hourly_compounding_adds_each_hour_to_the_debt() -> None:
    world = lender(
        hourly("8.76", calendar=Calendar.ELAPSED, capitalize=COMPOUND.capitalize), "0:30"
    )
    world.do(Borrow(amount=D(10_000)), Wait(until=at("3:30")))
    # an hour costs 0.1 %: 10,000 x 1.001^3
    assert world.account.main.loan.principal == D("10030.03001")
    assert world.account.main.loan.accrued == 0


def test_a_flat_tier_is_for_the_whole_debt_and_a_blended_one_for_its_slice() -> None:
    tiers = (RateTier(floor=D(0), rate=D("0.12")), RateTier(floor=D(4_000), rate=D("0.06")))
    blended, whole = Interest(tiers=tiers), Interest(tiers=tiers, tier_of=TierOf.WHOLE)
    # 4,000 x 12 % + 6,000 x 6 %, against 10,000 x 6 %
    assert (blended.yearly(D(10_000)), whole.yearly(D(10_000))) == (840, 600)
    assert (whole.yearly(D("3999.99")), whole.yearly(D(4_000))) == (D("479.9988"), 240)


def test_a_drawing_on_a_flat_tier_pays_its_part_of_what_the_whole_debt_costs() -> None:
    """6,000 owed and 2,000 drawn are 8,000, all at 6 %: 480 a year, of which a quarter is 120.

    In slices the 2,000 lie above 4,000 and cost 6 % of themselves, 120 too; on 3,000 owed the
    first 1,000 of them cost 12 %: 120 + 60 = 180, and of the whole 5,000 x 6 % x 2 / 5 = 120.
    """
    tiers = (RateTier(floor=D(0), rate=D("0.12")), RateTier(floor=D(4_000), rate=D("0.06")))
    blended, whole = Interest(tiers=tiers), Interest(tiers=tiers, tier_of=TierOf.WHOLE)
    assert [rule.yearly_of_drawing(D(6_000), D(2_000)) for rule in (blended, whole)] == [120, 120]
    assert [rule.yearly_of_drawing(D(3_000), D(2_000)) for rule in (blended, whole)] == [180, 120]


def test_the_record_of_a_drawing_says_at_which_yearly_rate_it_was_charged() -> None:
    world = lender(CLOCK_WITH_FIRST, "13:20")
    world.do(Borrow(amount=D(10_000)))
    (charged,) = world.of(e.InterestAccrued)
    assert (charged.rate, charged.principal, charged.periods) == (D("0.0876"), 10_000, 1)


def test_the_benchmark_is_never_below_zero_and_the_spread_comes_on_top() -> None:
    spread = (RateTier(floor=D(0), rate=D("0.015")),)
    rates = [Interest(tiers=spread, benchmark=D(b)).yearly(D(1)) for b in ("0.0532", "-0.0062")]
    assert rates == [D("0.0682"), D("0.015")]


times = st.integers(0, 3 * DAY)


@given(
    st.sampled_from((CLOCK_WITH_FIRST, SNAPSHOT, ELAPSED_WITH_FIRST, ROUNDED_UP, COMPOUND)),
    times,
    times,
    st.lists(times, max_size=6),
    st.integers(1, 90_000),
)
def test_the_calculator_says_what_the_engine_charges_however_the_time_is_cut(
    interest: Interest, drawn: int, held: int, cuts: list[int], principal: int
) -> None:
    world = lender(interest, "0:00")
    world.do(Wait(until=T0 + drawn), Borrow(amount=D(principal)))
    for cut in sorted(cut for cut in cuts if cut < held):
        world.do(Wait(until=T0 + drawn + cut))
    world.do(Wait(until=T0 + drawn + held + 1))
    accrued = world.of(e.InterestAccrued)
    found = calculators.interest(world.account.rulebook, D(principal), held + 1, T0 + drawn)
    assert found["interest"] == sum((x.amount for x in accrued), D(0))
    assert found["periods"] == sum(x.periods for x in accrued)


@given(times, st.integers(1, 3 * DAY), st.integers(1, 90_000))
def test_any_number_of_whole_periods_costs_what_one_posting_of_them_would(
    drawn: int, held: int, principal: int
) -> None:
    for interest in (CLOCK_WITH_FIRST, SNAPSHOT, ELAPSED_WITH_FIRST, ROUNDED_UP):
        book = broker(interest=interest, currency="USDT")
        found = calculators.interest(book, D(principal), held, T0 + drawn)
        exact = D(principal) * D("0.00001") * D(str(found["periods"]))
        assert found["interest"] == exact.quantize(D("0.000001"))
