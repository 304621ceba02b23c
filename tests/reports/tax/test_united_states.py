"""Published examples of lots, wash sales, short sales and forms of the United States.

T1 IRS VITA training; T2 26 CFR 1.1091-2; T4, T6, T8 Scottrade's guide; T9 Becker's CPA course; T10,
T12, T13, T15 IRS Publication 550; T17 Gorkes v. Commissioner, T.C. Summary 2003-160; T19 a
course's exercise; T20 this project's journey of a month. Each was found in a copy.
"""

from decimal import Decimal

import pytest

from ledger.refused import Refused
from ledger.reports.tax.by_lots import LotBook, by_lots
from ledger.reports.tax.forms import Capital, form_4952, form_8949, schedule_d, split_1256
from ledger.reports.tax.law import AssetClass, Method, Term
from ledger.reports.tax.marks import marked
from tests.reports.tax.deals import Deals, law_of

US = law_of("us").of(2025)
D = Decimal


def read(deals: Deals, method: Method = Method.FIFO) -> LotBook:
    return by_lots(deals.made, US, method)


def costs(book: LotBook) -> list[tuple[Decimal, Decimal]]:
    return [(lot.quantity, lot.money) for lot in book.open_lots()]


def test_a_loss_waits_in_what_is_bought_within_thirty_days_t1():
    deals = Deals().bought("2020-01-02", 100, 1_000).sold("2020-06-01", 100, 750)
    book = read(deals.bought("2020-06-20", 100, 800))
    [sold] = book.disposals
    assert (sold.result, sold.disallowed, sold.gain) == (-250, 250, 0)
    assert costs(book) == [(D(100), D(1_050))]  # 800 + 250


def test_a_dearer_replacement_takes_the_price_difference_too_t2():
    deals = Deals().bought("2020-01-02", 1, 100).sold("2020-06-01", 1, 80)
    book = read(deals.bought("2020-06-20", 1, 90))
    assert costs(book) == [(D(1), D(110))]  # 100 + (90 - 80)


def test_the_guide_of_a_broker_t4_t6_t8():
    deals = Deals().bought("2020-02-10", 100, 2_500).sold("2020-02-19", 100, 2_200)
    book = read(deals.bought("2020-02-26", 100, 2_250))
    assert (book.disposals[0].disallowed, costs(book)) == (300, [(D(100), D(2_550))])

    deals = Deals().bought("2020-02-10", 100, 2_500).bought("2020-02-15", 100, 2_400)
    book = read(deals.sold("2020-02-19", 200, 4_400))
    assert [row.disallowed for row in book.disposals] == [0, 0]  # nothing is left that replaces it

    deals = Deals().bought("2020-01-02", 500, 5_000).sold("2020-04-01", 500, 2_500)
    book = read(deals.bought("2020-04-19", 500, 2_000))
    assert costs(book) == [(D(500), D(4_500))]  # 9 a share


def test_a_course_for_accountants_t9():
    deals = Deals().bought("2020-01-02", 100, 22_000).sold("2020-04-20", 100, 21_000)
    book = read(deals.bought("2020-04-25", 100, 21_500))
    assert (book.disposals[0].disallowed, costs(book)) == (1_000, [(D(100), D(22_500))])


def test_a_forced_sale_and_twenty_shares_bought_back_t20():
    deals = Deals().bought("2024-01-01", 200, 20_000).sold("2024-01-11", 73, 4_526)
    book = read(deals.bought("2024-01-20", 20, 1_200))
    [row] = form_8949(book.disposals, US)
    assert (row.disposal.proceeds, row.disposal.basis, row.code) == (4_526, 7_300, "W")
    assert (row.adjustment, row.gain) == (760, -2_014)  # 2,774 x 20 / 73; the rest stays
    assert costs(book)[1] == (D(20), D(1_960))  # 1,200 + 760


def test_units_bought_before_the_loss_and_still_held_replace_it():
    """10 bought for 100; 4 more 10 days before the 10 are sold for 60: 4/10 of 40 wait."""
    deals = Deals().bought("2020-01-02", 10, 100).bought("2020-05-22", 4, 30)
    book = read(deals.sold("2020-06-01", 10, 60))
    assert book.disposals[0].disallowed == 16
    assert costs(book) == [(D(4), D(46))]


