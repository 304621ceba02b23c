"""Ledgers that an earlier program wrote open, replay to the same accounts, and are found sound."""

import gzip
from pathlib import Path

import pytest

from ledger.books.checks.doctor import examine
from ledger.books.replay import replay
from ledger.books.store import Ledger
from ledger.books.wire.fingerprint import state_hash
from tests.places import DATA

KEPT = DATA / "ledgers"
"""Each is named after the day on which it was written: by all rehearsals and scenarios without a
trader, and by a trader who tried everything on tapes that chance drew."""


@pytest.fixture(params=sorted(KEPT.glob("*.db.gz")), ids=lambda path: path.name[:10])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    path.chmod(0o600)
    return path


def test_nothing_is_wrong_with_an_old_ledger(old: Path) -> None:
    assert [check for check in examine(old, deep=True) if not check.ok] == []


def test_its_accounts_are_the_ones_that_were_left(old: Path) -> None:
    with Ledger.open(old, read_only=True) as ledger:
        for branch in ledger.branches():
            account = replay(ledger, branch.id)
            assert account is not None
            place = ledger.place(branch.id) or {}
            assert place.get("state_hash", state_hash(account)) == state_hash(account), branch.name
