"""One trade under several rule books: the shipped rehearsals of it, each run to its end."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledger.account.events.kinds import (
    Event,
    ForceSold,
    InterestAccrued,
    Liquidated,
    MarginCallIssued,
    PositionOpened,
)
from ledger.practice.library.files import assets
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.statement import Statement
from ledger.times import Time

_LENDERS = ("brokers", "binance", "kraken", "kucoin", "phemex", "crypto-com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of the trade under one rule book. Amounts are in the account's currency.

    `called` is the first margin call; `closed_at` the first forced sale, of the quantity `closed`
    in all, between the prices `lowest` and `highest`.
    """

    file: Path
    title: str
    mode: str
    leverage: Decimal
    called: Time | None
    closed: Decimal
    closed_at: Time | None
    lowest: Decimal | None
    highest: Decimal | None
    interest: Decimal
    fees: Decimal
    funding: Decimal
    left: Decimal


def files() -> list[Path]:
    """The rehearsals, in the order in which they are listed."""
    return [assets() / "rehearsals" / f"same-trade-{name}.toml" for name in _LENDERS]


def played(file: Path) -> tuple[Rehearsal, list[Event], Statement]:
    """The rehearsal, its events, and the statement at its end."""
    rehearsal = load_rehearsal(file)
    events: list[Event] = []
    session = begin(rehearsal, None, "compared")
    run(session, rehearsal.actions, events.extend)
    return rehearsal, events, session.statement()


def outcome(file: Path, rehearsal: Rehearsal, events: list[Event], last: Statement) -> Outcome:
    """The figures of a rehearsal that was played."""
    calls = [event for event in events if isinstance(event, MarginCallIssued)]
    forced = [event for event in events if isinstance(event, ForceSold | Liquidated)]
    interest = sum(event.amount for event in events if isinstance(event, InterestAccrued))
    opened = next(event for event in events if isinstance(event, PositionOpened))
    prices = [event.price for event in forced]
    return Outcome(
        file=file,
        title=load_venue(rehearsal.rulebook.id).rulebook.title,
        mode=rehearsal.mode.value,
        leverage=opened.leverage,
        called=calls[0].at if calls else None,
        closed=sum((event.quantity for event in forced), Decimal(0)),
        closed_at=forced[0].at if forced else None,
        lowest=min(prices, default=None),
        highest=max(prices, default=None),
        interest=Decimal(interest),
        fees=last.fees_paid,
        funding=last.funding_paid,
        left=last.equity,
    )


def outcomes() -> list[Outcome]:
    """All outcomes; it takes a second or two."""
    return [outcome(file, *played(file)) for file in files()]