@pytest.mark.parametrize(("day", "waits"), [("2020-07-01", 40), ("2020-07-02", 0)])
def test_the_window_ends_with_the_thirtieth_day_after(day: str, waits: int):
    """From 1 June the thirtieth day is 1 July."""
    deals = Deals().bought("2020-01-02", 10, 100).sold("2020-06-01", 10, 60)
    assert read(deals.bought(day, 10, 50)).disposals[0].disallowed == waits


@pytest.mark.parametrize(("day", "waits"), [("2020-05-02", 40), ("2020-05-01", 0)])
def test_the_window_begins_thirty_days_before(day: str, waits: int):
    deals = Deals().bought("2020-01-02", 10, 100).bought(day, 10, 50)
    assert read(deals.sold("2020-06-01", 10, 60)).disposals[0].disallowed == waits


def test_what_is_left_of_the_lot_that_was_sold_replaces_nothing():
    """Rev. Rul. 56-602: a sale that only makes the holding smaller."""
    deals = Deals().bought("2020-05-22", 10, 100).sold("2020-06-01", 5, 30)
    assert read(deals).disposals[0].disallowed == 0


def test_a_chain_of_wash_sales_carries_every_loss_on():
    """100 -> 80 waits 20; 90 + 20 = 110 -> 70 waits 40; 75 + 40 = 115 is sold for 115."""
    deals = Deals().bought("2020-01-02", 1, 100).sold("2020-06-01", 1, 80)
    deals = deals.bought("2020-06-10", 1, 90).sold("2020-06-20", 1, 70)
    book = read(deals.bought("2020-07-01", 1, 75).sold("2021-03-01", 1, 115))
    assert [row.disallowed for row in book.disposals] == [20, 40, 0]
    assert sum(row.gain for row in book.disposals) == 115 + 70 + 80 - 100 - 90 - 75


def test_the_holding_period_of_what_was_sold_is_added():
    """From 2 January to 1 June, from 10 June to 20 January: 151 + 224 days, over a year."""
    deals = Deals().bought("2020-01-02", 1, 100).sold("2020-06-01", 1, 80)
    book = read(deals.bought("2020-06-10", 1, 90).sold("2021-01-20", 1, 200))
    assert book.disposals[1].term is Term.LONG
    alone = read(Deals().bought("2020-06-10", 1, 90).sold("2021-01-20", 1, 200))
    assert alone.disposals[0].term is Term.SHORT


def test_a_share_takes_over_one_loss_only():
    """Two losses of 10, one share bought back: the first takes it, the second stays allowed."""
    deals = Deals().bought("2020-01-02", 1, 100).bought("2020-01-03", 1, 100)
    deals = deals.sold("2020-06-01", 1, 90).sold("2020-06-02", 1, 90)
    book = read(deals.bought("2020-06-10", 1, 90))
    assert [row.disallowed for row in book.disposals] == [10, 0]


def test_coins_may_be_bought_back_at_once():
    deals = Deals(AssetClass.DIGITAL).bought("2020-01-02", 1, 100).sold("2020-06-01", 1, 80)
    book = read(deals.bought("2020-06-02", 1, 90))
    assert (book.disposals[0].disallowed, costs(book)) == (0, [(D(1), D(90))])


def test_a_loss_on_a_short_sale_waits_in_the_next_short_sale():
    """Short at 100, covered at 120; short again at 110: its proceeds count as 90."""
    deals = Deals().shorted("2020-05-01", 1, 100).covered("2020-06-01", 1, 120)
    book = read(deals.shorted("2020-06-10", 1, 110))
    assert (book.disposals[0].disallowed, costs(book)) == (20, [(D(1), D(90))])


def test_a_gain_on_a_short_sale_against_young_property_is_short_term_t10():
    """Bought for 1,000 on 1 May, sold short for 1,600 on 2 October, delivered a year later."""
    deals = Deals().bought("1995-05-01", 100, 1_000).shorted("1995-10-02", 100, 1_600)
    [row] = read(deals.delivered("1996-05-02", 100)).disposals
    assert (row.gain, row.term) == (600, Term.SHORT)


def test_a_short_sale_lasts_as_long_as_what_is_delivered_t12():
    """Short for thirteen months, then bought and delivered at once, at a loss."""
    deals = Deals().shorted("1994-01-03", 100, 1_000).covered("1995-02-03", 100, 1_200)
    [row] = read(deals).disposals
    assert (row.gain, row.term) == (-200, Term.SHORT)


def test_a_loss_on_a_short_sale_against_old_property_is_long_term():
    """IRC 1233(d)."""
    deals = Deals().bought("1993-01-04", 100, 1_000).shorted("1995-01-03", 100, 1_600)
    [row] = read(deals.covered("1995-02-03", 100, 1_700)).disposals
    assert (row.gain, row.term) == (-100, Term.LONG)


