"""`tapes remove`: deletes an imported tape and names the deleted files."""

from argparse import Namespace

from ledger.practice.library.own_tapes import remove
from tui.cli.output import say, say_json
from tui.exit_status import DONE

_AFTERWARDS = (
    "accounts on this tape stay readable, and can go on once the same file is imported again"
)


def run(arguments: Namespace) -> int:
    """Delete it. What cannot be removed is refused, and nothing is changed."""
    gone = [str(path) for path in remove(arguments.id)]
    if arguments.json:
        say_json({"id": arguments.id, "removed": gone})
    else:
        say(*(f"removed {path}" for path in gone), _AFTERWARDS)
    return DONE
