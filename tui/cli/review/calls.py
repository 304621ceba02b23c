"""`calls`: each margin call of an account, what was done about it, and what it cost."""

from argparse import Namespace
from collections.abc import Mapping

from ledger.practice.journal.call_answers import CallLines, other_answers
from ledger.practice.journal.call_book import (
    HEADS,
    RIGHT,
    CallBook,
    calls_wire,
    cells,
    left_lines,
    nearest,
    read_calls,
    summary,
)
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.tables import table
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """A line for each call, and what they come to."""
    path = ledger_path(arguments)
    book = read_calls(path, arguments.account)
    lines = None
    if arguments.answers:
        progress = Progress(speaks=False)
        numbers = [record.call.seq for record in book.calls]
        lines = {x.call: x for x in other_answers(path, book.account, numbers, progress.reach)}
        progress.done()
    if arguments.json:
        say_json(calls_wire(book, lines))
    elif book.calls:
        _list(book, lines or {})
    else:
        complain(f"{book.account} has had no margin call")
    return DONE


def _list(book: CallBook, lines: Mapping[int, CallLines]) -> None:
    rows = [cells(x, book.currency, book.closest.get(x.call.seq)) for x in book.calls]
    say(*table([HEADS, *rows], RIGHT), "", *summary(book))
    for record in book.calls:
        seq = record.call.seq
        near = book.closest.get(seq)
        told = [] if near is None else [nearest(near)]
        told += left_lines(lines[seq], book.currency) if seq in lines else []
        if told:
            say("", f"Call {seq}", *(f"  {line}" for line in told))
