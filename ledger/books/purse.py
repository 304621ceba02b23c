"""The purse: what a person has for practice outside the accounts, for each currency.

It stands in no column. What it holds is the amount that it was last set to, less what the accounts
that are funded from it took in since, plus what they paid out. Law: nothing but a deposit, a
withdrawal, a sweep and `purse_set` changes it.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.books import acts
from ledger.money import ZERO, scale_of, settle

_FLOWS = {"deposited": -1, "withdrawn": 1, "swept": 1}
"""What happens to the purse when it happens to an account."""


@dataclass(frozen=True, slots=True)
class Purse:
    """`left` is outside the accounts; `paid_in` is what each funded branch took in, less what it
    paid out, since the purse was `set_to` its amount."""

    currency: str
    set_to: Decimal
    left: Decimal
    paid_in: Mapping[int, Decimal]


def purses(db: sqlite3.Connection) -> list[Purse]:
    """Each purse that was ever set, by its currency."""
    found = []
    branches = _funded(db)
    for currency, (atoms, commit) in sorted(_set(db).items()):
        paid_in = {
            branch: settle(-_flow(db, branch, max(commit, since)), currency)
            for branch, (of, since) in branches.items()
            if of == currency
        }
        held = Decimal(atoms).scaleb(-scale_of(currency))
        found.append(Purse(currency, held, held - sum(paid_in.values(), ZERO), paid_in))
    return found


def purse(db: sqlite3.Connection, currency: str) -> Purse | None:
    """The purse of a currency; `None` where it was never set."""
    return next((each for each in purses(db) if each.currency == currency), None)


def set_purse(db: sqlite3.Connection, currency: str, amount: Decimal) -> None:
    """From here on it holds this much, whatever it held. Amounts fit the scale of the currency."""
    atoms = int(amount.scaleb(scale_of(currency)))
    acts.record(db, None, acts.Act.PURSE_SET, money=(currency, atoms))


def fund(db: sqlite3.Connection, branch_id: int, currency: str, first: Decimal) -> None:
    """From here on an account is funded from the purse; `first` is put in it if it was never
    set."""
    if currency not in _set(db):
        set_purse(db, currency, first)
    acts.record(db, branch_id, acts.Act.FUNDED)


def funded_branches(db: sqlite3.Connection) -> set[int]:
    """The accounts that are funded from a purse."""
    query = "SELECT branch_id FROM acts WHERE act = ?"
    rows = db.execute(query, (acts.Act.FUNDED,)) if acts.has_table(db) else ()
    return {int(branch) for (branch,) in rows}


def wrong_purses(db: sqlite3.Connection) -> Iterator[str]:
    """A fork that is funded, an account funded from no purse, a purse that held less than nothing
    at some time."""
    of = {branch: currency for branch, (currency, _) in _funded(db).items()}
    forks = {int(id_) for (id_,) in db.execute("SELECT id FROM branches WHERE parent_id > 0")}
    yield from (f"branch {branch} is a fork, and funded from the purse" for branch in forks & {*of})
    held: dict[str, Decimal] = {}
    drawn: set[int] = set()
    for commit, branch, content in sorted(_history(db), key=lambda step: (step[0], step[1] < 0)):
        if isinstance(content, tuple):
            held[content[0]] = Decimal(content[1]).scaleb(-scale_of(content[0]))
        elif content is None:
            drawn.add(-branch)
        elif branch in drawn:
            currency = of[branch]
            if currency not in held:
                yield f"branch {branch} is funded from a purse of {currency} that was never set"
            held[currency] = held.get(currency, ZERO) + content
            if held[currency] < 0:
                yield f"the purse of {currency} holds less than nothing after commit {commit}"


_Step = tuple[int, int, tuple[str, int] | Decimal | None]
"""After which commit; the branch, below zero for an act; what the purse is set to, what flows into
it, or `None` where the branch is funded from here on."""


def _history(db: sqlite3.Connection) -> list[_Step]:
    steps: list[_Step] = []
    if not acts.has_table(db):
        return steps
    query = "SELECT after_commit, branch_id, act, asset, amount FROM acts ORDER BY id"
    for commit, branch, act, asset, amount in db.execute(query):
        if act == acts.Act.PURSE_SET:
            steps.append((commit, -1, (asset, amount)))
        elif act == acts.Act.FUNDED:
            steps.append((commit, -branch, None))
    for branch in _funded(db):
        steps += [(commit, branch, amount) for commit, amount in _flows(db, branch, 0)]
    return steps


def _set(db: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """What each purse was last set to, in atoms, and after which commit."""
    if not acts.has_table(db):
        return {}
    query = "SELECT asset, amount, after_commit FROM acts WHERE act = ? ORDER BY id"
    return {
        str(asset): (int(amount), int(commit))
        for asset, amount, commit in db.execute(query, (acts.Act.PURSE_SET,))
    }


def _funded(db: sqlite3.Connection) -> dict[int, tuple[str, int]]:
    """Currency of each funded branch, and the commit after which it is."""
    if not acts.has_table(db):
        return {}
    query = (
        "SELECT a.branch_id, a.after_commit, e.body FROM acts a"
        " JOIN events e ON e.branch_id = a.branch_id AND e.seq = 1 WHERE a.act = ? ORDER BY a.id"
    )
    return {
        int(branch): (str(json.loads(body)["currency"]), int(commit))
        for branch, commit, body in db.execute(query, (acts.Act.FUNDED,))
    }


def _flow(db: sqlite3.Connection, branch: int, since: int) -> Decimal:
    """What a branch paid into the purse after a commit."""
    return sum((amount for _, amount in _flows(db, branch, since)), ZERO)


def _flows(db: sqlite3.Connection, branch: int, since: int) -> list[tuple[int, Decimal]]:
    """Commit and amount of each flow into the purse from a branch, after a commit."""
    query = (
        "SELECT c.id, e.type, e.body FROM events e JOIN commit_log c"
        " ON c.branch_id = e.branch_id AND e.seq BETWEEN c.first_seq AND c.last_seq"
        " WHERE e.branch_id = ? AND e.type IN ('deposited', 'withdrawn', 'swept') AND c.id > ?"
        " ORDER BY e.seq"
    )
    return [
        (int(commit), _FLOWS[kind] * Decimal(json.loads(body)["amount"]))
        for commit, kind, body in db.execute(query, (branch, since))
    ]
