"""Finding accounts of a ledger by name."""

from pathlib import Path

from ledger.books.branches import BranchInfo
from ledger.books.store import Ledger
from ledger.books.twins import twins
from ledger.refused import Refused
from ledger.text import clean


def named_anew(ledger: Ledger, name: str, *, only: bool) -> str:
    """The name of a new account: with `only` exactly this, else name-2, name-3 … if it is taken.

    Raises `Refused` if it is taken and must be exactly this.
    """
    free = ledger.free_name(name)
    if only and free != name:
        raise Refused(
            f"there is already an account called {name}; choose another name, such as {free}"
        )
    return free


def check_there(path: Path) -> None:
    """Raises `Refused` where a ledger was never begun: reading and amending begin none."""
    if not path.exists():
        raise Refused(f"{path}: there is no ledger yet, and no account")


def find_branch(ledger: Ledger, account: str | None) -> BranchInfo:
    """The branch of an account; without a name, the one written to last.

    Raises `Refused` with the known names.
    """
    branches = ledger.branches()
    if not branches:
        raise Refused(f"{ledger.path.name}: this ledger has no account yet")
    if account is None:
        account = ledger.last_used()
    if account is None:
        raise Refused(f"{ledger.path.name}: every account of this ledger is archived")
    for branch in branches:
        if branch.called == account:
            return branch
    known = ", ".join(branch.called for branch in branches)
    raise Refused(f'no account is called "{clean(account, 40)}"; allowed: {known}')


def find_pair(ledger: Ledger, account: str | None) -> tuple[BranchInfo, BranchInfo | None]:
    """The branch of an account that is played, and that of its twin unless it is archived; by the
    name of a twin, the account that leads it. Raises as `find_branch`."""
    branch = find_branch(ledger, account)
    known = {each.id: each for each in ledger.branches()}
    with ledger.looking() as db:
        led = {
            twin: lead
            for twin, lead in twins(db).items()
            if lead in known and not known[twin].archived
        }
    branch = known[led.get(branch.id, branch.id)]
    twin = next((known[twin] for twin, lead in led.items() if lead == branch.id), None)
    return branch, twin
