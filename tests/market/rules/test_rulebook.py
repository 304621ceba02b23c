"""What follows from a rule book's figures: leverage, fees, the ladder, and what is in force."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.market.instrument import Kind
from ledger.market.rules.carry import BorrowFee, Counted, Interest, RateTier, Rollover
from ledger.market.rules.in_force import rules_in_force
from ledger.market.rules.rulebook import (
    AccountKind,
    Band,
    FeeKind,
    Funding,
    Judged,
    Level,
    Mode,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import Basis, Schedule
from ledger.money import ZERO
from tests.worlds import TIERS, D, broker, level, venue

WARNING, CALL, LIQUIDATION = Rung.WARNING, Rung.CALL, Rung.LIQUIDATION
LENT = Interest(tiers=(RateTier(floor=ZERO, rate=D("0.08")),))
OWED = Schedule(name="house", basis=Basis.LIABILITIES)


@pytest.mark.parametrize(
    ("book", "carries"),
    [
        (venue(funding=None), False),
        (venue(funding=Funding()), True),
        (venue(funding=None, interest=LENT), True),
        (venue(funding=None, rollover=Rollover(fee=D("0.01"))), True),
        (venue(funding=None, borrow_fee=BorrowFee(rate=D("0.01"))), True),
    ],
)
def test_time_costs_something_where_the_book_has_interest_funding_or_a_fee_of_holding(
    book: Rulebook, carries: bool
) -> None:
    assert book.carries is carries


def test_a_lender_lists_things_and_a_venue_its_contracts() -> None:
    assert broker().trades is Kind.SPOT
    assert venue().trades is Kind.LINEAR
    assert venue(contract=Kind.INVERSE).trades is Kind.INVERSE
    assert broker().kind is AccountKind.LOAN


ROLLED = Rollover(fee=D("0.02"), counted=Counted.BEGUN)
BORROWED = BorrowFee(rate=D("0.36"), first_period=True)


@pytest.mark.parametrize(
    ("book", "lent", "fees"),
    [
        (venue(), True, {}),
        (venue(opening_fee=D("0.01")), True, {FeeKind.OPENING: D("0.01")}),
        (venue(rollover=ROLLED), False, {FeeKind.ROLLOVER: D("0.02")}),
        (venue(rollover=replace(ROLLED, counted=Counted.COMPLETED)), False, {}),
        # a day of 36 % a year of 360 days
        (venue(borrow_fee=BORROWED), True, {FeeKind.BORROW: D("0.001")}),
        (venue(borrow_fee=BORROWED), False, {}),
        (venue(borrow_fee=replace(BORROWED, first_period=False)), True, {}),
    ],
)
def test_opening_costs_what_is_charged_as_a_first_period_begins(
    book: Rulebook, lent: bool, fees: dict[FeeKind, Decimal]
) -> None:
    assert book.opening_fees(lent) == fees


@pytest.mark.parametrize(
    ("mode", "cross_leverage", "most"),
    [
        (Mode.ISOLATED, None, 125),
        (Mode.CROSS, None, 125),
        (Mode.ISOLATED, D(20), 125),
        (Mode.CROSS, D(20), 20),
        (Mode.SMART, D(20), 20),
    ],
)
def test_leverage_across_the_wallet_may_be_limited_further(
    mode: Mode, cross_leverage: Decimal | None, most: int
) -> None:
    assert venue(cross_leverage=cross_leverage).most_leverage(mode) == most


@pytest.mark.parametrize(
    ("book", "short", "part"),
    [
        (venue(), False, D("0.2")),
        (venue(), True, D("0.2")),
        # of what is owed, a short owes all: 1 / (5 - 1)
        (broker(schedules=(OWED, *broker().schedules[1:])), False, D("0.2")),
        (broker(schedules=(OWED, *broker().schedules[1:])), True, D("0.25")),
    ],
)
def test_own_money_is_one_part_in_the_leverage(book: Rulebook, short: bool, part: Decimal) -> None:
    assert book.margin_rate(short, D(5)) == part


def test_leverage_of_one_lends_nothing_to_sell_where_debt_is_watched() -> None:
    watching = broker(schedules=(OWED, *broker().schedules[1:]))
    assert watching.watches_debt
    assert not broker().watches_debt
    assert not watching.lends_short(D(1))
    assert watching.lends_short(D("1.01"))
    assert broker().lends_short(D(1))


# the ladder


def test_who_is_called_is_not_warned_and_who_is_warned_is_warned_once() -> None:
    """The broker warns and sells at any time, and calls at the session's close only."""

    def rungs(**told: bool) -> list[Rung]:
        return [each.rung for each in broker().rungs(**told)]

    assert rungs(closing=True, called=False, warned=False) == [LIQUIDATION, CALL, WARNING]
    assert rungs(closing=False, called=False, warned=False) == [LIQUIDATION, WARNING]
    assert rungs(closing=True, called=False, warned=True) == [LIQUIDATION, CALL]
    assert rungs(closing=True, called=True, warned=False) == [LIQUIDATION]
    assert rungs(closing=True, called=True, warned=True) == [LIQUIDATION]
    assert rungs(closing=False, called=False, warned=True) == [LIQUIDATION]
    assert broker().judges_closes
    assert not venue().judges_closes


