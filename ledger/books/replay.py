"""From the record back to the account: the first event has what it was opened with."""

import json
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

from ledger.account.events.kinds import AccountOpened
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Convention, open_account
from ledger.books import snapshots
from ledger.books.acts import wrong_acts
from ledger.books.branches import last_seq, lineage
from ledger.books.entries import disagreements
from ledger.books.file.errors import LedgerDamaged, LedgerUnusable
from ledger.books.store import Ledger
from ledger.books.walk import walk
from ledger.books.wire.chain import wrong_origins
from ledger.books.wire.codec import canonical, decode
from ledger.books.wire.fingerprint import state_hash
from ledger.books.wire.seals import broken_seals
from ledger.frozen import replace
from ledger.market.rules.rulebook import Rulebook

LOOKED_AT = 20_000
"""The least number of events whose checksums are computed at an opening, if there are that many."""


def account_before(name: str, opened: AccountOpened, rulebook: Rulebook) -> Account:
    """The account into which the opening event is folded."""
    return open_account(
        name,
        rulebook,
        opened.mode,
        Convention(opened.fills),
        opened.instruments,
    )


def replay(
    ledger: Ledger, branch_id: int, *, whole: bool = False, upto: int | None = None
) -> Account | None:
    """The account after all its events; `None` for a branch that has none yet.

    It starts from the last snapshot, unless the `whole` history is asked for. Raises
    `LedgerUnusable` if the record does not begin with its opening, or if its rule book is missing.
    """
    name = ledger.branch(branch_id).name
    account: Account | None = None
    since = 0
    if not whole:
        with ledger.looking() as db:
            snapshot = snapshots.newest(db, branch_id, upto)
        if snapshot is not None:
            since, account = snapshot[0], replace(snapshot[1], name=name)
    for seq, event in ledger.events(branch_id, since):
        if upto is not None and seq > upto:
            break
        if account is None:
            if not isinstance(event, AccountOpened):
                raise LedgerUnusable(ledger.path, f"branch {name} begins with event {seq}")
            account = account_before(name, event, rulebook_of(ledger, event.rules_hash))
        account = apply(account, event)
    return account


def rulebook_of(ledger: Ledger, hash_: str) -> Rulebook:
    """The rule book stored under a hash. Raises `LedgerUnusable` if it is missing or was
    changed."""
    try:
        body = json.loads(ledger.rulebook(hash_))
    except KeyError:
        raise LedgerUnusable(ledger.path, f"the rule book {hash_} is missing") from None
    except ValueError:
        raise LedgerDamaged(ledger.path, f"the rule book {hash_[:12]} cannot be read") from None
    if sha256(canonical(body).encode()).hexdigest() != hash_:
        raise LedgerDamaged(ledger.path, f"the rule book {hash_[:12]} does not match its hash")
    return decode(Rulebook, body)


def verified(ledger: Ledger, branch_id: int) -> Account | None:
    """The account, if everything that leads to it is as it was written.

    For a long history only the checksums since the last snapshot, and of the last `LOOKED_AT`
    events, are computed; the log of its commits is checked if it is no longer than that. `doctor`
    checks everything. Raises `LedgerDamaged`.
    """
    with ledger.looking() as db:
        fault = next(_damage(db, branch_id), None)
    if fault is not None:
        raise LedgerDamaged(ledger.path, fault)
    account = replay(ledger, branch_id)
    if account is None:
        return None
    with ledger.looking() as db:
        differs = next(iter(disagreements(account, balances_of(db, branch_id))), None)
    if differs is not None:
        raise LedgerDamaged(ledger.path, differs)
    place = ledger.place(branch_id) or {}
    if place.get("state_hash", "") and place["state_hash"] != state_hash(account):
        raise LedgerDamaged(
            ledger.path, f"{account.name} does not match the state in which it was left"
        )
    return account


def _damage(db: sqlite3.Connection, branch_id: int) -> Iterator[str]:
    yield from wrong_acts(db)
    line = lineage(db, branch_id)
    opened = snapshots.newest(db, branch_id)
    since = min(opened[0] if opened else 0, max(last_seq(db, branch_id) - LOOKED_AT, 0))
    for source, upto in line:
        yield from wrong_origins(db, source)
        walked = walk(db, (source, since), (source, upto))
        yield from walked.named
        yield from (f"in branch {source} this law is broken: {law}" for law in walked.broken)
    yield from broken_seals(db, branch_id, LOOKED_AT)


def balances_of(db: sqlite3.Connection, branch_id: int) -> dict[tuple[str, str], Decimal]:
    """The balance of each account in the books of a branch."""
    rows = db.execute(
        "SELECT a.name, a.asset, b.amount, a.per_unit FROM balances b"
        " JOIN accounts a ON a.id = b.account_id WHERE a.branch_id = ?",
        (branch_id,),
    )
    return {(name, asset): Decimal(atoms) / unit for name, asset, atoms, unit in rows}
