"""A branch replayed from its events, and everything it left in the books compared with the
result."""

import json
import sqlite3
from collections.abc import Callable, Iterator

from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.branches import BranchInfo, lineage
from ledger.books.entries import disagreements, legs_of
from ledger.books.replay import account_before, balances_of, rulebook_of
from ledger.books.snapshots import body_of, kept_after
from ledger.books.store import Ledger, leg_row
from ledger.books.wire.chain import legs_of_row
from ledger.books.wire.codec import compact, from_wire, to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.frozen import replace
from ledger.market.rules.carry import Calendar
from ledger.money import RATIO_STEP, ZERO

_REPORT_EVERY = 1_000
"""Events between two reports of progress."""


def discrepancies(
    ledger: Ledger, db: sqlite3.Connection, branch: BranchInfo, reach: Callable[[int], None]
) -> Iterator[str]:
    """Everything in the record of a branch that does not follow from its own events, a sentence
    each.

    Progress is reported to `reach` now and then.
    """
    account: Account | None = None
    snapshot = kept_after(db, branch.id)
    for source, seq, version, body in _rows(db, branch.id):
        wire = json.loads(body)
        written_as = wire["account"]
        event = from_wire(wire, version)
        if seq % _REPORT_EVERY == 0:
            reach(seq)
        if account is None:
            if not isinstance(event, e.AccountOpened):
                yield f"{branch.name} does not begin with its opening"
                return
            account = account_before(branch.name, event, rulebook_of(ledger, event.rules_hash))
        at = f"{branch.name}, event {seq}"
        if compact(to_wire(event, seq, written_as)) != body:
            yield f"{at}: its body is not as this program writes it"
        if legs_of_row(db, source, seq) != [leg_row(leg) for leg in legs_of(account, event)]:
            yield f"{at}: its legs do not match it"
        if isinstance(event, e.InterestAccrued):
            yield from (f"{at}: {fault}" for fault in _wrong_interest(account, event))
        account = apply(account, event)
        if account.seq != seq:
            yield f"{at}: it is number {account.seq} when replayed"
            return
        stored = snapshot(seq) if source == branch.id else None
        if stored is not None and body_of(replace(account, name=_called(stored))) != stored:
            yield f"{at}: the snapshot after it does not match the account"
        if seq == branch.last_seq:
            yield from _unlike_the_books(ledger, db, branch, account)


def _called(snapshot: str) -> str:
    """What the account was called when the snapshot was taken: no rule asks for it."""
    return str(json.loads(snapshot)["name"])


def _rows(db: sqlite3.Connection, branch_id: int) -> Iterator[tuple[int, int, int, str]]:
    since = 0
    for source, upto in lineage(db, branch_id):
        yield from db.execute(
            "SELECT branch_id, seq, version, body FROM events"
            " WHERE branch_id = ? AND seq > ? AND seq <= ? ORDER BY seq",
            (source, since, upto),
        )
        since = upto


def _wrong_interest(account: Account, event: e.InterestAccrued) -> Iterator[str]:
    """principal x rate x time, by the event's own rate, to the precision of its eight decimals."""
    loan, contract = account.pockets[event.pocket].loan, account.rulebook.interest
    drawing = bool(event.periods) and event.from_ == event.to
    if drawing:
        consistent = event.principal <= loan.principal and contract.at_drawing
    else:
        consistent = (event.principal, event.from_) == (loan.principal, loan.accrued_to)
    if not consistent:
        yield "its interest does not start from the loan's principal and time"
        return
    by_seconds = contract.calendar is Calendar.SECONDS
    if not drawing and not by_seconds:
        due_by = event.to + contract.counted.lag
        if contract.whole_periods(event.from_, due_by) != (event.periods, event.to):
            yield "its interest does not cover whole periods of the rule book's calendar"
    whole = drawing or not by_seconds  # a period at a drawing is a whole one by any calendar
    if event.borne_by is not None and sum(event.borne_by.values(), ZERO) != event.amount:
        yield "its interest does not equal what trades were charged for it"
    seconds = event.periods * contract.post_every if whole else event.to - event.from_
    posted = event.amount * contract.denominator + event.carried - loan.carried
    due = event.principal * event.rate * seconds
    if abs(posted - due) > event.principal * seconds * RATIO_STEP:
        yield "its interest is not principal x rate x time"


def _unlike_the_books(
    ledger: Ledger, db: sqlite3.Connection, branch: BranchInfo, account: Account
) -> Iterator[str]:
    books = balances_of(db, branch.id)
    yield from (f"{branch.name}: {text}" for text in disagreements(account, books))
    place = ledger.place(branch.id) or {}
    if place.get("state_hash", state_hash(account)) != state_hash(account):
        yield f"{branch.name}: its saved place has another state"
