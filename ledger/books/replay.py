"""From the record back to the account: the first event says what it was opened with."""

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
"""Events whose checksums are computed at an opening at least, where there are so many."""


def account_before(name: str, opened: AccountOpened, rulebook: Rulebook) -> Account:
    """The account that the opening event is folded into."""
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
    """The account after all its events, or those `upto` a number; `None` where it has none.

    What came before the last snapshot is not lived again, unless the `whole` is asked for. Raises
    `LedgerUnusable` when the record does not begin with its opening, or when its rule book is
    missing.
    """
    name = ledger.branch(branch_id).name
    account: Account | None = None
    since = 0
    if not whole:
        with ledger.looking() as db:
            found = snapshots.newest(db, branch_id, upto)
        if found is not None:
            since, account = found[0], replace(found[1], name=name)
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
    """The rule book kept under a hash. Raises `LedgerUnusable`: missing, or not what it was."""
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
    """The account, where all that leads to it is what was written.

    Of a long history the checksums since the last snapshot are computed, and of the last
    `LOOKED_AT` events; the log of its commits is looked at where it has no more. `doctor` looks at
    everything. Raises `LedgerDamaged`.
    """
    with ledger.looking() as db:
        found = next(_damage(db, branch_id), None)
    if found is not None:
        raise LedgerDamaged(ledger.path, found)
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
    """What the books of a branch say each of its accounts holds."""
    rows = db.execute(
        "SELECT a.name, a.asset, b.amount, a.per_unit FROM balances b"
        " JOIN accounts a ON a.id = b.account_id WHERE a.branch_id = ?",
        (branch_id,),
    )
    return {(name, asset): Decimal(atoms) / unit for name, asset, atoms, unit in rows}
