"""A rule book of one's own: found beside a rehearsal or by its name, traded on, or refused."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.market.rule_files.rulebook_file import parse_rulebook
from ledger.practice.library.venue_shelf import load_venue, venue_ids, venue_shelf, venues_folder
from ledger.refused import Refused
from ledger.toml_file import path_of, shown
from tests.places import VENUES

BOOKS = {path.stem: path.read_text("utf-8") for path in sorted(VENUES.glob("*.toml"))}
LENDER = BOOKS["us-reg-t"].replace('"us-reg-t"', '"my-broker"')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder of rule books."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    made = venues_folder()
    made.mkdir(parents=True)
    return made


def test_a_rule_book_in_the_data_folder_is_found_by_its_name(folder: Path) -> None:
    (folder / "my-broker.toml").write_text(LENDER, "utf-8")
    assert set(venue_ids()) == {*BOOKS, "my-broker"}
    assert load_venue("my-broker").rulebook.levels == load_venue("us-reg-t").rulebook.levels
    shelf = venue_shelf()
    assert [page.rulebook.id for page in shelf.pages] == sorted([*BOOKS, "my-broker"])
    assert (shelf.own, shelf.faults) == (frozenset({"my-broker"}), ())


def test_without_a_folder_of_ones_own_there_are_the_shipped_ones() -> None:
    assert not venues_folder().exists()
    assert set(venue_ids()) == set(BOOKS)


def test_a_wrong_book_in_the_folder_keeps_no_other_away(folder: Path) -> None:
    (folder / "mine.toml").write_text(LENDER, "utf-8")
    (folder / "broken.toml").write_text('id = "broken', "utf-8")
    (folder / "us-reg-t.toml").write_text(BOOKS["us-reg-t"], "utf-8")
    shelf = venue_shelf()
    assert {page.rulebook.id for page in shelf.pages} == set(BOOKS)
    assert not shelf.own
    broken, mine, twice = shelf.faults
    assert broken.startswith("broken.toml: not valid TOML")
    assert mine == 'mine.toml: id: "my-broker" is not the name of its file; allowed: "mine"'
    assert twice == "us-reg-t.toml: a shipped rule book already has this name"


def test_a_folder_that_cannot_be_read_is_told_of_and_keeps_no_book_away(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("no folder")
    assert load_venue("us-reg-t").rulebook.id == "us-reg-t"
    shelf = venue_shelf()
    assert {page.rulebook.id for page in shelf.pages} == set(BOOKS)
    assert shelf.faults == (f"{folder}: the folder cannot be read: Not a directory",)


Path_ = tuple[str | int, ...]
NONSENSE = ("purple", 7.5, -3, True, [], {"purple": 1}, "‮\x1b[31mred", "9" * 30)
"""No key of a rule book takes more than a few of them."""


def leaves(table: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Every place in a file where a single value stands, and every list and table."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from leaves(value, (*path, key))


def changed(table: Any, path: Path_, value: object) -> Any:
    """The tables with another value at a place."""
    if not path:
        return value
    copy = dict(table) if isinstance(table, dict) else list(table)
    copy[path[0]] = changed(table[path[0]], path[1:], value)
    return copy


def as_toml(value: Any) -> str:
    """The tables as TOML: everything below the top on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, str) else str(value)


PLACES: dict[str, tuple[str, Path_]] = {}
"""Each key that any shipped book has, once: a book in which it stands, and where."""
for book, content in BOOKS.items():
    for place in leaves(tomllib.loads(content)):
        PLACES.setdefault(".".join(part for part in place if isinstance(part, str)), (book, place))


@pytest.mark.parametrize(("name", "path"), PLACES.values(), ids=PLACES)
def test_nonsense_in_any_key_is_refused_with_the_key_the_value_and_what_is_allowed(
    name: str, path: Path_
) -> None:
    tables = tomllib.loads(BOOKS[name])
    told = 0
    for nonsense in NONSENSE:
        faults = faults_of(changed(tables, path, nonsense))
        if faults is None:
            continue
        told += 1
        exact = [fault for fault in faults if is_about(path_of(path), fault)]
        assert all("allowed" in fault or "is missing" in fault for fault in faults), faults
        if exact:
            assert isinstance(nonsense, dict) or shown(nonsense) in "".join(exact), faults
        else:  # it does not fit to another table: lists are told by their names there
            assert str(path[0]) in "".join(faults), faults
            assert nonsense == [] or str(nonsense) in "".join(faults), faults
    assert told >= 4, "almost anything passes here"


def faults_of(tables: Any) -> tuple[str, ...] | None:
    """What is wrong with such a file; `None` where it is taken."""
    text = "\n".join(f"{key} = {as_toml(value)}" for key, value in tables.items())
    try:
        parse_rulebook(text, "book.toml")
    except Refused as refused:
        return refused.faults
    return None


def is_about(key: str, fault: str) -> bool:
    """Whether a fault names a key, or one inside it."""
    return re.search(rf"(^|[:\s]){re.escape(key)}[:.\[\s]", fault) is not None
