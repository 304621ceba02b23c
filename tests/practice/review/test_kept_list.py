"""The list of a long journal is kept beside the ledger: it is what reading the record gives, and
nothing is taken from it that was made from another record."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.account import commands as c
from ledger.books.kept_lines import place_of
from ledger.practice.review import journal as reading
from ledger.practice.review.entry import Entry, line_of
from ledger.practice.review.journal import JournalReader, journal
from ledger.practice.sessions.open_session import resume
from tests.laws import tried
from tests.laws.worlds import canaries
from tests.practice.recorded import told as recorded
from tests.practice.review.test_journal_reader import told
from tests.worlds import D

ANY = 1
"""From so many events on the list is kept."""


def kept_is_read(seed: int) -> None:
    with recorded(seed) as one:
        path, name = one.trunk.ledger.path, one.trunk.branch.called
        fresh = JournalReader(path).read(name)
        JournalReader(path, ANY).read(name)
        assert place_of(path, one.trunk.branch.id).exists()
        again = JournalReader(path, ANY).read(name)
        assert again == fresh
        assert [x.trade for x in again.entries[-3:]] == [x.trade for x in fresh.entries[-3:]]


@tried(12)
@given(seed=st.integers(0, 2**48))
def test_the_kept_list_of_a_random_account_is_what_its_record_gives(seed: int) -> None:
    kept_is_read(seed)


def test_the_law_catches_a_list_that_loses_the_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(entry: Entry) -> list[object]:
        return line_of(replace(entry, costs=D(0)))

    monkeypatch.setattr(reading, "line_of", without)
    assert canaries.caught(kept_is_read, 12)


def test_a_list_of_an_earlier_record_or_a_damaged_one_is_not_used(tmp_path: Path) -> None:
    ledger = told(tmp_path / "one", "10")
    JournalReader(ledger, ANY).read("t")
    (place,) = ledger.parent.glob("*.list-*")
    place.write_text(place.read_text().replace("XYZ", "ABC"))
    assert JournalReader(ledger, ANY).read("t").entries[0].symbol == "XYZ"
    session = resume(ledger, "t")
    session.send(c.AddNote(text="It paid"))
    session.commit()
    session.close()
    (entry,) = JournalReader(ledger, ANY).read("t").entries
    assert "it paid" in entry.words
    assert (entry,) == journal(ledger, "t").entries


def test_a_kept_list_is_read_on_in_full_and_a_short_record_keeps_none(tmp_path: Path) -> None:
    ledger = told(tmp_path / "one", "10")
    assert JournalReader(ledger).read("t").entries
    assert not list(ledger.parent.glob("*.list-*"))
    JournalReader(ledger, ANY).read("t")
    reader = JournalReader(ledger, ANY)
    (listed,) = reader.read("t").entries
    reader.read_on()
    (entry,) = reader.read("t").entries
    assert listed == entry
    assert listed.trade is entry.trade, "the record is read once"
