"""What the journal's filter lets through, and how it says what it does not understand."""

from functools import cache

import pytest

from ledger.account import commands as c
from ledger.practice.review.entry import Entry
from ledger.practice.review.filter import FIGURES, KEYS, WORDS, parse
from ledger.practice.review.journal import journal_of
from ledger.refused import Refused
from tests.reports.trades.played import buy, close, coin, sell, trades
from tests.worlds import D


@cache
def entries() -> tuple[Entry, ...]:
    """From January 2, 2024, a day a bar: 1 long and won, 2 short and stopped out, 3 without a stop
    or a reason, and liquidated, 4 still open."""
    world = coin(deposit=1_000, price=100, maintenance=D("0.01"))
    world.flat(100, buy(1, stop=90, reason="It broke out", tags=("Breakout", "trend")))
    world.flat(120, close())
    world.flat(120, c.AddNote(text="Too early, again"))
    world.flat(120, sell(1, stop=125, reason="Fade", tags=("fade",)))
    world.bar({"BTC": (120, 126, 120, 126)})
    world.flat(126, buy(70, leverage=D(10)))
    world.bar({"BTC": (126, 126, 100, 100)})
    world.flat(100, c.Deposit(amount=D(1_000)), buy(1, stop=95, reason="Once more"))
    return journal_of("t", trades(world)).entries


def passed(text: str) -> list[int]:
    return [entry.number for entry in parse(text).of(entries())]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("   ", [1, 2, 3, 4]),
        ("long", [1, 3, 4]),
        ("SHORT", [2]),
        ("side:short", [2]),
        ("open", [4]),
        ("closed", [1, 2, 3]),
        ("win", [1]),
        ("loss", [2, 3]),
        ("called", [3]),
        ("tag:breakout", [1]),
        ("tag:break", []),  # a tag is meant whole
        ("symbol:btc long win", [1]),
        ("symbol:eth", []),
        ("closed:stop_loss", [2]),
        ("closed:liquidation", [3]),
        ("missing:stop", [3]),
        ("missing:reason", [3]),
        ("missing:note", [2, 3]),  # the open one is not due yet
        ("not:missing:note closed", [1]),
        ("not:long", [2]),
        ("mode:cross", [1, 2, 3, 4]),
        ("2024", [1, 2, 3, 4]),
        ("2024-01-02", [1]),
        ("2024-02", []),
        ("r>1.5", [1]),  # 20 over 10
        ("r<=-1", [2]),
        ("not:r>1.5", [2, 3, 4]),
        ("r<100", [1, 2]),  # the third has no R, the fourth none yet
        ("net>=20", [1]),
        ("net<-100", [3]),
        ("net<1,000", [1, 2, 3, 4]),
        ("number=2", [2]),
        ("leverage>5", [3]),
        ("held>=1d held<36h", [1, 2, 3]),
        ("early", [1]),  # in a note
        ("broke", [1]),  # in a reason
        ('"too early"', [1]),
        ('text:"broke out"', [1]),
        ('"too ear', [1]),  # still being typed
        ("nothing of the kind", []),
    ],
)
def test_what_passes(text: str, numbers: list[int]) -> None:
    assert passed(text) == numbers


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tags:x", f"tags:x: no key is called tags; allowed: {', '.join((*KEYS, 'not'))}"),
        ("tag:", "tag:: a value is missing after tag:"),
        ("closed:luck", "closed:luck: no such value; allowed: trader, stop_loss, take_profit"),
        ("side:up", "side:up: no such value; allowed: long, short"),
        ("missing:luck", "missing:luck: no such value; allowed: stop, reason, note"),
        ("x<1", f"x<1: no figure is called x; allowed: {', '.join(FIGURES)}"),
        ("r<much", "r<much: not a number; write it like r<-1 or net>=1000"),
        ("r<nan", "r<nan: not a number"),
        ("r<", "r<: not a number"),
        ("held>3", "held>3: not a time; write it like held>2h (units: s, m, h, d, w)"),
        ("r<1e5", "r<1e5: not a number"),
        ("net>1,000,000,000,000", "net>1,000,000,000,000: too large; a figure is below"),
        ("2024-13", "2024-13: not a date; write 2020, 2020-03 or 2020-03-12, from 1900 to 2199"),
        ("2023-02-29", "2023-02-29: not a date"),
        ("1899", "1899: not a date"),
        ("2200", "2200: not a date"),
        ("not:x:y", "not:x:y: no key is called x"),
        ("not:", "not:: a term is missing after not:"),  # each trade holds the empty text
    ],
)
def test_a_term_that_is_none_is_refused_with_what_is_allowed(text: str, fault: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert refused.value.faults[0].startswith(fault)


def test_every_fault_has_a_line() -> None:
    with pytest.raises(Refused) as refused:
        parse("x:y long r<z")
    assert len(refused.value.faults) == 2


def test_no_word_hides_a_symbol_s_key_or_a_figure() -> None:
    assert not set(WORDS) & (set(FIGURES) | set(KEYS) - {"closed"})
