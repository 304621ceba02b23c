"""`python -m tests.compare_venues`: one trade under six rule books, as the table of the README."""

import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from ledger.account.events.kinds import Event
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.practice.scenarios import same_trade
from ledger.practice.scenarios.same_trade import Outcome, outcome
from ledger.practice.sessions.statement import Statement
from ledger.times import Time, iso

FILES = tuple(same_trade.files())
HEAD = (
    "| rule book | first call | closed for you | interest | fees | funding | left of 2,500 |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
)


def table() -> list[str]:
    """The lines of the table, in Markdown."""
    return [*HEAD, *(_row(outcome(path, *played(path))) for path in FILES)]


@cache
def played(path: Path) -> tuple[Rehearsal, list[Event], Statement]:
    """Once for all the tests."""
    return same_trade.played(path)


def _row(found: Outcome) -> str:
    return (
        f"| {found.title}, {found.mode} {found.leverage}x | {_when(found.called)} "
        f"| {_closed(found)} | {_cents(found.interest)} | {_cents(found.fees)} "
        f"| {_cents(found.funding)} | {_cents(found.left)} |"
    )


def _when(time: Time | None) -> str:
    return "never" if time is None else iso(time)[5:16].replace("T", " ")


def _closed(found: Outcome) -> str:
    if found.closed_at is None:
        return "no"
    low, high = f"{found.lowest:,f}", f"{found.highest:,f}"
    span = low if low == high else f"{low} to {high}"
    return f"{found.closed.normalize():f} from {_when(found.closed_at)}, at {span}"


def _cents(amount: Decimal) -> str:
    return f"{amount:,.2f}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
