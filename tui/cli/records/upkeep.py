"""`doctor` and `backup`: upkeep of a ledger's file."""

from argparse import Namespace
from pathlib import Path

from ledger.books.checks.doctor import Check, examine
from ledger.books.file.backup import copy_to
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.workers import workers
from tui.exit_status import DONE, FAULTY


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


def _backup(path: Path, target: str) -> int:
    if not target or "\0" in target:
        raise Refused("PATH: not a path; give the path of a file")
    copy = Path(target).expanduser()
    copy_to(path.absolute(), copy.absolute())
    say(str(copy))
    return DONE
