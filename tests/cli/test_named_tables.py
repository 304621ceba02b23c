"""A rehearsal that names another program's table itself: taken where nobody has to be asked."""

from pathlib import Path

from tests.cli.driving import of, rehearsed, tightrope
from tests.cli.library.test_import import HOURS, NULLS, TABLES, home, rehearsal, told_and_refused

__all__ = ["home"]


def test_a_table_with_a_fault_or_an_open_question_has_to_be_imported(tmp_path: Path) -> None:
    for name, reason in ((NULLS.name, "5: no prices"), ("EURUSD_H1.csv", "no time zone")):
        (tmp_path / name).write_bytes((TABLES / name).read_bytes())
        ended = tightrope("rehearse", rehearsal(tmp_path, name))
        assert ended.status == 2
        assert reason in ended.err
        assert "run: tightrope tapes import FILE" in ended.err


def test_a_table_with_a_hole_can_be_named_by_a_rehearsal(tmp_path: Path) -> None:
    """Bars are missing where nobody traded, or the venue was closed: nothing was done to the file,
    and the own format may have such holes too. Here 11:00 is missing, and a strict import says it.
    """
    lines = HOURS.read_text("utf-8").splitlines()
    (tmp_path / HOURS.name).write_text("\n".join((*lines[:4], *lines[5:])), "utf-8")
    events, _ = rehearsed(rehearsal(tmp_path, HOURS.name))
    assert [fill["price"] for fill in of(events, "order_filled")] == ["7382.85", "6087.15"]
    (told,) = told_and_refused(tmp_path / HOURS.name, "--strict")
    assert "5: 1 bar is missing between 2020-03-12T10:00:00Z and 2020-03-12T12:00:00Z" in told
