"""`export`: an account's history as a file that other programs read."""

from argparse import Namespace

from ledger.practice.exports.export import BOOKS, LOTS, Exported, export_books, export_tables
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.output import Progress, say, say_json
from tui.cli.paths import ledger_path, path_of
from tui.exit_status import DONE

_LONGEST = 4_096


def run(arguments: Namespace) -> int:
    """Write the file, and say what is in it."""
    form = arguments.format
    if arguments.lots:
        if form != "beancount":
            raise Refused(f"--lots: {form} has no lots as we write them; leave it out")
        form = LOTS
    target = path_of(arguments.path, "PATH")
    progress = Progress()
    try:
        write = export_books if form in BOOKS else export_tables
        made = write(ledger_path(arguments), arguments.account, form, target, progress.reach)
    finally:
        progress.done()
    if arguments.json:
        say_json(_wire(made, arguments.format))
    else:
        say(
            f"wrote {made.path}: {made.account}, {made.events:,} events, "
            f"{made.entries:,} transactions with {made.moves:,} postings"
        )
    return DONE


def _wire(made: Exported, form: str) -> dict[str, object]:
    return {
        "format": form,
        "path": clean(str(made.path), _LONGEST),
        "account": clean(made.account, 60),
        "events": made.events,
        "transactions": made.entries,
        "postings": made.moves,
    }
