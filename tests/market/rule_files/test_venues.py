"""The shipped rule books against how far a price may move from a fully levered entry.

The percentages are those of a table worked out by hand from the venues' published levels, before
there was a program: without fees and interest, a long with leverage L starts at
assets / liabilities = L / (L - 1), and so does a short (a broker's short: with L to 1).
"""

from decimal import Decimal

import pytest

from ledger.account.state import Side
from ledger.market.rules.rulebook import AccountKind, Forbids, Mode, Rung
from ledger.market.rules.schedule import Basis
from ledger.practice.calc import calculators
from ledger.practice.library.venue_shelf import load_venue, venue_ids

D = Decimal
LONG, SHORT = Side.BUY, Side.SELL
ENTRY = D(1000)

TABLE = [
    # rule book, mode, leverage, side, percent to the call, percent to the liquidation
    ("us-reg-t", "cross", 2, LONG, "28.6", "33.3"),  # house 30 %, exchange 25 %
    ("us-reg-t", "cross", 2, SHORT, "15.4", "15.4"),  # 30 % of a short at either
    ("robinhood", "cross", 2, LONG, "28.6", "33.3"),  # the same rules, another price list
    ("robinhood", "cross", 2, SHORT, "15.4", "15.4"),
    ("ibkr", "cross", 2, LONG, None, "33.3"),
    ("ibkr", "cross", 2, SHORT, None, "15.4"),
    ("ibkr", "cross", 3, LONG, None, "11.1"),  # by day: 1 - (2 / 3) / 0.75
    ("binance-margin", "cross", 3, LONG, "13.3", "26.7"),
    ("binance-margin", "cross", 3, SHORT, None, "36.4"),
    ("binance-margin", "cross", 5, LONG, "7.2", "12.0"),
    ("binance-margin", "cross", 5, SHORT, None, "13.6"),
    ("binance-margin", "isolated", 3, LONG, "18.7", "21.3"),
    ("binance-margin", "isolated", 3, SHORT, None, "27.1"),
    ("binance-margin", "isolated", 5, LONG, "4.8", "8.0"),
    ("binance-margin", "isolated", 5, SHORT, None, "8.7"),
    ("binance-margin", "isolated", 10, LONG, "1.9", "5.5"),
    ("binance-margin", "isolated", 10, SHORT, None, "5.8"),
    ("kucoin-margin", "cross", 5, LONG, "15.8", "17.5"),
    ("kucoin-margin", "cross", 5, SHORT, None, "21.3"),
    ("kucoin-margin", "isolated", 10, LONG, "5.3", "7.2"),
    ("kucoin-margin", "isolated", 10, SHORT, None, "7.8"),
    ("crypto-com-margin", "cross", 3, LONG, "13.3", "26.7"),
    ("crypto-com-margin", "cross", 3, SHORT, None, "36.4"),
    ("kraken-margin", "cross", 5, LONG, "4", "12"),
    ("kraken-margin", "cross", 5, SHORT, "3.4", "11.1"),  # used margin of a short floats
    ("kraken-margin", "cross", 10, LONG, "2", "6"),  # 0.1 - x is 80 % and 40 % of 0.1
    ("kraken-margin", "cross", 10, SHORT, "1.85", "5.77"),  # 0.02 / 1.08 and 0.06 / 1.04
    ("hyperliquid", "cross", 10, LONG, None, "5.26"),  # 0.9 / (1 - 0.05)
    ("hyperliquid", "isolated", 10, SHORT, None, "4.76"),  # 1.1 / (1 + 0.05) - 1
    # not in the table: assumed to be like Binance's cross margin, and the perpetuals' formulas
    ("phemex-margin", "cross", 5, LONG, "7.2", "12.0"),
    ("phemex-margin", "cross", 5, SHORT, None, "13.6"),
    ("binance-usdm", "isolated", 10, LONG, None, "9.41"),  # 1 - 0.9 / (1 - 0.0065)
    ("binance-usdm", "isolated", 10, SHORT, None, "9.29"),  # 1.1 / (1 + 0.0065) - 1
    ("binance-usdm@2026-11", "isolated", 10, LONG, None, "9.64"),  # 1 - 0.9 / (1 - 0.004)
    ("crypto-com-exchange", "smart", 10, LONG, "5.26", "7.69"),  # 0.9 / 0.95 and 0.9 / 0.975
    ("crypto-com-exchange", "smart", 10, SHORT, "4.76", "7.32"),  # 1.1 / 1.05 and 1.1 / 1.025
    # margin 0.1 and the fee of closing at 0.9 of the entry: (0.9 - 0.00054) / (1 - 0.0056)
    ("phemex-perpetual", "isolated", 10, LONG, None, "9.55"),
    # and at 1.1 of it: (1.1 + 0.00066) / (1 + 0.0056)
    ("phemex-perpetual", "isolated", 10, SHORT, None, "9.45"),
    ("phemex-perpetual", "cross", 10, LONG, None, "9.49"),  # without it: 0.9 / (1 - 0.0056)
    ("esma-cfd", "cross", 5, LONG, "0.0", "11.1"),  # shares: called at 20 %, 1 - 0.8 / 0.9
    ("esma-cfd", "cross", 5, SHORT, "0.0", "9.1"),  # 1.2 / 1.1 - 1
    ("phemex-inverse", "isolated", 10, LONG, None, "8.64"),  # 1 - (1 + 0.005) / (1 + 0.1)
    ("phemex-inverse", "cross", 10, SHORT, None, "10.56"),  # (1 - 0.005) / (1 - 0.1) - 1
]


