"""`tapes remove`: one's own tape is deleted, no other; an account that is on it can be read."""

from contextlib import closing
from pathlib import Path

import pytest

from ledger.practice.library.own_tapes import tapes_folder
from ledger.practice.sessions.open_session import resume
from ledger.refused import Refused
from tests.cli.driving import contents, exact, tightrope
from tests.cli.library.test_import import HOURS, ID, NULLS, home, rehearsal, told_and_refused

__all__ = ["home"]


def test_a_tape_that_is_removed_is_gone_and_another_one_is_not(home: Path) -> None:
    tightrope("tapes", "import", HOURS)
    before = contents(home)
    tightrope("tapes", "import", NULLS, "--id", "tesla")
    page, bars = tapes_folder() / "tesla.json", tapes_folder() / "tesla.csv.gz"
    ended = tightrope("tapes", "remove", "tesla")
    assert (ended.status, ended.lines[:2]) == (0, [f"removed {page}", f"removed {bars}"])
    assert contents(home) == before
    report = exact(tightrope("tapes", "remove", ID, "--json").out)
    assert report == {
        "id": ID,
        "removed": [str(tapes_folder() / f"{ID}{suffix}") for suffix in (".json", ".csv.gz")],
    }
    assert [tape["id"] for tape in exact(tightrope("tapes", "--json").out) if tape["own"]] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (
            "xbtusd-bitmex-1m-2020-03",
            "this tape is shipped; only tapes you imported can be removed",
        ),
        ("nobody", f"nobody: no imported tape has this name; allowed: {ID}"),
        ("../../../l.db", "is not a valid name"),
        (f"{ID}.json", "is not a valid name"),
        ("", "is not a valid name"),
        ("[red]", "is not a valid name"),
    ],
)
def test_what_was_not_imported_is_not_removed(home: Path, name: str, reason: str) -> None:
    tightrope("tapes", "import", HOURS)
    before = contents(home)
    ended = tightrope("tapes", "remove", name)
    assert (ended.status, ended.out) == (2, "")
    assert reason in ended.err
    assert contents(home) == before


def test_a_tape_with_a_damaged_page_can_be_removed_and_imported_again() -> None:
    tightrope("tapes", "import", HOURS)
    (tapes_folder() / f"{ID}.json").write_text("{", "utf-8")
    assert f"tapes remove {ID}" in told_and_refused(HOURS, "--id", ID)[0]
    assert tightrope("tapes", "remove", ID).status == 0
    assert tightrope("tapes", "import", HOURS).lines[-1] == f"imported as {ID}"


def test_an_account_whose_tape_was_removed_can_be_read_and_goes_on_once_it_is_back(
    tmp_path: Path,
) -> None:
    tightrope("tapes", "import", HOURS)
    ledger = tmp_path / "l.db"
    tightrope("rehearse", rehearsal(tmp_path, ID), "--ledger", ledger)
    status = tightrope("status", "--ledger", ledger).out
    tightrope("tapes", "remove", ID)
    assert tightrope("status", "--ledger", ledger).out == status
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
    with pytest.raises(Refused, match=f"{ID}: the imported tape is gone; import its file again"):
        resume(ledger)
    tightrope("tapes", "import", HOURS, "--id", "back-again")
    with closing(resume(ledger)) as session:
        assert len(session.timeline) == 8
