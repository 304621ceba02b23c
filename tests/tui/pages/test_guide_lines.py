"""Chapters as lines: nothing is lost, and nothing but code is wider than asked."""

import re

import pytest

from ledger.practice.library.guide import Chapter, chapters, text_of
from tui.pages.guide_lines import column_widths, flow, guide_lines


def plain(text: str, width: int = 80) -> list[str]:
    return ["".join(run for run, _ in line).rstrip() for line in guide_lines(text, width)]


@pytest.mark.parametrize("width", [56, 80, 100])
@pytest.mark.parametrize("found", chapters(), ids=lambda found: found.id)
def test_a_chapter_keeps_all_its_words_at_any_width(found: Chapter, width: int) -> None:
    text = text_of(found)
    lines = plain(text, width)
    assert max(len(line) for line in lines if not line.startswith("    ")) <= width
    marks = r"[^\w.,]+"
    words = set(re.sub(marks, " ", re.sub(r"^```\w*$", "", text, flags=re.MULTILINE)).split())
    told = "".join(re.sub(marks, "", line) for line in lines).lower()
    assert not [word for word in words if word.lower() not in told and len(word) < 12]


def test_a_list_hangs_under_its_first_word() -> None:
    assert plain("- one two three\n- four\n", 10) == ["- one two", "  three", "- four"]


def test_a_table_stands_in_columns() -> None:
    assert plain("| a | bee |\n| --- | --- |\n| one | 2 |\n") == [
        "a    bee", "────────", "one  2",
    ]  # fmt: skip


def test_the_widest_column_gives_way_first() -> None:
    rows = [[[("x" * 10, "")], [("y" * 50, "")], [("z" * 12, "")]]]
    assert column_widths(rows, 60) == [10, 34, 12]
    assert sum(column_widths(rows, 30)) <= 30 - 4


def test_code_too_long_for_a_screen_goes_on_below_and_is_whole_where_it_is_copied() -> None:
    code = "```\nkey = 'a value of some length'\n```\n"
    assert plain(code, 24) == ["    key = 'a value of", "        some length'"]
    ticked = guide_lines(code, 24, ticks=True)
    assert ["".join(run for run, _ in line) for line in ticked] == [
        "    key = 'a value of some length'"
    ]


def test_a_percent_sign_stays_with_its_number() -> None:
    assert plain("at least 30 % of it", 11) == ["at least", "30 % of it"]


def test_code_is_drawn_as_it_stands() -> None:
    assert plain("```toml\na = 1\n\n[b]\n```\n") == ["    a = 1", "", "    [b]"]


def test_a_word_longer_than_the_line_is_broken() -> None:
    rows = ["".join(text for text, _ in row) for row in flow([("abcdefgh ij", "")], 5)]
    assert [row.rstrip() for row in rows] == ["abcde", "fgh", "ij"]
