"""No command: the desk, on the account that is named or was used last."""

import sys
from argparse import Namespace

from ledger.refused import Refused
from tui.cli.output import complain
from tui.cli.paths import ledger_path


def run(arguments: Namespace) -> int:
    """Open the desk. Refused if the output is a pipe."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("the desk needs a terminal; without one, use tightrope status, or see --help")
    path = ledger_path(arguments)
    from tui.app import run as open_desk  # the only way to Textual from here

    return open_desk(path, arguments.account, say=complain)
