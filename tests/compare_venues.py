"""`python -m tests.compare_venues`: one trade under six rule books, as the table of the README."""

import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.account.events.kinds import Event
from ledger.practice.library.catalog import load_venue
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.statement import Statement
from ledger.times import iso
from tests.places import REHEARSALS as FOLDER

FILES = tuple(
    FOLDER / f"same-trade-{name}.toml"
    for name in ("brokers", "binance", "kraken", "kucoin", "phemex", "crypto-com")
)
HEAD = (
    "| rule book | first call | closed for you | interest | fees | funding | left of 2,500 |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
)


def table() -> list[str]:
    """The lines of the table, in Markdown."""
    return [*HEAD, *(_row(*played(path)) for path in FILES)]


@cache
def played(path: Path) -> tuple[Rehearsal, list[Event], Statement]:
    """The rehearsal, what happened in it, and the statement at its end."""
    rehearsal = load_rehearsal(path)
    found: list[Event] = []
    session = begin(rehearsal, None, "compared")
    run(session, rehearsal.actions, lambda events: found.extend(events))
    return rehearsal, found, session.statement()


def _row(rehearsal: Rehearsal, events: list[Event], last: Statement) -> str:
    calls = [event for event in events if isinstance(event, e.MarginCallIssued)]
    forced = [event for event in events if isinstance(event, e.ForceSold | e.Liquidated)]
    interest = sum(event.amount for event in events if isinstance(event, e.InterestAccrued))
    opened = next(event for event in events if isinstance(event, e.PositionOpened))
    title = load_venue(rehearsal.rulebook.id).rulebook.title
    return (
        f"| {title}, {rehearsal.mode} {opened.leverage}x | {_when(calls)} | {_closed(forced)} "
        f"| {_cents(Decimal(interest))} | {_cents(last.fees_paid)} "
        f"| {_cents(last.funding_paid)} | {_cents(last.equity)} |"
    )


def _when(events: list[e.MarginCallIssued]) -> str:
    return iso(events[0].at)[5:16].replace("T", " ") if events else "never"


def _closed(forced: list[e.ForceSold | e.Liquidated]) -> str:
    if not forced:
        return "no"
    size = sum(event.quantity for event in forced)
    prices = [event.price for event in forced]
    span = f"{min(prices):,f}" if len(set(prices)) == 1 else f"{min(prices):,f} to {max(prices):,f}"
    return f"{size.normalize():f} from {iso(forced[0].at)[5:16].replace('T', ' ')}, at {span}"


def _cents(amount: Decimal) -> str:
    return f"{amount:,.2f}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
