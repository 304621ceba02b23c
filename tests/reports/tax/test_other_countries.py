"""Published examples of the United Kingdom, Canada and Germany.

J1, J2 HMRC HS284 (2020, 2021) as cgtcalc and capital-gains-calculator hold them in their tests; J4,
J6 HMRC CRYPTO22251, 22255; J9 cgtcalc's tests; J10 CRA IT-456R as adjustedcostbase.ca gives it; J12
the README of tsiemens/acb; J13 cryptobooks' help, whose printed 800 is an error.
"""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from ledger.reports.tax.by_average import by_average
from ledger.reports.tax.by_lots import by_lots
from ledger.reports.tax.by_pool import Pool, by_pool
from ledger.reports.tax.disposals import Disposal, Matched
from ledger.reports.tax.law import AssetClass
from ledger.reports.tax.record import TaxRecord
from ledger.reports.tax.years import Gains, tax_of
from tests.reports.tax.deals import Deals, law_of

D = Decimal
UK, CA = law_of("uk").of(2024), law_of("ca").of(2024)


def pounds(*deals: tuple[str, str, int, str, int]) -> tuple[list[Disposal], Pool]:
    made = Deals(currency="GBP")
    for kind, day, quantity, amount, fee in deals:
        getattr(made, kind)(day, quantity, amount, fee)
    rows, [pool] = by_pool(made.made, UK)
    return rows, pool


def whole(amount: Decimal) -> Decimal:
    return amount.quantize(D(1), ROUND_HALF_UP)


def test_shares_in_a_pool_j1():
    """(4,150 + 2,130) / 1,500 = 4.18667; 3,260 - 700 x 4.18667; 1,975 - 400 x 4.18667."""
    rows, pool = pounds(
        ("bought", "2015-04-01", 1_000, "4000", 150),
        ("bought", "2018-09-01", 500, "2050", 80),
        ("sold", "2020-05-01", 700, "3360", 100),
        ("sold", "2021-02-01", 400, "2080", 105),
    )
    assert [whole(row.gain) for row in rows] == [329, 300]
    assert pool.quantity == 400


def test_shares_bought_back_within_thirty_days_come_first_j2():
    """500 x (1.50 - 1.70) = -100; the other 3,500 leave the pool at cost."""
    rows, pool = pounds(
        ("bought", "2020-01-01", 9_500, "14250", 0),
        ("sold", "2020-08-30", 4_000, "6000", 0),
        ("bought", "2020-09-11", 500, "850", 0),
    )
    assert [(row.matched, row.gain) for row in rows] == [
        (Matched.NEXT_DAYS, -100),
        (Matched.POOL, 0),
    ]
    assert (pool.quantity, pool.cost) == (6_000, 9_000)


def test_tokens_in_a_pool_j4_j6():
    rows, _ = pounds(
        ("bought", "2018-01-01", 100, "1000", 0),
        ("bought", "2018-06-01", 50, "125000", 0),
        ("sold", "2019-01-01", 50, "300000", 0),
    )
    assert rows[0].gain == 258_000  # 300,000 - 126,000 / 3
    rows, _ = pounds(
        ("bought", "2018-01-01", 14_000, "200000", 0),
        ("sold", "2018-08-30", 4_000, "160000", 0),
        ("bought", "2018-09-11", 500, "17500", 0),
    )
    # 500 x 40 - 17,500 = 2,500; 3,500 x 40 - 200,000 x 3,500 / 14,000 = 90,000
    assert sum(row.gain for row in rows) == 92_500


@pytest.mark.parametrize(("day", "gain"), [("2020-01-31", 70), ("2020-02-01", 60)])
def test_the_thirtieth_day_after_a_sale_counts_and_the_next_does_not_j9(day: str, gain: int):
    """10 sold for 100: against 30 of the purchase, or against the pool's 40."""
    rows, _ = pounds(
        ("bought", "2019-06-01", 10, "40", 0),
        ("sold", "2020-01-01", 10, "100", 0),
        ("bought", day, 10, "30", 0),
    )
    assert rows[0].gain == gain


