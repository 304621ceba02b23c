"""What to practise next: 1 day after a drill that was not passed, then 3, 7 and 21 after passes."""

from datetime import date, timedelta

from ledger.practice.scenarios.debrief import Attempt
from ledger.practice.scenarios.scenario import scenarios
from ledger.practice.scenarios.schedule import INTERVALS, due_on, what_next
from ledger.reports.grade.grade import Grade, Graded, Part

FIRST = date(2026, 11, 2)
DRILLS = [each for each in scenarios() if each.kind == "drill"]


def played(*sittings: tuple[int, int | None]) -> list[Attempt]:
    """Attempts by the days since the first, each with its grade."""
    return [Attempt(graded(total), FIRST + timedelta(days)) for days, total in sittings]


def graded(total: int | None) -> Grade | None:
    return None if total is None else Grade((Part(Graded.GOAL, 100, total, ""),))


def days(*sittings: tuple[int, int | None]) -> int | None:
    """When it comes back, in days since the first attempt."""
    due = due_on(played(*sittings))
    return None if due is None else (due - FIRST).days


def test_a_drill_below_80_comes_back_the_next_day_and_one_that_was_passed_does_not() -> None:
    assert days((0, 79)) == 1
    assert days((0, 80)) is None
    assert days() is None


def test_passed_each_time_it_comes_back_after_3_7_and_21_days_and_is_then_done() -> None:
    assert days((0, 40), (1, 80)) == 1 + 3
    assert days((0, 40), (1, 80), (4, 95)) == 4 + 7
    assert days((0, 40), (1, 80), (4, 95), (11, 80)) == 11 + 21
    assert days((0, 40), (1, 80), (4, 95), (11, 80), (32, 80)) is None
    assert INTERVALS == (1, 3, 7, 21)


def test_the_days_count_from_when_it_was_played_not_from_when_it_was_due() -> None:
    assert days((0, 40), (5, 80)) == 5 + 3


def test_one_that_is_not_passed_begins_from_the_start() -> None:
    assert days((0, 40), (1, 80), (4, 79)) == 4 + 1
    assert days((0, 40), (1, 80), (4, 79), (5, 80)) == 5 + 3
    assert days((0, 90), (9, 50)) == 9 + 1


def test_a_pass_before_its_day_and_an_attempt_without_a_grade_change_nothing() -> None:
    assert days((0, 40), (0, 100)) == 1
    assert days((0, 40), (1, 80), (2, 100)) == 4
    assert days((0, 40), (1, None)) == 1


def test_what_is_due_comes_first_then_what_is_new_then_what_comes_back_later() -> None:
    one, two, three, four, *others = DRILLS
    attempted = {
        one.id: played((0, 90)),  # passed at once: not in the list
        two.id: played((4, 60)),  # comes back on day 5
        three.id: played((0, 60)),  # since day 1
        four.id: played((5, 60)),  # on day 6
    }
    rows = what_next(DRILLS, attempted, FIRST + timedelta(5))
    assert [row.drill for row in rows] == [three, two, *others, four]
    today = FIRST + timedelta(5)
    assert [row.when(today) for row in (rows[0], rows[1], rows[2], rows[-1])] == [
        "due 4 days ago",
        "due today",
        "new",
        "due in 1 day",
    ]
    assert rows[0].wire() == {
        "id": three.id,
        "title": three.title,
        "due": "2026-11-03",
        "is_due": True,
        "last_grade": 60,
    }
