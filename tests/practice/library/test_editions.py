"""Editions of rule books: the newest by its id, older ones by id and date, and what changed."""

from pathlib import Path
from typing import Any

import pytest

from ledger.books.wire.codec import decode, encode, rules_hash
from ledger.market.rule_files.rulebook_file import parse_rulebook
from ledger.market.rules.rulebook import Rulebook
from ledger.practice.library.venue_shelf import (
    book_before,
    edition_dates,
    load_venue,
    venue_ids,
    venues_folder,
    whose_rules,
)
from ledger.practice.rehearsals.rehearsal import read_rehearsal
from ledger.practice.scenarios.scenario import rules_line
from ledger.practice.venues.changes import changes_of, revisions
from ledger.refused import Refused
from ledger.times import DAY
from tests.places import VENUES

OLDER = sorted(path.stem for path in (VENUES / "editions").glob("*.toml"))
NEWEST = load_venue("us-reg-t").rulebook.edition


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of rule books, with one book in two editions."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = venues_folder()
    (folder / "editions").mkdir(parents=True)
    book = 'id = "mine"\nedition = "{}"\nextends = "us-reg-t@2026-11"\n'
    (folder / "editions" / "mine@2020.toml").write_text(book.format("2020"), "utf-8")
    band = '{ value = "0.02", source = "letter of May", date = "2021-05", certainty = "stated" }'
    why = '[[change]]\nkeys = ["clear_band"]\nwhy = "The house asks for more."\n'
    newest = f"{book.format('2021-06-01')}clear_band = {band}\n{why}"
    (folder / "mine.toml").write_text(newest, "utf-8")
    return folder


def faults(call: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*arguments)
    return "\n".join(refused.value.faults)


@pytest.mark.parametrize("name", venue_ids())
def test_every_shipped_book_is_dated_and_comes_after_its_older_editions(name: str) -> None:
    dates = edition_dates(name)
    assert load_venue(name).rulebook.edition == dates[-1]
    assert list(dates) == sorted(set(dates))


@pytest.mark.parametrize("name", OLDER)
def test_an_older_edition_opens_under_its_name_and_is_listed_nowhere(name: str) -> None:
    id_, _, date = name.partition("@")
    book = load_venue(name).rulebook
    assert (book.id, book.edition) == (name, date)
    assert name not in venue_ids()
    assert date in edition_dates(id_)


@pytest.mark.parametrize("name", [*venue_ids(), *OLDER])
def test_a_reason_names_only_figures_that_changed(name: str) -> None:
    page = load_venue(name)
    before = book_before(page)
    changed = {change.key for change in changes_of(before, page)} if before else set()
    told = {key for change in page.changes for key in change.keys}
    assert not {
        key for key in told if not any(c == key or c.startswith(f"{key}.") for c in changed)
    }


def test_the_newest_edition_opens_by_its_date_too() -> None:
    assert load_venue(f"us-reg-t@{NEWEST}").rulebook == load_venue("us-reg-t").rulebook


def test_a_date_without_an_edition_is_refused_with_those_there_are() -> None:
    there_are = ", ".join(f"us-reg-t@{date}" for date in edition_dates("us-reg-t"))
    told = faults(load_venue, "us-reg-t@1999")
    assert told == f'venue: us-reg-t has no edition "1999"; allowed: {there_are}'
    assert "no rule book is called" in faults(load_venue, "us-reg-x@2026-11")


def test_an_edition_s_file_is_named_after_its_id_and_its_date(own: Path) -> None:
    (own / "editions" / "mine@2019.toml").write_text('extends = "us-reg-t"', "utf-8")
    assert 'allowed: "mine@2019"' in faults(load_venue, "mine@2019")


def test_a_book_without_a_newest_edition_opens_in_its_last_one(own: Path) -> None:
    assert (
        load_venue("mine").rulebook.clear_band == load_venue("mine@2021-06-01").rulebook.clear_band
    )
    (own / "mine.toml").unlink()
    assert load_venue("mine").rulebook.id == "mine@2020"
    assert "mine" not in venue_ids()


def test_what_changed_is_told_with_its_source_and_its_reason(own: Path) -> None:
    (revision,) = revisions(load_venue("mine"), book_before)
    (change,) = revision.changes
    assert (change.key, change.was, change.now) == ("clear_band", ("1%",), ("2%",))
    assert (change.source, change.date, change.certainty) == ("letter of May", "2021-05", "stated")
    assert change.why == "The house asks for more."
    assert not revisions(load_venue("mine@2020"), book_before)


def test_a_book_that_replaces_another_is_compared_with_that_one(own: Path) -> None:
    text = (own / "mine.toml").read_text("utf-8").replace('"mine"', '"other"')
    (own / "other.toml").write_text(text.replace("[[", 'follows = "mine@2020"\n[['), "utf-8")
    (revision,) = revisions(load_venue("other"), book_before)
    assert revision.before.rulebook.id == "mine@2020"


def test_books_that_follow_each_other_in_a_circle_are_told_once_each(own: Path) -> None:
    (own / "editions" / "mine@2020.toml").write_text(
        'id = "mine"\nedition = "2020"\nextends = "us-reg-t"\nfollows = "mine"\n', "utf-8"
    )
    assert len(revisions(load_venue("mine"), book_before)) == 1


def test_a_run_is_judged_by_the_rules_of_its_time_by_todays_or_by_older_ones() -> None:
    dates, first = ("1974", "2010-06-28", "2026-12-01"), 0  # 1 January 1970
    year_2020 = 50 * 365 * DAY + 80 * DAY
    assert whose_rules("2010-06-28", dates, year_2020) == "the rules of that time"
    assert whose_rules("2026-12-01", dates, year_2020) == "today's rules, not those of 2020"
    assert whose_rules("1974", dates, year_2020) == "rules of an older edition, not those of 2020"
    assert whose_rules("1974", dates, first) == "rules of an older edition, not those of 1970"


def test_a_hidden_start_is_not_told_by_whose_rules_they_are() -> None:
    book = load_venue("us-reg-t").rulebook
    assert "2020" not in rules_line(book, 50 * 365 * DAY + 80 * DAY, hidden=True)
    assert rules_line(book, 0, hidden=True).endswith(f"edition {NEWEST}: today's rules.")


def test_a_rehearsal_names_an_edition_and_keeps_it_in_its_account() -> None:
    text = (VENUES.parent / "scenarios" / "drill-01-ladder.toml").read_text("utf-8")
    dated = text.replace('"us-reg-t"', '"us-reg-t@2026-11"')
    path = VENUES.parent / "scenarios" / "drill-01-ladder.toml"
    book = read_rehearsal(dated, path).rulebook
    assert (book.id, book.edition) == ("us-reg-t@2026-11", "2026-11")
    assert decode(Rulebook, encode(book)) == book


def test_a_book_without_a_date_is_recorded_as_books_were_before_there_were_editions() -> None:
    text = (VENUES / "editions" / "us-reg-t@2026-11.toml").read_text("utf-8")
    dated = parse_rulebook(text, "x").rulebook
    undated = parse_rulebook(text.replace('edition    = "2026-11"\n', ""), "x").rulebook
    assert "edition" in encode(dated)
    assert "edition" not in encode(undated)
    assert rules_hash(dated) != rules_hash(undated)