def test_what_must_be_kept_is_the_call_where_it_gives_time_and_else_the_last_level() -> None:
    assert broker().maintenance.rung is CALL
    assert venue().maintenance.rung is LIQUIDATION
    assert venue().call_level.rung is CALL
    without = replace(venue(), levels=venue().levels[-1:])
    assert without.call_level.rung is LIQUIDATION
    assert without.level(CALL) is None


BANDED = level(
    LIQUIDATION,
    "venue",
    "9",
    Judged.ALWAYS,
    bands=(
        Band(max_leverage=D(5), multiple=D(1), mode=Mode.CROSS),
        Band(max_leverage=D(10), multiple=D(2), share=D("0.9")),
        Band(max_leverage=D(20), multiple=D(3)),
    ),
)


@pytest.mark.parametrize(
    ("mode", "leverage", "multiple", "share"),
    [
        (Mode.CROSS, 5, 1, "1"),
        (Mode.CROSS, 6, 2, "0.9"),
        (Mode.ISOLATED, 5, 2, "0.9"),
        (Mode.ISOLATED, 10, 2, "0.9"),
        (Mode.ISOLATED, 11, 3, "1"),
        (Mode.ISOLATED, 20, 3, "1"),
        (Mode.ISOLATED, 99, 3, "1"),  # beyond the last the last holds
    ],
)
def test_a_level_stands_by_the_band_of_its_mode_and_leverage(
    mode: Mode, leverage: int, multiple: int, share: str
) -> None:
    found = BANDED.within(mode, D(leverage))
    assert (found.multiple, found.share, found.bands) == (multiple, D(share), ())


def test_a_band_of_another_mode_leaves_the_level_as_it_is() -> None:
    alone = replace(BANDED, bands=BANDED.bands[:1])
    assert alone.within(Mode.ISOLATED, D(3)) == alone


def test_a_level_at_so_many_times_its_demand_takes_its_bands_along() -> None:
    found: Level = BANDED.times(D(2))
    assert found.multiple == 18
    assert [band.multiple for band in found.bands] == [2, 4, 6]
    assert venue(clear_band=D("0.05")).clearing(BANDED).multiple == D("9.45")


# what is in force


def test_a_figure_that_an_override_would_replace_is_told_as_it_is_recorded() -> None:
    keys = ("initial_margin", "maintenance_margin", "exchange_margin", "loan_rate", "auto_repay")
    keys += ("due_sessions", "judged", "day_count", "auto_borrow", "minimum_equity")
    assert rules_in_force(broker(), keys) == {
        "initial_margin": "0.5",
        "maintenance_margin": "0.30",
        "exchange_margin": "0.25",
        "loan_rate": "0.08",
        "auto_repay": "true",
        "due_sessions": "2",
        "judged": "close",
        "day_count": "360",
        "auto_borrow": "true",
        "minimum_equity": "2000",
    }


@pytest.mark.parametrize(
    ("book", "key", "told"),
    [
        (venue(), "maintenance_margin", "0.005"),
        (venue(tiers=TIERS), "maintenance_margin", None),  # by tiers it is no single figure
        (venue(maker_fee=D("0.001"), taker_fee=D("0.001")), "trade_fee", "0.001"),
        (venue(maker_fee=D("0.001"), taker_fee=D("0.002")), "trade_fee", None),
        (venue(maker_fee=D("0.002"), taker_fee=D("0.001")), "trade_fee", None),
        (venue(interest=LENT), "loan_rate", "0.08"),
        (venue(interest=replace(LENT, benchmark=D("0.03"))), "loan_rate", None),
        (venue(interest=replace(LENT, benchmark=D("0.03"))), "benchmark", "0.03"),
        (venue(interest=replace(LENT, tiers=LENT.tiers * 2)), "loan_rate", None),
        (venue(rollover=ROLLED), "rollover_fee", "0.02"),
        (venue(), "rollover_fee", None),
        (venue(borrow_fee=BORROWED), "borrow_fee", "0.36"),
        (venue(), "borrow_fee", None),
        (venue(funding=Funding(rate=D("0.1"))), "funding_rate", "0.1"),
        (venue(funding=None), "funding_rate", None),
        (venue(), "auto_borrow", None),
        (venue(), "maintenance_at", "mark"),
        (venue(fee=D("0.004"), slippage=D("0.002")), "liquidation_fee", "0.004"),
        (venue(fee=D("0.004"), slippage=D("0.002")), "forced_sale_slippage", "0.002"),
        (venue(), "no_such_rule", None),
    ],
)
def test_a_rule_without_a_single_figure_is_not_told(
    book: Rulebook, key: str, told: str | None
) -> None:
    assert rules_in_force(book, (key,)) == ({} if told is None else {key: told})
