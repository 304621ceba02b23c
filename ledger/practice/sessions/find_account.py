"""Accounts of a ledger by their names."""

from ledger.books.branches import BranchInfo
from ledger.books.store import Ledger
from ledger.refused import Refused
from ledger.text import clean


def named_anew(ledger: Ledger, name: str, *, only: bool) -> str:
    """What a new account is called: `only` this, or name-2, name-3 … where it is taken.

    Raises `Refused` where it is taken and may be nothing else.
    """
    free = ledger.free_name(name)
    if only and free != name:
        raise Refused(f"an account is called {name} already; free: {free}")
    return free


def find_branch(ledger: Ledger, account: str | None) -> BranchInfo:
    """The branch of an account's name; without a name, the one that was written to last.

    Raises `Refused` with the names there are.
    """
    branches = ledger.branches()
    if not branches:
        raise Refused(f"{ledger.path.name}: there is no account in this ledger yet")
    if account is None:
        account = ledger.last_written() or branches[-1].name
    for branch in branches:
        if branch.name == account:
            return branch
    known = ", ".join(branch.name for branch in branches)
    raise Refused(f'no account is called "{clean(account, 40)}"; there are: {known}')
