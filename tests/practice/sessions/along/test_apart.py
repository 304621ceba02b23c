"""A twin that was left behind is found."""

from pathlib import Path

from ledger.books.batch import Batch
from ledger.books.checks.doctor import examine
from ledger.books.store import Ledger
from ledger.practice.accounts import manage
from tests.practice.sessions.along import THURSDAY, begun


def test_the_doctor_finds_an_account_that_was_played_without_its_twin(tmp_path: Path) -> None:
    """As a version did that knew no twins; with the twin archived the account goes on alone."""
    path = tmp_path / "l.db"
    session = begun(THURSDAY, path)
    session.commit().result()
    session.advance()
    batch = session.batch()
    session._keeper.close()  # as a killed program lets go of it
    assert session._release is not None
    session._release()
    assert not [check for check in examine(path, deep=True) if not check.ok]
    with Ledger.open(path) as ledger:
        ledger.append(ledger.branches()[0].id, Batch(batch.records, batch.place))
    (found,) = [check for check in examine(path, deep=True) if not check.ok]
    assert found.name == "a twin's clock stands where its account's does"
    assert "thu was played without its twin thu-twin" in found.detail
    manage.archive(path, "thu-twin")
    assert not [check for check in examine(path, deep=True) if not check.ok]