def test_a_future_is_valued_at_the_end_of_the_year_and_counted_once_t13():
    deals = Deals(AssetClass.SECTION_1256).bought("2020-06-01", 1, 50_000)
    deals = deals.sold("2021-02-10", 1, 56_000)
    rows = marked(deals.made, US, {("ABC", 2020): D(57_000)})
    assert [(row.disposed.year, row.gain) for row in rows] == [(2020, 7_000), (2021, -1_000)]
    share = US.long_share_1256
    assert share is not None
    split = [split_1256(row.gain, share, "USD") for row in rows]
    assert split == [Capital(long=D(4_200), short=D(2_800)), Capital(long=D(-600), short=D(-400))]


def test_interest_is_allowed_up_to_investment_income_t15_t17():
    """3,000 + (10,000 - 9,000) + 9,000 elected - 980 = 12,020 of 12,500."""
    gain = Capital(short=D(1_000), long=D(9_000))
    form = form_4952(D(12_500), D(0), D(3_000), gain, elected=D(9_000), expenses=D(980))
    assert (form.income, form.allowed, form.carried) == (12_020, 12_020, 480)
    form = form_4952(D(92_036), D(0), D(43_271))
    assert (form.allowed, form.carried) == (43_271, 48_765)


def test_a_net_loss_is_deducted_up_to_the_limit_and_keeps_its_character_t19():
    """-15,500 short; 11,600 - 4,500 = 7,100 long: -8,400, of which 3,000 this year."""
    limit = US.loss_limit
    assert limit == 3_000
    form = schedule_d(Capital(short=D(-15_500), long=D(7_100)), Capital(), D(3_000))
    assert (form.net.net, form.deducted, form.carried) == (-8_400, 3_000, Capital(short=D(-5_400)))


def test_of_two_losses_the_short_one_is_deducted_first():
    """-2,000 short and -4,000 long: 2,000 + 1,000 are deducted, 3,000 long are carried."""
    form = schedule_d(Capital(short=D(-2_000), long=D(-4_000)), Capital(), D(3_000))
    assert (form.deducted, form.carried) == (3_000, Capital(long=D(-3_000)))


@pytest.mark.parametrize(
    ("method", "basis"),
    [(Method.FIFO, 100), (Method.LIFO, 130), (Method.HIFO, 150)],
)
def test_the_method_says_which_lot_goes_first(method: Method, basis: int):
    deals = Deals(AssetClass.DIGITAL).bought("2020-01-02", 1, 100).bought("2020-01-03", 1, 150)
    deals = deals.bought("2020-01-04", 1, 130).sold("2020-02-01", 1, 140)
    assert read(deals, method).disposals[0].basis == basis


def test_a_lot_that_was_picked_is_sold_and_a_wrong_pick_is_refused():
    deals = Deals(AssetClass.DIGITAL).bought("2020-01-02", 1, 100).bought("2020-01-03", 1, 150)
    deals = deals.sold("2020-02-01", 1, 140)
    book = by_lots(deals.made, US, Method.SPECIFIC, {3: {2: D(1)}})
    assert book.disposals[0].basis == 150
    with pytest.raises(Refused, match="lot 9"):
        by_lots(deals.made, US, Method.SPECIFIC, {3: {9: D(1)}})


def test_a_year_is_over_on_the_day_after_its_anniversary():
    deals = Deals().bought("2020-02-29", 2, 200).sold("2021-02-28", 1, 150)
    book = read(deals.sold("2021-03-01", 1, 150))
    assert [row.term for row in book.disposals] == [Term.SHORT, Term.LONG]


def test_a_split_leaves_cost_and_date_alone():
    """10 for 100, four for one: 40 at 2.50; 10 of them sold for 50 cost 25."""
    deals = Deals().bought("2020-01-02", 10, 100).divided("2020-03-01", "4:1", 40)
    assert read(deals.sold("2020-06-01", 10, 50)).disposals[0].basis == 25


def test_coins_have_their_own_boxes_since_2025():
    deals = Deals(AssetClass.DIGITAL).bought("2020-01-02", 1, 100).sold("2020-02-01", 1, 140)
    rows = read(deals).disposals
    assert form_8949(rows, US)[0].box == "I"
    assert form_8949(rows, law_of("us").of(2024))[0].box == "C"
