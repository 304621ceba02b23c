"""`reveal`: what a blind account hides."""

from argparse import Namespace

from ledger.practice.accounts.hiding import reveal
from ledger.practice.sessions.find_account import check_there
from ledger.practice.sessions.open_session import resume
from ledger.refused import Refused
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Print it; while the tape goes on this is recorded, after its end nothing is hidden."""
    if arguments.name is not None and arguments.account not in (None, arguments.name):
        raise Refused("NAME: --account names another account; give one of them")
    path = ledger_path(arguments)
    check_there(path)
    session = resume(path, arguments.name or arguments.account)
    try:
        recorded = session.hides
        truth = reveal(session)
    finally:
        session.close()
    name, now = session.account.name, session.market.time
    if arguments.json:
        say_json({"account": name, "recorded": recorded, **truth.wire()})
    else:
        say(*truth.sentences(now))
    return DONE
