"""Rule books: every figure with its source, every wrong file refused with all its faults."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from ledger.market.rule_files.rulebook_file import parse_rulebook
from ledger.market.rule_files.rulebook_tables import BookTable
from ledger.market.rules.carry import Calendar, TierOf
from ledger.market.rules.rulebook import Judged, Mode, Rung
from ledger.refused import Refused
from ledger.times import HOUR
from tests.places import VENUES

BOOKS = {path.stem: path.read_text("utf-8") for path in sorted(VENUES.glob("*.toml"))}
STOCK_BROKER = (VENUES / "editions" / "us-reg-t@2026-11.toml").read_text("utf-8")
"""What is changed here and there to see what a file may say."""
every_book = pytest.mark.parametrize("name", BOOKS)
D = Decimal


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        parse_rulebook(text, "book.toml")
    return "\n".join(caught.value.faults)


@every_book
def test_every_figure_has_its_source_date_and_certainty(name: str) -> None:
    page = parse_rulebook(BOOKS[name], name)
    assert page.rulebook.id == name
    assert len(page.figures) > 10
    for figure in page.figures:
        assert len(figure.source) > 10, figure.key
        assert figure.date, figure.key
        assert figure.certainty in {"stated", "secondary", "assumed"}, figure.key


@every_book
def test_no_number_stands_outside_of_a_table_with_a_source(name: str) -> None:
    """Checked on the bare TOML, so that a new key cannot slip past the reader."""
    assert not list(bare_numbers(tomllib.loads(BOOKS[name]), ""))


def test_every_key_of_a_rule_book_says_what_it_is() -> None:
    """The guide's table of keys and the venue's page are made of these words."""
    silent = [
        f"{table.__name__}.{key}: give it Field(description=...) in rulebook_tables.py"
        for table in tables_in(BookTable, set())
        for key, field in table.model_fields.items()
        if not field.description
    ]
    assert not silent, "\n".join(silent)


def tables_in(annotation: Any, seen: set[Any]) -> Iterator[type[BaseModel]]:
    """Every table that can stand in a rule book, found in the types."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from tables_in(field.annotation, seen)
    for part in get_args(annotation):
        yield from tables_in(part, seen)


@every_book
def test_the_page_has_each_key_of_the_file_once_with_a_label(name: str) -> None:
    page = parse_rulebook(BOOKS[name], name)
    found = [*page.figures, *page.words]
    keys = [entry.key for entry in found]
    assert len(keys) == len(set(keys))
    in_file = {key for key in tomllib.loads(BOOKS[name]) if isinstance(key, str)}
    assert in_file <= {key.split(".")[0] for key in keys} | {
        "id",
        "title",
        "edition",
        "follows",
        "change",
    }
    for entry in found:
        assert entry.label[0].isupper(), entry.key
        assert entry.meaning, entry.key


