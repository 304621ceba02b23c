"""Killed at any moment, the ledger keeps what it promised; and the harness would notice if not."""

import sys
from pathlib import Path

import pytest

from tests.power.kills import kill_often
from tests.power.writers import CANARIES, LEDGER

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")


def test_a_killed_writer_has_lost_nothing_it_promised(tmp_path: Path) -> None:
    toll = kill_often(LEDGER, 20, tmp_path, seed=1)
    assert toll.findings == []
    assert toll.acknowledged > 500


@pytest.mark.parametrize("canary", CANARIES)
def test_a_writer_that_does_it_wrong_is_caught(canary: str, tmp_path: Path) -> None:
    toll = kill_often(canary, 100, tmp_path, seed=1, stop=True)
    assert toll.findings, f"{canary} came through {toll.kills} kills"
