"""An installation that is made anew elsewhere takes the tapes of its rehearsals with it."""

import shutil
from pathlib import Path

import pytest

from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from ledger.refused import Refused
from tests.places import REHEARSALS


def begun_at(folder: Path, ledger: Path) -> None:
    """First call, begun from a copy of its two files that is deleted afterwards."""
    folder.mkdir()
    for name in ("first-call.toml", "acme.csv"):
        shutil.copy(REHEARSALS / name, folder)
    begin(load_rehearsal(folder / "first-call.toml"), ledger, "first").close()
    shutil.rmtree(folder)


def test_an_account_of_a_shipped_rehearsal_outlives_the_folder_it_was_installed_in(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.db"
    begun_at(tmp_path / "rehearsals", ledger)
    session = resume(ledger, None)
    session.advance(len(session.timeline))
    assert session.market.last["ACME"] == 62, "the last close of acme.csv"
    session.close()


def test_a_file_of_ones_own_that_is_gone_is_never_replaced_by_a_shipped_one(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    begun_at(tmp_path / "mine", ledger)
    with pytest.raises(Refused, match="there is no such file"):
        resume(ledger, None)
