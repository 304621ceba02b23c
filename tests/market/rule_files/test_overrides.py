"""`[rules]` replaces figures flat, says what a book has not, and lets no nonsense through."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ledger.market.rule_files.overrides import override, parse_rules, replaced
from ledger.market.rule_files.rulebook_file import parse_rulebook
from ledger.market.rules.carry import Rollover
from ledger.market.rules.rulebook import Judged, Rulebook, Rung
from ledger.market.rules.schedule import Basis
from ledger.refused import Refused
from tests.places import VENUES

D = Decimal


def book(name: str) -> Rulebook:
    return parse_rulebook((VENUES / f"{name}.toml").read_text("utf-8"), name).rulebook


BROKER = book("editions/us-reg-t@2026-11")
PERPETUALS = book("editions/binance-usdm@2026-11")


def refused(of: Rulebook, **rules: object) -> str:
    with pytest.raises(Refused) as caught:
        override(of, rules)
    return "\n".join(caught.value.faults)


def test_maintenance_replaces_tiers_by_one_rate() -> None:
    (venue,) = override(PERPETUALS, {"maintenance_margin": "0.005"}).schedules
    assert [(tier.floor, tier.rate) for tier in venue.tiers] == [(D(0), D("0.005"))]
    assert venue.max_leverage(D(10) ** 9) == 125


def test_maintenance_replaces_the_floors_for_shorts_too() -> None:
    house, exchange = override(BROKER, {"maintenance_margin": "0.40"}).schedules
    assert house.piece(D(-1), D(2), D(2)).at(D(2)) == D("0.8")
    assert exchange.piece(D(-1), D(2), D(2)).at(D(2)) == D("0.5")


def test_exchange_margin_replaces_the_lower_schedule_only() -> None:
    house, exchange = override(BROKER, {"exchange_margin": "0.20"}).schedules
    assert (house, exchange.long_rate) == (BROKER.schedules[0], D("0.20"))


def test_a_loan_rate_is_one_flat_tier() -> None:
    changed = override(BROKER, {"loan_rate": "0.08", "day_count": "365"}).interest
    assert changed.yearly(D(10) ** 9) == D("0.08") * 10**9
    assert changed.day_count == 365


def test_initial_margin_and_largest_leverage_are_one_statement() -> None:
    quarter = override(BROKER, {"initial_margin": "0.25", "maintenance_margin": "0.25"})
    assert (quarter.max_leverage, quarter.default_leverage) == (4, 2)
    four = override(BROKER, {"max_leverage": 4, "maintenance_margin": "0.25"})
    assert four.initial_margin == D("0.25")
    assert override(PERPETUALS, {"max_leverage": "20"}).schedules[0].tiers[0].max_leverage == 20


def test_the_other_figures_go_where_they_belong() -> None:
    changed = override(
        BROKER,
        {
            "trade_fee": "0.001",
            "liquidation_fee": "0.002",
            "forced_sale_slippage": "0",
            "due_sessions": 5,
            "clear_band": "0.02",
            "judged": "always",
            "minimum_equity": "0",
            "auto_repay": False,
        },
    )
    call = changed.level(Rung.CALL)
    assert call is not None
    assert (call.due_sessions, call.judged) == (5, Judged.ALWAYS)
    assert (changed.maker_fee, changed.taker_fee) == (D("0.001"), D("0.001"))
    assert (changed.forced_exit.fee, changed.forced_exit.slippage) == (D("0.002"), 0)
    assert (changed.clear_band, changed.minimum_equity, changed.auto_repay) == (D("0.02"), 0, False)


def test_funding_and_maintenance_at_entry_are_for_perpetuals() -> None:
    changed = override(
        PERPETUALS,
        {"funding_rate": "-0.1095", "maintenance_at": "entry", "maintenance_amount": "50"},
    )
    assert changed.funding is not None
    assert changed.funding.rate == D("-0.1095")
    assert changed.schedules[0].at_entry
    assert set(changed.schedules[0].amounts) == {D(50)}


@pytest.mark.parametrize(
    ("of", "key", "value"),
    [
        (BROKER, "benchmark", "0.05"),
        (BROKER, "opening_fee", "0"),
        (BROKER, "rollover_fee", "0"),
        (BROKER, "funding_rate", "0.1"),
        (BROKER, "maintenance_amount", "1"),
        (BROKER, "maintenance_at", "entry"),
        (PERPETUALS, "exchange_margin", "0.01"),
        (PERPETUALS, "borrow_fee", "0.01"),
        (PERPETUALS, "loan_rate", "0.01"),
        (PERPETUALS, "day_count", 360),
        (PERPETUALS, "auto_repay", True),
    ],
    ids=lambda value: getattr(value, "id", str(value)),
)
def test_a_figure_that_the_book_has_not_is_refused(of: Rulebook, key: str, value: object) -> None:
    fault = refused(of, **{key: value})
    assert fault.startswith(f"rules.{key}: not part of {of.id}")
    assert "allowed: " in fault


def test_the_fees_of_holding_are_replaced_where_the_book_has_them() -> None:
    holding = replace(BROKER, opening_fee=D("0.0002"), rollover=Rollover(fee=D("0.0002")))
    changed = override(
        holding, {"opening_fee": "0.0001", "rollover_fee": "0.0003", "borrow_fee": "0.25"}
    )
    assert changed.opening_fee == D("0.0001")
    assert changed.rollover == Rollover(fee=D("0.0003"))
    assert changed.borrow_fee is not None
    assert (changed.borrow_fee.rate, changed.borrow_fee.day_count) == (D("0.25"), 360)


def test_a_benchmark_moves_every_rate_and_a_loan_rate_does_without_it() -> None:
    spreads = replace(BROKER.interest, benchmark=D("0.05"))
    above = replace(BROKER, interest=spreads)
    # a point more on 100
    moved = override(above, {"benchmark": "0.06"}).interest.yearly(D(100))
    assert moved == spreads.yearly(D(100)) + 1
    assert override(above, {"loan_rate": "0.08"}).interest.yearly(D(100)) == 8


def test_a_lender_that_watches_debt_has_no_share_of_value_to_replace() -> None:
    owed = tuple(replace(s, basis=Basis.LIABILITIES) for s in BROKER.schedules)
    lender = replace(BROKER, schedules=owed)
    assert "rules.maintenance_margin: not part of" in refused(lender, maintenance_margin="0.1")


@pytest.mark.parametrize("of", [BROKER, PERPETUALS], ids=lambda of: of.id)
def test_what_the_record_keeps_means_the_same_when_it_is_read_again(of: Rulebook) -> None:
    given = {"trade_fee": "0.001", "clear_band": "0.02", "minimum_equity": 5}
    if of is BROKER:
        given |= {"auto_repay": False, "day_count": 365, "judged": "always", "due_sessions": 3}
    rules = parse_rules(given)
    assert override(of, rules.texts()) == override(of, rules)


def test_contradictions_are_refused() -> None:
    assert "exchange_margin 0.25 is above" in refused(BROKER, maintenance_margin="0.20")
    assert "called at once" in refused(BROKER, maintenance_margin="0.60")


@pytest.mark.parametrize(
    ("initial", "most", "told"),
    [
        (
            "0.25",
            "2",
            "0.25 of own money carries 4x; allowed: max_leverage 4, or initial_margin 0.5",
        ),
        ("0.50", "10", "max_leverage 2, or initial_margin 0.1"),
        ("0.15", "6", "max_leverage 6.66, or initial_margin 0.1667"),
        ("1", "1.5", "max_leverage 1, or initial_margin 0.6667"),
    ],
)
def test_an_initial_margin_and_a_largest_leverage_that_contradict_each_other_are_refused(
    initial: str, most: str, told: str
) -> None:
    """Each is the other's inverse: 25 % of own money carries 1 / 0.25 = 4 times as much."""
    fault = refused(PERPETUALS, initial_margin=initial, max_leverage=most)
    assert fault.startswith("rules.max_leverage: initial_margin")
    assert fault.endswith(told)