def bare_numbers(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        if "source" not in value:
            for key, part in value.items():
                if not (key == "max_leverage" and path.endswith(".band")):  # the band's name
                    yield from bare_numbers(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from bare_numbers(part, path)
    elif not isinstance(value, bool) and str(value).replace(".", "", 1).isdigit():
        yield path


def test_the_stock_broker_has_the_figures_of_the_rules_page() -> None:
    book = parse_rulebook(BOOKS["us-reg-t"], "us-reg-t").rulebook
    house, exchange = book.schedules
    assert (book.initial_margin, book.max_leverage, book.minimum_equity) == (D("0.5"), 4, 2000)
    assert (house.long_rate, exchange.long_rate) == (D("0.3"), D("0.25"))
    assert book.modes == (Mode.CROSS,)
    call = book.level(Rung.CALL)
    assert call is not None
    assert (call.schedule, call.judged, call.due_sessions) == ("house", Judged.CLOSE, 4)
    assert not call.inclusive
    assert book.interest.day_count == 360
    # 80,000 owed: all of it at the base rate of 10% and 0.375%, 8,300 a year
    assert book.interest.yearly(D(80_000)) == 8_300


@pytest.mark.parametrize(
    ("price", "needed"),
    [("100", "30"), ("10", "5"), ("5", "5"), ("4", "4"), ("2", "2.5")],
    ids=["30 %", "5.00 a share", "at 5.00", "100 % below 5.00", "2.50 a share"],
)
def test_a_short_share_keeps_what_finra_asks_for(price: str, needed: str) -> None:
    book = parse_rulebook(BOOKS["us-reg-t"], "us-reg-t").rulebook
    for schedule in book.schedules:
        assert schedule.piece(D(-1), D(price), D(price)).at(D(price)) == D(needed)


def test_the_perpetuals_venue_has_the_figures_of_the_rules_page() -> None:
    book = parse_rulebook(BOOKS["binance-usdm"], "binance-usdm").rulebook
    assert [(level.multiple, level.share) for level in book.levels] == [
        (1, D("0.64")),
        (1, D("0.80")),
        (1, D(1)),
    ]
    assert all(level.inclusive and level.judged is Judged.ALWAYS for level in book.levels)
    venue, bitcoin = book.schedules[:2]
    assert (len(venue.tiers), venue.max_leverage(D(100_000))) == (10, 50)
    assert (len(bitcoin.tiers), bitcoin.max_leverage(D(100_000))) == (12, 150)
    assert book.funding is not None
    assert book.funding.every == 8 * 3600


def test_a_wrong_file_is_refused_with_every_fault_and_its_line() -> None:
    text = BOOKS["binance-usdm"].replace('value = "150"', 'value = "many"', 1)
    text = text.replace('"cross"]', '"clever"]').replace("protected = true", "protected = 1")
    faults = refused(text.replace("[forced_exit]", "[forced_exit]\nsurprise = true"))
    lines = text.splitlines()
    leverage = next(n for n, line in enumerate(lines, 1) if line.startswith("max_leverage"))
    assert f'book.toml:{leverage}: max_leverage.value: "many" is not a plain number' in faults
    assert 'modes[2]: "clever" is not known; allowed: isolated, cross, smart' in faults
    assert "forced_exit.protected" in faults
    assert "forced_exit.surprise: is not a key; allowed: amount, event, fee" in faults


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('source = "Binance FAQ on funding', 'origin = "', "funding.every.source: is missing"),
        ('date = "2026-03-26"', 'date = "lately"', "date"),
        ('floor = "20000"', 'floor = "700000"', "floors out of order"),
        ('rung         = "warning"', 'rung         = "call"', "rungs out of order"),
        ('value = "0.0005"', 'value = "inf"', "not a plain number"),
        ('value = "0.0005"', "value = nan", "not a plain number"),
        ('value = "0.0005"', "value = 5e-4", "not a plain number"),
        ('value = "0.0005"', 'value = "-1"', "too small"),
        ('kind       = "derivatives"', 'kind       = "loan"', "interest"),
    ],
)
def test_what_a_rule_book_may_not_say(was: str, now: str, fault: str) -> None:
    text = BOOKS["binance-usdm"]
    assert was in text
    assert fault in refused(text.replace(was, now, 1))


@pytest.mark.parametrize(
    ("book", "was", "now", "fault"),
    [
        ("kucoin-margin", "debt_ratio = {", "multiple = {", None),
        (
            "kucoin-margin",
            'cross_leverage   = { value = "5"',
            'cross_leverage = { value = "10"',
            None,
        ),
        ("kucoin-margin", "debt_ratio = {", "used_margin = {", "measures: used_margin"),
        ("kraken-margin", "used_margin = {", "margin_ratio = {", "measures: margin_ratio"),
        (
            "ibkr",
            "multiple  = {",
            "margin_level = {",
            "allowed: one of multiple, margin_ratio",
        ),
        (
            "kucoin-margin",
            'cross_leverage   = { value = "5"',
            'cross_leverage = { value = "11"',
            "cross_leverage: 11 is above max_leverage",
        ),
        (
            "kucoin-margin",
            'cross_leverage   = { value = "5"',
            'cross_leverage = { value = "2"',
            "default_leverage: 3 is above cross_leverage; allowed: 1 to 2",
        ),
    ],
)
def test_a_level_stands_in_a_measure_of_its_demand(
    book: str, was: str, now: str, fault: str | None
) -> None:
    text = BOOKS[book]
    assert was in text
    if fault is None:  # one of the two levels in a plain multiple is fine
        parse_rulebook(text.replace(was, now, 1), "book.toml")
    else:
        assert fault in refused(text.replace(was, now, 1))


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        (
            'initial_margin   = { value = "0.50"',
            'initial_margin   = { value = "0.25"',
            "initial_margin 0.25 and max_leverage 2 contradict each other, since 0.25 "
            "of own money carries 4x; allowed: max_leverage 4, or initial_margin 0.5",
        ),
        (
            'max_leverage     = { value = "2"',
            'max_leverage     = { value = "3"',
            "allowed: max_leverage 2, or initial_margin 0.3334",
        ),
        (
            'long_rate = { value = "0.30"',
            'long_rate = { value = "0.60"',
            "initial_margin 0.50 is below maintenance_margin 0.60, so that every purchase would be "
            "called at once",
        ),
    ],
)
def test_figures_that_contradict_each_other_are_refused_with_the_reason(
    was: str, now: str, told: str
) -> None:
    text = STOCK_BROKER
    assert was in text
    assert told in refused(text.replace(was, now, 1))


