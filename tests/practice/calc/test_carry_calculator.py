"""What holding a position costs, by what its rule book charges."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.account.state import Side
from ledger.market.rules.rulebook import (
    Counted,
    Funding,
    Mode,
    Overnight,
    Rollover,
    Rulebook,
    Weekend,
)
from ledger.practice.calc.answers import HoldingCost
from ledger.practice.calc.carry_calculator import holding_cost
from ledger.refused import Refused
from ledger.times import DAY, HOUR
from tests.worlds import D, broker, venue


def cost(book: Rulebook, days: int = 30, side: Side = Side.BUY, **given: object) -> HoldingCost:
    return holding_cost(
        book,
        mode=book.modes[-1],
        side=side,
        price=D(100),
        quantity=D(100),
        seconds=days * DAY,
        **given,  # type: ignore[arg-type]
    )


def test_a_half_borrowed_purchase_costs_interest_on_its_loan() -> None:
    # 5,000 at 8 % over 360 days: 1.1111 a day, 33.33 in 30 days; 33.33 / 10,000 x 365 / 30
    found = cost(replace(broker(), interest=replace(broker().interest, capitalize="never")))
    assert found.interest == found.cost == D("33.33")
    assert found.yearly_rate == D("0.04055150")
    assert found.overnight is None


def test_thirty_days_are_thirty_nights_whenever_weekends_are_charged() -> None:
    # 10,000 x 6.88 % / 360 = 1.9111 a night; a month from a Monday has four whole weekends
    terms = Overnight(admin=D("0.03"), benchmark=D("0.0388"), weekend=Weekend.DAILY)
    book = venue(currency="USD", funding=None, overnight=(terms,))
    assert cost(book).nights == 30
    assert cost(book).overnight == 30 * D("1.91")
    friday = replace(book, overnight=(replace(terms, weekend=Weekend.FRIDAY),))
    assert cost(friday, days=28).nights == 28


def test_a_short_is_paid_where_the_benchmark_is_above_the_brokers_part() -> None:
    terms = Overnight(admin=D("0.02"), benchmark=D("0.056"), weekend=Weekend.DAILY)
    found = cost(venue(currency="USD", funding=None, overnight=(terms,)), side=Side.SELL)
    # 10,000 x (2 % - 5.6 %) / 360 = -1 a night
    assert found.cost == found.overnight == -30


def test_a_rollover_is_charged_each_period_on_the_cost() -> None:
    # 10,000 x 0.01 % = 1, 180 times in 30 days of four hours
    terms = Rollover(fee=D("0.0001"), every=4 * HOUR, counted=Counted.COMPLETED)
    found = cost(venue(currency="USD", rollover=terms))
    assert (found.fees, found.funding_unknown) == (D(180), True)


def test_funding_counts_where_the_book_has_a_rate_of_its_own() -> None:
    # 10.95 % a year is 0.0001 a stamp: 1 on 10,000, three times a day
    found = cost(venue(funding=Funding(rate=D("0.1095"))), days=2)
    assert found.funding == found.cost == D(6)


def test_a_time_without_end_is_refused() -> None:
    with pytest.raises(Refused, match="hours"):
        cost(venue(), days=-1)
    with pytest.raises(Refused, match="allowed: more than 0"):
        cost(venue(), days=10_000_000)
    assert Mode.CROSS in venue().modes
    assert cost(venue(funding=None)).cost == Decimal(0)