def test_purchases_and_sales_of_one_day_are_one_of_each():
    """Bought 10 for 100 and 10 for 200, sold 10 for 170 the same day: 170 - 150."""
    rows, pool = pounds(
        ("bought", "2020-01-01", 10, "100", 0),
        ("sold", "2020-01-01", 10, "170", 0),
        ("bought", "2020-01-01", 10, "200", 0),
    )
    assert ([row.gain for row in rows], pool.cost) == ([20], 150)


def gains_of(country: str, deals: Deals, currency: str) -> dict[int, Gains]:
    record = TaxRecord(
        currency=currency,
        deals=tuple(deals.made),
        flows=(),
        coin_prices={},
        last=deals.made[-1].at,
    )
    years = tax_of(record, law_of(country).of).years
    return {year.number: year.gains for year in years if year.gains is not None}


def test_a_tax_year_of_the_united_kingdom_ends_on_5_april():
    deals = Deals(currency="GBP").bought("2023-01-01", 4, 400)
    deals = deals.sold("2024-04-05", 1, 150).sold("2024-04-06", 1, 170)
    years = gains_of("uk", deals, "GBP")
    assert {number: year.gains for number, year in years.items()} == {2023: 50, 2024: 70}


def test_old_losses_are_used_only_down_to_the_allowance():
    """10,000 lost in 2023; 5,000 gained in 2024 with 3,000 free: 2,000 of the loss is used."""
    deals = Deals(currency="GBP").bought("2023-05-01", 2, 40_000)
    deals = deals.sold("2023-06-01", 1, 10_000).sold("2024-06-01", 1, 25_000)
    year = gains_of("uk", deals, "GBP")[2024]
    assert (year.used, year.allowance, year.taxed, year.carried) == (2_000, 3_000, 0, -8_000)


def test_a_superficial_loss_is_denied_by_what_was_bought_and_kept_j10():
    """50 held at 10; 20 sold at 8 lose 40; 15 bought back, 45 left: 15/20 of 40 is denied."""
    deals = Deals(currency="CAD").bought("2020-01-02", 50, 500).sold("2020-06-01", 20, 160)
    book = by_average(deals.bought("2020-06-10", 15, 120).made, CA)
    assert book.disposals[0].disallowed == 30
    assert book.held["ABC"].money == 500 - 200 + 30 + 120


def test_a_purchase_just_before_makes_a_loss_superficial_j12():
    """20 at 1.50 and a fee of 1, all at 1.2: 37.20; half sold for 17.88 loses 0.72."""
    deals = Deals(currency="CAD").bought("2020-01-02", 20, "36.00", "1.20")
    book = by_average(deals.sold("2020-01-03", 10, "17.88").made, CA)
    [row] = book.disposals
    assert (row.result, row.disallowed, row.gain) == (D("-0.72"), D("0.72"), 0)
    assert (book.held["ABC"].quantity, book.held["ABC"].money) == (10, D("19.32"))


def test_half_of_a_canadian_gain_is_taxed():
    deals = Deals(currency="CAD").bought("2020-01-02", 1, 100).sold("2020-06-01", 1, 300)
    assert gains_of("ca", deals, "CAD")[2020].taxed == 100


def test_coins_held_for_more_than_a_year_are_exempt_in_germany_j13():
    """1.5 sold at 1,800: 0.5 of March 2023 exempt; 0.5 x 2,000 + 0.5 x 1,600 = 1,800 = proceeds."""
    deals = Deals(AssetClass.DIGITAL, "EUR").bought("2023-03-12", "0.5", 700)
    deals = deals.bought("2024-02-01", "0.5", 1_000).bought("2024-04-07", 1, 1_600)
    deals = deals.sold("2024-06-03", "1.5", 2_700)
    rows = by_lots(deals.made, law_of("de").of(2024)).disposals
    assert [row.exempt for row in rows] == [True, False, False]
    assert sum(row.gain for row in rows if not row.exempt) == 0


@pytest.mark.parametrize(("proceeds", "taxed"), [("1099.99", 0), ("1100", 1_000)])
def test_a_gain_below_the_german_limit_is_free_and_one_at_it_is_taxed_whole(
    proceeds: str, taxed: int
):
    deals = Deals(AssetClass.DIGITAL, "EUR").bought("2024-02-01", 1, 100)
    assert gains_of("de", deals.sold("2024-03-01", 1, proceeds), "EUR")[2024].taxed == taxed
