"""`doctor` and `backup`: upkeep of a ledger's file."""

from argparse import Namespace
from pathlib import Path

from ledger.books.checks.doctor import Check, examine
from ledger.books.file.backup import copy_to
from ledger.books.file.errors import LedgerUnusable
from ledger.practice.journal.elsewhere import copy_made, read_made, store_of
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.workers import workers
from tui.exit_status import DONE, FAULTY

_READ_ELSEWHERE = "the trades made elsewhere can be read"


def run(arguments: Namespace) -> int:
    """Check the ledger, or copy it; neither changes it."""
    path = ledger_path(arguments)
    if not path.exists():
        raise Refused(f"{path}: there is no such file; give the path of a ledger")
    if arguments.command == "backup":
        return _backup(path, arguments.path)
    progress = Progress(speaks=False)
    with workers() as executor:
        checks = examine(path, arguments.deep, executor, progress.reach)
    progress.done()
    checks = [*checks, _elsewhere(path)]
    faults = [check for check in checks if not check.ok]
    if arguments.json:
        rows = [{"name": c.name, "ok": c.ok, "detail": clean(c.detail, 2000)} for c in checks]
        say_json({"ledger": str(path), "ok": not faults, "checks": rows})
    else:
        say(*(_line(check) for check in checks))
    if faults:
        complain(f"{path}: {len(faults)} of {len(checks)} checks found a fault")
    return FAULTY if faults else DONE


def _line(check: Check) -> str:
    detail = f": {clean(check.detail, 500)}" if check.detail else ""
    return f"{'ok   ' if check.ok else 'FAULT'} {check.name}{detail}"


def _elsewhere(path: Path) -> Check:
    """Whether the trades made elsewhere, beside the ledger, can be read."""
    try:
        read_made(path)
    except LedgerUnusable as fault:
        return Check(_READ_ELSEWHERE, ok=False, detail=fault.reason)
    return Check(_READ_ELSEWHERE, ok=True)


def _backup(path: Path, target: str) -> int:
    """Copy the ledger, and the trades made elsewhere if there are any."""
    if not target or "\0" in target:
        raise Refused("PATH: not a path; give the path of a file")
    copy = Path(target).expanduser()
    beside = None if not store_of(path).exists() else store_of(copy.absolute())
    if beside is not None and (beside.exists() or beside.is_symlink()):
        raise LedgerUnusable(beside, "it already exists, and a backup never overwrites a file")
    copy_to(path.absolute(), copy.absolute())
    say(str(copy))
    if beside is not None:
        try:
            copy_made(path, copy.absolute())
        except OSError as fault:
            raise LedgerUnusable(beside, fault.strerror or "it cannot be written") from fault
        say(str(beside))
    return DONE