@pytest.mark.parametrize(("initial", "most"), [("0.25", 4), ("0.33", 3), ("0.3333", 3), ("1", 1)])
def test_an_inverse_may_be_rounded(initial: str, most: int) -> None:
    both = {"initial_margin": initial, "max_leverage": most}
    assert override(PERPETUALS, both).max_leverage == most


def test_rules_on_record_are_taken_as_they_were() -> None:
    """A ledger from before such rules were refused still opens."""
    book = replaced(BROKER, {"initial_margin": "0.50", "max_leverage": "4"})
    assert (book.initial_margin, book.max_leverage) == (D("0.50"), 4)


@pytest.mark.parametrize(
    ("of", "key", "value"),
    [(BROKER, "minimum_equity", "0.001"), (PERPETUALS, "maintenance_amount", "0.0000001")],
)
def test_an_amount_finer_than_the_currency_is_refused(of: Rulebook, key: str, value: str) -> None:
    fault = refused(of, **{key: value})
    assert fault.startswith(f"rules.{key}: {value} is finer than {of.currency}; allowed: multiples")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("loan_rate", "NaN"),
        ("loan_rate", "1e-2"),
        ("loan_rate", "-0.01"),
        ("day_count", 361),
        ("due_sessions", "1.5"),
        ("judged", "sometimes"),
        ("auto_repay", "yes"),
        ("maintenance_margin", "1.1"),
        ("initial_margin", "0"),
        ("surprise", 1),
    ],
)
def test_what_a_figure_may_not_be(key: str, value: object) -> None:
    assert f"rules.{key}: " in refused(BROKER, **{key: value})


def test_the_record_keeps_the_digits_as_they_were_given() -> None:
    rules = parse_rules({"loan_rate": "0.080", "day_count": 360, "auto_repay": True})
    assert rules.texts() == {"loan_rate": "0.080", "day_count": "360", "auto_repay": "true"}


@pytest.mark.parametrize("name", ["binance-margin", "kraken-margin"])
def test_a_book_without_maintenance_of_the_value_takes_no_rate_of_it(name: str) -> None:
    fault = refused(book(name), maintenance_margin="0.30")
    assert "maintenance_margin: not part of" in fault
    assert "no requirement set as a share of market value" in fault


def test_a_largest_leverage_holds_in_every_mode() -> None:
    changed = override(book("kucoin-margin"), {"max_leverage": 3})
    assert {changed.most_leverage(mode) for mode in changed.modes} == {3}