@pytest.mark.parametrize(
    ("venue", "mode", "leverage", "side", "call", "liquidation"),
    TABLE,
    ids=[f"{row[0]} {row[1]} {row[2]}x {row[3]}" for row in TABLE],
)
def test_how_far_a_price_may_move_from_a_fully_levered_entry(
    venue: str, mode: str, leverage: int, side: Side, call: str | None, liquidation: str
) -> None:
    found = calculators.liquidation(
        load_venue(venue).rulebook,
        mode=Mode(mode),
        side=side,
        entry=ENTRY,
        quantity=D(10),
        leverage=D(leverage),
        wallet=ENTRY if venue == "phemex-perpetual" and mode == "cross" else None,
    )
    for key, printed in (("call_price", call), ("liquidation_price", liquidation)):
        price = found[key]
        assert price is not None
        if printed is not None:
            away = (ENTRY - price) / ENTRY * 100 * side.sign
            digits = D(printed).as_tuple().exponent
            assert isinstance(digits, int)
            assert abs(away - D(printed)) <= D(5).scaleb(digits - 1), (key, price)


def test_every_rule_book_is_in_the_table_in_each_of_its_modes() -> None:
    listed = {(row[0], row[1]) for row in TABLE} | {("binance-usdm", "cross")}
    listed = {row for row in listed if "@" not in row[0]}
    assert listed == {(v, str(m)) for v in venue_ids() for m in load_venue(v).rulebook.modes}


@pytest.mark.parametrize("name", venue_ids())
def test_the_levels_are_called_house_exchange_or_venue(name: str) -> None:
    """The words that a warning's or call's `level` is promised to have."""
    levels = load_venue(name).rulebook.levels
    assert {level.schedule for level in levels} <= {"house", "exchange", "venue"}


def test_what_is_assumed_and_not_published_is_marked_so() -> None:
    """Phemex publishes no level and Crypto.com no rate that could be read."""
    margin = {f.key: f.certainty for f in load_venue("phemex-margin").figures}
    levels = [key for key in margin if key.startswith(("level.", "interest.", "borrow_fee."))]
    assert levels
    assert {margin[key] for key in levels} == {"assumed"}
    smart = {f.key: f.certainty for f in load_venue("crypto-com-exchange").figures}
    for key in ("schedule.venue.line", "level.call.multiple"):
        assert smart[key] == "assumed"
    for key in ("offset.matched", "forced_exit.fee"):
        assert smart[key] == "stated"


def test_the_lenders_restrict_before_they_call() -> None:
    """Binance at 3x: transfers above 2, borrowing above 1.5, called at 1.3, liquidated at 1.1."""
    for name in ("binance-margin", "crypto-com-margin"):
        book = load_venue(name).rulebook
        stops = {stop.forbids: stop.level for stop in book.restrictions}
        assert stops[Forbids.WITHDRAW].multiple == 1  # 2 - 1
        assert stops[Forbids.BORROW].within(Mode.CROSS, D(3)).multiple == D("0.5")
        multiples = [level.within(Mode.CROSS, D(3)).multiple for level in book.levels]
        assert multiples == [D("0.3"), D("0.1")]


def test_a_broker_without_a_call_warns_and_sells() -> None:
    book = load_venue("ibkr").rulebook
    assert [level.rung for level in book.levels] == [Rung.WARNING, Rung.LIQUIDATION]
    assert all(level.due_sessions is None for level in book.levels)


def test_what_a_debit_of_80_000_costs_a_year_depends_on_the_broker() -> None:
    """A house with calls 10.375% of it, the one without calls 3.88 + 1.5%, a cheap one 5.05%."""
    cost = {v: load_venue(v).rulebook.interest.yearly(D(80_000)) for v in
            ("us-reg-t", "ibkr", "robinhood")}  # fmt: skip
    assert cost == {"us-reg-t": 8_300, "ibkr": 4_304, "robinhood": 4_040}


def test_the_tiered_broker_s_slices_run_from_twelve_percent_to_four_and_three_quarters() -> None:
    contract = load_venue("us-tiered@2026-11").rulebook.interest
    rates = [tier.rate for tier, _ in contract.slices(D(2_000_000))]
    assert rates == [D("0.12"), D("0.10"), D("0.08"), D("0.06"), D("0.0475")]


def test_kraken_watches_used_margin_and_the_other_lenders_what_is_owed() -> None:
    crypto = [load_venue(v).rulebook for v in venue_ids()]
    lenders = {b.id: b for b in crypto if b.kind is AccountKind.LOAN and b.currency != "USD"}
    assert all(book.watches_debt for book in lenders.values())
    kraken = load_venue("kraken-margin").rulebook
    assert kraken.schedules[0].basis is Basis.USED_MARGIN
    assert not kraken.forced_exit.protected


def test_cross_margin_may_lend_less_than_isolated() -> None:
    book = load_venue("kucoin-margin").rulebook
    assert [book.most_leverage(mode) for mode in (Mode.CROSS, Mode.ISOLATED)] == [5, 10]
