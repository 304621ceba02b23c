"""What a person who chooses reads of a rule book: sentences with the book's own figures."""

import re

import pytest

from ledger.market.rule_files.choice_tables import FIGURES
from ledger.market.rule_files.rulebook_file import parse_rulebook
from ledger.practice.library.venue_shelf import load_venue, venue_ids, venue_text
from ledger.practice.venues import choice
from ledger.practice.venues.choice import bites_of, choice_of
from ledger.practice.venues.venue_page import venue_page
from ledger.refused import Refused

WITHDRAWN = {"us-tiered"}
"""Books that another one replaces: nobody is to choose them."""


@pytest.mark.parametrize("name", [name for name in venue_ids() if name not in WITHDRAWN])
def test_every_book_says_what_bites_who_may_open_one_and_what_protects(name: str) -> None:
    page = load_venue(name)
    found = choice_of(page)
    assert len(found.bites) == 3
    assert found.who is not None
    assert found.protects is not None
    assert not [each for each in found.bites if re.search(r"[{}—]", each)]
    first = venue_page(page).sections[0]
    assert (first.title, first.sentences) == ("What bites here", found.bites)


def test_the_figures_in_the_sentences_are_the_book_s_own() -> None:
    leverage, called, owed = bites_of(load_venue("esma-cfd"))
    assert "30x on major currencies" in leverage
    # 10,000 x 6.88 % / 360 = 1.91 a night and 5.73 on a Friday: 18 x 1.91 + 4 x 5.73 from a Monday
    assert "costs 57.30 USD a month" in leverage
    # a price p of the entry is reached at p = (1 - 1/30) / (1 - 1/60), and at p = 0.8 / 0.9
    assert "1.69% of a full currency position, 11.11% of a share" in called
    assert "cannot owe" in owed


def test_other_figures_make_other_sentences() -> None:
    text = venue_text("esma-cfd").replace('rate = "0.20", max_leverage = "5"', 'rate = "0.25", '
                                          'max_leverage = "4"')  # fmt: skip
    assert "4x on shares" in bites_of(parse_rulebook(text, "book.toml"))[0]


def test_a_figure_that_does_not_exist_is_refused_with_those_that_do() -> None:
    text = venue_text("esma-cfd").replace("{liquidation}", "{ruin.gold}")
    with pytest.raises(Refused, match=r'choice\.bites: "ruin\.gold" is no figure; allowed: lev'):
        parse_rulebook(text, "book.toml")
    text = venue_text("esma-cfd").replace("{leverage.gold}", "{leverage.silver}")
    with pytest.raises(Refused, match=r"leverage\.silver"):
        parse_rulebook(text, "book.toml")


def test_every_name_that_may_stand_in_a_sentence_is_worked_out() -> None:
    assert tuple(choice._READ) == FIGURES


def test_the_table_says_what_happens_at_the_call_and_below_zero() -> None:
    broker, retail, older = (
        choice_of(load_venue(name)) for name in ("us-reg-t", "esma-cfd", "esma-cfd@2015-01")
    )
    assert (broker.leverage, broker.below_zero) == ("2x", "owed by you")
    assert broker.at_call.endswith("to pay or sell")
    assert retail.leverage == "2x to 30x"
    assert (retail.at_call, retail.below_zero) == ("told, without a deadline", "the venue's loss")
    assert (older.leverage, older.below_zero, older.bites) == ("50x", "owed by you", ())
