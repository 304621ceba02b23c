"""The record page by page: every event once, whatever line of the account it was written in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.books.store import Batch, Ledger, Record
from ledger.practice.sessions.ledger_reader import Reading, reading
from tests.books.lives import first_call
from tests.books.shelves import fork_of, keep

LIFE = first_call()
COUNT = len(LIFE.events)
FORKED = 9


@pytest.fixture(params=["test", "what-if"])
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Reading]:
    """An account, and a what-if line that left it after its ninth event and lived as it did."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        branch = keep(ledger, LIFE)
        fork = fork_of(ledger, branch, FORKED)
        again = [Record(r.seq, r.event, r.legs, f"again:{r.seq}") for r in LIFE.records()[FORKED:]]
        ledger.append(fork, Batch(tuple(again)))
    with reading(path, request.param) as found:
        yield found


def numbers(page: list[dict[str, object]]) -> list[object]:
    return [wire["seq"] for wire in page]


@pytest.mark.parametrize("size", [1, 4, FORKED, 100])
def test_older_pages_meet_and_end_with_the_first_event(account: Reading, size: int) -> None:
    page = account.page(size)
    seen = numbers(page)
    while page := account.page(size, before=int(page[0]["seq"])):
        assert len(page) <= size
        seen = [*numbers(page), *seen]
    assert seen == list(range(1, COUNT + 1))


@pytest.mark.parametrize("size", [1, 4, FORKED, 100])
def test_newer_pages_meet_and_end_with_the_last_event(account: Reading, size: int) -> None:
    page = account.page(size, oldest=True)
    seen = numbers(page)
    while page := account.page(size, after=int(page[-1]["seq"]), oldest=True):
        assert len(page) <= size
        seen += numbers(page)
    assert seen == list(range(1, COUNT + 1))


def test_a_page_of_some_kinds_has_those_kinds_only(account: Reading) -> None:
    kinds = ("interest_accrued", "deposited")
    every = [wire for wire in account.events() if wire["type"] in kinds]
    assert len(every) > 2
    assert list(account.events(kinds=kinds)) == every
    assert account.page(2, kinds) == every[-2:]
    assert account.page(2, kinds, oldest=True) == every[:2]
    first = int(every[0]["seq"])
    assert account.page(100, kinds, after=first, oldest=True) == every[1:]
    assert account.page(100, kinds, before=first) == []


def test_a_page_lies_between_two_numbers(account: Reading) -> None:
    assert numbers(account.page(100, after=3, before=12)) == [4, 5, 6, 7, 8, 9, 10, 11]
    assert numbers(account.page(2, after=3, before=12)) == [10, 11]
    assert numbers(account.page(2, after=3, before=12, oldest=True)) == [4, 5]
    assert numbers(list(account.events(3, before=12))) == [4, 5, 6, 7, 8, 9, 10, 11]
