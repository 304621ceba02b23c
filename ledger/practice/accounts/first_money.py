"""The first step of a new account: its money is there when the desk opens."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.account.events.kinds import ActionRefused, Event
from ledger.money import scale_of
from ledger.practice.accounts.hiding import Hiding, hidden
from ledger.practice.accounts.purse import purses
from ledger.practice.rehearsals.incident_deck import named
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.refused import Refused

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal

_LARGEST_MONEY_SCALE = 6
"""Decimals of dollar coins; other coins have more."""


def pay_in(rehearsal: "Rehearsal", session: Session) -> None:
    """Open the first bar and pay in; the deck's incidents come later, by themselves."""
    session.advance()
    for action in rehearsal.actions:
        if action.index:
            was_allowed(session.send(action.command))
    drawn = [action for action in rehearsal.actions if not action.index]
    if drawn:
        session.fate = drawn
        session.rehearsal = named(rehearsal.seed, len(drawn))


def begin_own(
    rehearsal: "Rehearsal",
    ledger: Path | None,
    name: str,
    *,
    purse: Decimal | None = None,
    twin: "Rehearsal | None" = None,
    hiding: Hiding = Hiding.NOTHING,
) -> Session:
    """A new account that is funded from the purse of its currency, with its first deposit; in
    memory there is no purse. Its `twin` is paid the same, from nowhere.

    `purse` is what the purse is set to if it never was, else what `first_purse` says. The account
    sees only what is not `hiding`. Raises `Refused` for a deposit beyond the purse or a name that
    is taken, and as `begin`.
    """
    currency = rehearsal.rulebook.currency
    if hiding is not Hiding.NOTHING:
        rehearsal, twin = hidden(rehearsal, hiding), twin and hidden(twin, hiding)
    if ledger is None:
        return begin(rehearsal, None, name, partial(pay_in, rehearsal), twin=twin)
    if purse is not None and any(row.currency == currency for row in purses(ledger)):
        raise Refused(f"the purse of {currency} is set already; `tightrope purse set` changes it")
    first = first_purse(currency) if purse is None else purse
    first_step = partial(pay_in, rehearsal)
    return begin(rehearsal, ledger, name, first_step, only=True, purse=first, twin=twin)


def first_purse(currency: str) -> Decimal:
    """What a purse is set to unless one says otherwise: 10,000 of a currency, 1 of a coin."""
    return Decimal(1 if scale_of(currency) > _LARGEST_MONEY_SCALE else 10_000)


def was_allowed(events: Iterable[Event]) -> None:
    """Raises `Refused` where a first deposit was refused."""
    for event in events:
        if isinstance(event, ActionRefused):
            raise Refused(f"the deposit: {event.reason}")
