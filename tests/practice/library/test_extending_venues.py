"""A rule book that begins as another: its keys replace, all else stays with its source."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.market.rules.rulebook import Rulebook, Rung
from ledger.practice.library.venue_shelf import load_venue, venue_shelf, venues_folder
from ledger.refused import Refused
from tests.cli.driving import tightrope

D = Decimal
TIERS = "[{ floor = 0, rate = 0.3, max_leverage = 2 }]"
PARENT = load_venue("us-reg-t@2026-11")


def figure(value: str) -> str:
    return f'{{ value = {value}, source = "price list", date = "2026-11", certainty = "stated" }}'


def child(folder: Path, text: str, name: str = "mine", begins: str = "us-reg-t@2026-11") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(f'extends = "{begins}"\n{text}', "utf-8")
    return path


def book(path: Path) -> Rulebook:
    return load_venue(str(path)).rulebook


def refused(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        load_venue(path.name, path.parent)
    return "\n".join(caught.value.faults)


def test_with_nothing_of_its_own_it_is_the_other_under_another_name(tmp_path: Path) -> None:
    made = load_venue(str(child(tmp_path, "")))
    title = "US stock broker, Regulation T, changed"
    named = replace(PARENT.rulebook, id="mine", title=title, edition="")
    assert made.rulebook == named
    assert (made.figures, made.extends) == (PARENT.figures, "us-reg-t@2026-11")
    assert made.taken == {figure.key for figure in PARENT.figures}


def test_keys_replace_one_by_one_with_their_sources(tmp_path: Path) -> None:
    path = child(
        tmp_path,
        f'title = "Mine"\nminimum_equity = {figure("5000")}\n'
        f"[interest]\nday_count = {figure('365')}\n"
        f'[[schedule]]\nname = "house"\nlong_rate = {figure("0.40")}\n'
        f'[[level]]\nrung = "call"\njudged = "always"\n',
    )
    made = load_venue(str(path))
    house, exchange = made.rulebook.schedules
    own_house, own_exchange = PARENT.rulebook.schedules
    assert (house.long_rate, house.short) == (D("0.40"), own_house.short)
    assert exchange == own_exchange
    call, was = made.rulebook.level(Rung.CALL), PARENT.rulebook.level(Rung.CALL)
    assert call is not None
    assert was is not None
    assert (call.judged, call.due_sessions) == ("always", was.due_sessions)
    assert made.rulebook.interest.tiers == PARENT.rulebook.interest.tiers
    own = {figure.key for figure in made.figures} - made.taken
    assert own == {"minimum_equity", "interest.day_count", "schedule.house.long_rate"}
    sources = {figure.key: (figure.source, figure.date) for figure in made.figures}
    assert sources["minimum_equity"] == ("price list", "2026-11")
    kept = next(figure for figure in PARENT.figures if figure.key == "interest.rates")
    assert sources["interest.rates"] == (kept.source, kept.date)


def test_a_rung_that_the_other_has_not_stands_in_its_place_on_the_ladder(tmp_path: Path) -> None:
    first = child(tmp_path, 'without = ["level.warning", "borrow_fee"]\n', "first")
    assert [level.rung for level in book(first).levels] == [Rung.CALL, Rung.LIQUIDATION]
    assert book(first).borrow_fee is None
    second = child(
        tmp_path,
        f'[[level]]\nrung = "warning"\nschedule = "house"\nmultiple = {figure("1.2")}\n'
        'inclusive = false\njudged = "always"\n',
        "second",
        begins="first.toml",
    )
    assert [level.rung for level in book(second).levels] == list(Rung)
    assert book(second).levels[0].multiple == D("1.2")


def test_what_is_taken_away_may_be_said_otherwise(tmp_path: Path) -> None:
    """A call without a deadline; a demand in tiers instead of one rate."""
    text = (
        'without = ["level.call.due_sessions", "schedule.house.long_rate"]\n'
        '[[schedule]]\nname = "house"\n'
        f"tiers = {figure(TIERS)}\n"
    )
    made = book(child(tmp_path, text))
    call = made.level(Rung.CALL)
    assert call is not None
    assert call.due_sessions is None
    assert [tier.rate for tier in made.schedule("house").tiers] == [D("0.3")]


def test_a_book_in_the_own_folder_is_found_by_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    venues_folder().mkdir(parents=True)
    child(venues_folder(), f"clear_band = {figure('0.02')}\n", "first")
    child(venues_folder(), "", "second", begins="first")
    assert load_venue("second").rulebook.clear_band == D("0.02")
    assert venue_shelf().own == {"first", "second"}
    told = json.loads(tightrope("venues", "second", "--json").out)
    assert told["extends"] == "first"
    assert {row["taken_from"] for row in told["figures"]} == {"first"}
    (first,) = json.loads(tightrope("venues", "first", "--json").out)["figures"][:1]
    assert first["taken_from"] == "us-reg-t@2026-11"
    page = tightrope("venues", "first").out
    assert "extends us-reg-t@2026-11, 1 of the figures are its own" in page
    assert "[taken from us-reg-t@2026-11]" in page


@pytest.mark.parametrize(
    ("text", "begins", "told"),
    [
        ("", "moon", 'venue: no rule book is called "moon"'),
        ("", "nothing.toml", "there is no such file"),
        ("", "mine.toml", "extends: is circular"),
        ("surprise = 1\n", "us-reg-t@2026-11", "mine.toml:2: surprise: is not a key"),
        (
            f"max_leverage = {figure('4')}\n",
            "us-reg-t@2026-11",
            "mine.toml: max_leverage: initial_margin 0.50 and max_leverage 4 contradict each other",
        ),
        (
            f'[[schedule]]\nname = "house"\nlong_rate = {figure("0.60")}\n',
            "us-reg-t@2026-11",
            "initial_margin 0.50 is below maintenance_margin 0.60",
        ),
        (
            '[[level]]\nrung = "liquidation"\njudged = "never"\n',
            "us-reg-t@2026-11",
            'mine.toml:4: level[1].judged: "never" is not known; allowed: always, close',
        ),
        (
            'without = ["borrow_fees"]\n',
            "us-reg-t@2026-11",
            'mine.toml: without: "borrow_fees" is not in us-reg-t@2026-11; nearest: borrow_fee',
        ),
        ('without = ["level.call.schedule"]\n', "us-reg-t@2026-11", "schedule: is missing"),
        ("without = [1]\n", "us-reg-t@2026-11", 'without: "1" is not in us-reg-t@2026-11'),
        ('[interest]\nrates = "much"\n', "us-reg-t@2026-11", "mine.toml:3: interest.rates: "),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, text: str, begins: str, told: str
) -> None:
    assert told in refused(child(tmp_path, text, begins=begins))


def test_two_that_begin_as_each_other_are_refused(tmp_path: Path) -> None:
    child(tmp_path, "", "first", begins="second.toml")
    assert "is circular" in refused(child(tmp_path, "", "second", begins="first.toml"))


@pytest.mark.parametrize("begins", ["1", "true", "[]", '{ value = "us-reg-t@2026-11" }'])
def test_a_name_that_is_no_text_is_refused(tmp_path: Path, begins: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"extends = {begins}\n", "utf-8")
    assert "is not a rule book; give an id or a path" in refused(path)
