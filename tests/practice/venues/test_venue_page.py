"""A rule book as a page: what it comes to is worked out, and a new key shows up by itself."""

from decimal import Decimal

import pytest

from ledger.market.rule_files.field_types import Sourced
from ledger.market.rule_files.figures import Figure, Word, entries
from ledger.market.rule_files.rulebook_file import RulebookPage, parse_rulebook
from ledger.market.rule_files.rulebook_tables import BookTable
from ledger.practice.calc.full_position import full_positions
from ledger.practice.library.venue_shelf import load_venue, venue_ids
from ledger.practice.venues.venue_page import VenuePage, compare, venue_page
from ledger.toml_file import Fraction, Table, read_toml
from tests.places import VENUES

D = Decimal
every_book = pytest.mark.parametrize("name", venue_ids())


def page_of(name: str) -> VenuePage:
    return venue_page(load_venue(name))


def moves(name: str, side: str) -> list[Decimal | None]:
    position = next(p for p in full_positions(load_venue(name).rulebook) if p.side == side)
    return [
        move if move is None else round(move, 4)
        for move in (position.move("call"), position.move("liquidation"), position.ruin)
    ]


def test_a_full_position_on_half_margin_falls_as_far_as_the_law_allows() -> None:
    """Long: 1 - (1 - 0.5) / (1 - m), m = 30% and 25%; short: (1 + 0.5) / (1 + 0.3) - 1."""
    assert moves("us-reg-t", "long") == [D("0.2857"), D("0.3333"), D("0.5")]
    assert moves("us-reg-t", "short") == [D("0.1538"), D("0.1538"), D("0.5")]


def test_a_full_position_of_125x_falls_less_than_half_a_percent() -> None:
    """Long: (1/125 - k m) / (1 - k m), m = 0.4%, k = 1.25 for the call and 1 at the end."""
    assert moves("binance-usdm@2026-11", "long") == [D("0.0030"), D("0.0040"), D("0.0080")]


def test_the_page_says_what_a_loan_costs() -> None:
    """10,000 x 11.825% / 360 = 3.2847 a day; x 30 = 98.5417; / 24 = 0.1369."""
    told = " ".join(text for section in page_of("us-reg-t").sections for text in section.sentences)
    assert "0.14 USD after an hour, 3.28 USD after a day, 98.54 USD after 30 days" in told
    assert "5,000.00 USD of your own money carries a position of up to 10,000.00 USD: 2x" in told
    assert "after a fall of 28.57%, with the equity ratio at 30%" in told


@every_book
def test_a_page_has_every_figure_with_its_source_and_counts_what_is_assumed(name: str) -> None:
    book, page = load_venue(name), page_of(name)
    assert {entry.key for entry in page.figures} == {figure.key for figure in book.figures}
    for entry in page.figures:
        assert entry.source
        assert entry.date
        assert all(entry.shown)
    assumed = [figure for figure in book.figures if figure.certainty == "assumed"]
    assert page.assumed == len(assumed)
    assert f"{len(assumed)} assumed" in page.summary


@every_book
def test_a_book_differs_nowhere_from_itself(name: str) -> None:
    page = page_of(name)
    pairs = compare(page, page)
    assert {pair.key for pair in pairs} > {entry.key for entry in page.figures}
    assert not [pair.key for pair in pairs if pair.differs]


def test_books_with_one_mode_and_with_several_stand_in_line() -> None:
    pairs = {pair.key: pair for pair in compare(page_of("us-reg-t"), page_of("binance-margin"))}
    found = pairs["example.long.leverage"]
    assert found.left is not None
    assert found.right is not None
    assert (found.left.shown, found.right.shown) == (("2x",), ("10x, cross",))
    isolated = pairs["example.isolated.long.leverage"]
    assert isolated.left is None
    assert isolated.right is not None
    assert isolated.right.shown == ("10x, isolated",)


def test_two_books_differ_where_their_figures_do_and_nowhere_else() -> None:
    pairs = {pair.key: pair for pair in compare(page_of("us-reg-t"), page_of("binance-usdm"))}
    assert len(pairs) == len(set(pairs))
    assert pairs["max_leverage"].differs
    assert not pairs["clear_band"].differs
    only_there = pairs["interest.rates"]
    assert only_there.differs
    assert only_there.right is None


class Storage(Table):
    name: str
    fee: Sourced[Fraction]


class Bigger(BookTable):
    """A rule book's table as it may be next year."""

    custody_cost: Sourced[Fraction]
    storage: list[Storage]


def test_a_key_that_is_new_to_the_tables_shows_up_by_itself() -> None:
    figure = {"value": "0.015", "source": "a test", "date": "2026", "certainty": "stated"}
    text = (VENUES / "us-reg-t.toml").read_text("utf-8")
    tables = {
        **read_toml(text, "book"),
        "custody_cost": figure,
        "storage": [{"name": "vault", "fee": figure}],
    }
    found = list(entries(Bigger.model_validate(tables)))
    page = venue_page(
        RulebookPage(
            parse_rulebook(text, "book").rulebook,
            tuple(entry for entry in found if isinstance(entry, Figure)),
            tuple(entry for entry in found if isinstance(entry, Word)),
        )
    )
    shown = {entry.key: (entry.label, entry.shown) for entry in page.figures}
    assert shown["custody_cost"] == ("Custody cost", ("1.5%",))
    assert shown["storage.vault.fee"] == ("Fee", ("1.5%",))
    assert "Storage: vault" in [section.title for section in page.sections]


def test_what_stands_deeper_in_a_table_is_shown_in_its_section() -> None:
    band = (
        '[[level.band]]\nmax_leverage = "{}"\n'
        'margin_ratio = {{ value = "{}", source = "test", date = "2026", certainty = "stated" }}\n'
    )
    text = (VENUES / "editions" / "binance-usdm@2026-11.toml").read_text("utf-8")
    last = text.rindex("[[level]]")
    bands = band.format("10", "0.8") + band.format("125", "0.5")
    page = venue_page(parse_rulebook(text[:last] + bands + text[last:], "book"))
    (section,) = [section for section in page.sections if section.title == "Ladder: call"]
    shown = {entry.label: entry.shown for entry in section.entries}
    assert shown["Band 10, margin ratio"] == ("80%",)
    assert shown["Band 125, margin ratio"] == ("50%",)
    assert all("on opening, with" in sentence for sentence in section.sentences)  # 0.8% on 0.4%


def test_the_most_of_an_inverse_contract_is_told_in_coins_that_it_is_worth() -> None:
    """100 contracts of a dollar at 100 are one coin: the first tier, 100x, 0.01 of one's own."""
    page = venue_page(load_venue("phemex-inverse"))
    told = next(section for section in page.sections if not section.place).sentences
    assert told == ("0.01 BTC of your own money carries a position of up to 1 BTC: 100x.",)
