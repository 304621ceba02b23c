"""`status`, `positions`, `orders`: the desk's panels as plain lines, also while the desk runs."""

from argparse import Namespace

from ledger.books.file.damage import ledger_errors
from ledger.practice.sessions.ledger_reader import reading
from tui.cli.output import complain, say
from tui.cli.paths import ledger_path
from tui.cli.records.statement_text import orders_of, positions_of, statement_lines
from tui.exit_status import DONE

_PANELS = {
    "status": (statement_lines, ""),
    "positions": (positions_of, "no open position"),
    "orders": (orders_of, "no resting order"),
}


def run(arguments: Namespace) -> int:
    """Print one panel; if it is empty, that is a message and not a result."""
    lines_of, empty = _PANELS[arguments.command]
    path = ledger_path(arguments)
    with reading(path, arguments.account) as account, ledger_errors(path):
        lines = list(lines_of(account.statement()))
        if arguments.command == "status" and (fork := account.fork()) is not None:
            lines.append(f"Fork of             {fork[0]}, before event {fork[1] + 1}")
        if arguments.command == "status" and account.hides():
            lines.append("Blind               symbols, dates and scale of prices are hidden")
    say(*lines)
    if not lines:
        complain(empty)
    return DONE
