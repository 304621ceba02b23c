"""Texts of strangers in symbols, notes and names change nothing but their own text."""

from pathlib import Path

import pytest

from ledger.practice.exports.export import BOOKS, LOTS
from tests.exports.compare import differences, exported
from tests.exports.hostile_life import TEXTS, hostile, kept, tame
from tests.exports.reader import read


@pytest.mark.parametrize("name", ['=A;B  "C"\n@D|[2020-99-99]', "x" * 200])
def test_the_books_hold_the_same_whatever_things_are_called(name: str, tmp_path: Path) -> None:
    plain = kept(tmp_path / "plain", tame, "mine")
    strange = kept(tmp_path / "strange", hostile, name)
    assert list(differences(strange, None, tmp_path)) == []
    files = exported(strange, None, tmp_path / "strange")
    for form, file in exported(plain, None, tmp_path / "plain").items():
        *_, expected = read(file.read_text("utf-8"), form).values()
        text = files[form].read_text("utf-8")
        *_, found = read(text, form).values()
        assert sorted(found.values()) == sorted(expected.values())
        each = 1 if form == LOTS else 3  # units, what was given for them, and their cost
        assert len(expected) == 2 + each * len(TEXTS)
        assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize("form", BOOKS)
def test_a_note_stands_in_the_file_with_its_words(form: str, tmp_path: Path) -> None:
    file = exported(kept(tmp_path / "l", hostile, "mine"), None, tmp_path)[form]
    assert "include /etc/passwd23" in file.read_text("utf-8")
    assert "漢字 é ä26" in file.read_text("utf-8")