@given(st.text(max_size=300))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(Refused):
        parse_rulebook(text, "book.toml")


@given(st.data())
def test_a_damaged_rule_book_is_read_or_refused(data: st.DataObject) -> None:
    text = BOOKS["us-reg-t"]
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    damaged = text[:start] + data.draw(st.text(max_size=8)) + text[start + length :]
    with suppress(Refused):
        parse_rulebook(damaged, "book.toml")


def test_a_file_nested_without_end_is_refused() -> None:
    assert "nested too deeply" in refused("a = " + "[" * 5_000)


def test_a_file_too_large_is_refused() -> None:
    assert "too large" in refused("#" * 1_000_001)


def broker(*changes: tuple[str, str]) -> str:
    text = STOCK_BROKER
    for was, now in changes:
        assert was in text
        text = text.replace(was, now, 1)
    return text


MONTHLY = 'capitalize = "monthly"'


def test_a_loan_of_whole_hours_that_compounds_is_figures_in_a_file() -> None:
    text = broker(
        (MONTHLY, 'capitalize = "each_posting"\ncalendar = "elapsed"\ntier_of = "whole"'),
        ('value = "1d", source = "SoFi', 'value = "1h", source = "SoFi'),
    )
    contract = parse_rulebook(text, "book.toml").rulebook.interest
    assert contract.calendar is Calendar.ELAPSED
    assert contract.tier_of is TierOf.WHOLE
    # two hours from the drawing, wherever on the clock that was
    assert contract.whole_periods(1_000, 1_000 + 2 * HOUR) == (2, 1_000 + 2 * HOUR)


def test_a_benchmark_makes_spreads_of_the_rates() -> None:
    figure = '{ value = "0.0533", source = "somebody", date = "2024", certainty = "stated" }'
    text = broker((MONTHLY, f"{MONTHLY}\nbenchmark = {figure}"))
    # 5.33 % and 6.83 % on the first slice
    assert parse_rulebook(text, "book.toml").rulebook.interest.yearly(D(100)) == D("12.16")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("first_period = true", "interest.calendar"),
        ('counted = "begun"', "interest.calendar"),
        ('calendar = "clock"\ncounted = "begun"\nfirst_period = true', "interest.first_period"),
        ('calendar = "lunar"', "allowed: seconds, clock, elapsed"),
    ],
)
def test_a_calendar_without_periods_charges_none(words: str, fault: str) -> None:
    assert fault in refused(broker((MONTHLY, f"{MONTHLY}\n{words}")))


BY_SYMBOL = """
[[schedule]]
name = "venue"
symbols = ["ETHUSDT", "ETH"]
tiers = { value = [{ floor = "0", rate = "0.01", max_leverage = "50" }], source = "made for this \
test", date = "2026-12", certainty = "assumed" }
"""
OLDER = (VENUES / "editions" / "binance-usdm@2026-11.toml").read_text("utf-8")


def test_a_schedule_of_the_same_name_may_be_for_some_symbols() -> None:
    page = parse_rulebook(OLDER + BY_SYMBOL, "book.toml")
    assert [s.symbols for s in page.rulebook.schedules] == [(), ("ETHUSDT", "ETH")]
    assert "schedule.venue-ETHUSDT.tiers" in {figure.key for figure in page.figures}


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ('name = "venue"', 'name = "other"', "schedule.other.ETHUSDT: nothing holds for all"),
        ('"ETHUSDT", "ETH"', "", "two have the same name: venue, venue"),
        ('"ETHUSDT", "ETH"', '"ETH", "ETH"', "schedule.venue: ETH is named 2 times"),
        ('floor = "0"', 'floor = "5"', "schedule.venue.ETHUSDT.tiers: floors out of order: 5"),
        ("symbols =", "assets =", '"ETHUSDT" is not known; allowed: major_fx'),
        (
            "tiers = {",
            'basis = "liabilities"\ntiers = {',
            "schedule.venue.ETHUSDT.basis: liabilities; allowed: value, as for all others",
        ),
    ],
)
def test_a_schedule_for_some_symbols_says_whose_it_is(was: str, now: str, fault: str) -> None:
    assert was in BY_SYMBOL
    assert fault in refused(OLDER + BY_SYMBOL.replace(was, now))
