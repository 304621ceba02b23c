"""The course: every lesson can be read, done and gone on from, and its arithmetic is right."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.practice.course.lessons import Lesson, after, lesson, lessons
from ledger.practice.course.progress import done_in, keep_place, places
from ledger.practice.scenarios.debrief import terms_of
from ledger.refused import Refused
from tests.cli.driving import tightrope
from tui.pages.guide_lines import guide_lines

D = Decimal
each_lesson = pytest.mark.parametrize("read", lessons(), ids=lambda each: each.id)
_ROWS, _WIDTH = 19, 78
"""What a page may take on a screen of 80 columns and 24 rows."""


def test_there_are_ten_of_three_to_five_minutes() -> None:
    assert [each.number for each in lessons()] == list(range(1, 11))
    assert {each.minutes for each in lessons()} <= {3, 4, 5}


@each_lesson
def test_each_page_fits_a_small_screen(read: Lesson) -> None:
    for page in read.pages:
        lines = guide_lines(page, _WIDTH)
        assert len(lines) <= _ROWS
        assert max(sum(len(text) for text, _ in line) for line in lines) <= _WIDTH


@each_lesson
def test_each_ends_in_something_to_do_that_is_checked(read: Lesson) -> None:
    assert terms_of(read.play).goals
    assert read.drill.kind == "drill"


def test_the_figures_of_the_text_are_arithmetic() -> None:
    text = {each.number: " ".join(each.pages) for each in lessons()}
    assert round(D(10_000) * D("0.08") / 360, 2) == D("2.22")
    assert "= 2.22 a day, 66.67 in 30 days" in text[2]
    assert round(D(10_000) * D("0.08") * 30 / 360, 2) == D("66.67")
    assert round(10_000 * (1 + D("0.08") / 12) ** 12) == 10_830
    assert "10,000 grow to 10,830" in text[2]
    assert round(10_000 / (200 * D("0.7")), 2) == D("71.43")
    assert "= 71.43" in text[3]
    assert D("0.3") * 14_000 - 4_000 == 200
    assert 9 * 21 < 200 < 10 * 21  # each share sold frees 30% of 70
    assert "**Sell** 10 shares" in text[3]
    assert 100 // 8 == 12
    assert "100 / 8 = 12 shares" in text[5]


def test_a_task_is_done_once_an_attempt_met_its_whole_goal(tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    drill = ("play", "drill-12-plan", "--headless", "--ledger", ledger)
    assert tightrope(*drill).status == 0
    assert done_in(None) == dict.fromkeys((each.id for each in lessons()), False)
    assert done_in(ledger)["stress"] is False  # nothing was planned, nothing traded
    assert after(done_in(ledger)) == lessons()[0]
    assert after({each.id: True for each in lessons()}) is None


def test_a_lesson_is_taken_up_where_it_was_left(tmp_path: Path) -> None:
    file = tmp_path / "config" / "course.toml"
    assert places(file) == {}
    keep_place(file, lesson("the-call"), 1)
    keep_place(file, lesson("2"), 2)
    assert places(file) == {"the-call": 1, "loan-and-interest": 2}
    file.write_text('[pages]\nthe-call = 99\nsize = "x"\nnone = 1\n')
    assert places(file) == {"the-call": 2}  # its task is the page after the last
    file.write_bytes(b"\xff\x00")
    assert places(file) == {}


def test_a_lesson_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match="the-call"):
        lesson("the-cal")
