"""Killed, cut off or starved of disk at any operation, the ledger keeps what it promised; and each
proof would notice if it did not. `python -m tests.power` is the long form."""

from collections.abc import Iterator

import pytest

from tests.power.canaries import CAUGHT_BY
from tests.power.crew import Crew, crew


@pytest.fixture(scope="module")
def workers() -> Iterator[Crew]:
    with crew() as sent:
        if sent is None:
            pytest.skip("takes Linux and a C compiler")
        yield sent


@pytest.mark.parametrize(("proof", "times"), [("kills", 25), ("cuts", 150), ("faults", 25)])
def test_nothing_promised_is_lost_and_the_account_goes_on(
    workers: Crew, proof: str, times: int
) -> None:
    found = workers.prove(proof, times)
    assert found.findings == []
    assert found.struck >= times
    assert found.promised > 0


@pytest.mark.parametrize("proof", CAUGHT_BY)
def test_a_writer_that_does_it_wrong_is_caught(workers: Crew, proof: str) -> None:
    tried = workers.try_out(proof, CAUGHT_BY[proof], 200)
    assert [canary for canary, found in tried.items() if not found.findings] == []
