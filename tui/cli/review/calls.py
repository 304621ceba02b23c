"""`calls`: each margin call of an account, what was done about it, and what it cost."""

from argparse import Namespace

from ledger.practice.journal.call_book import HEADS, RIGHT, calls_wire, cells, read_calls, summary
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.tables import table
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """A line for each call, and what they come to."""
    book = read_calls(ledger_path(arguments), arguments.account)
    if arguments.json:
        say_json(calls_wire(book))
    elif book.calls:
        rows = [cells(record, book.currency) for record in book.calls]
        say(*table([HEADS, *rows], RIGHT), "", *summary(book))
    else:
        complain(f"{book.account} has had no margin call")
    return DONE
