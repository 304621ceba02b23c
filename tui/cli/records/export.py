"""`export`: an account's history as a file that other programs read."""

from argparse import Namespace
from pathlib import Path

from ledger.practice.exports.export import BOOKS, LOTS, Exported, export_books, export_tables
from ledger.practice.exports.read_record import Progress as Reach
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
    if arguments.hide_money and form != "html":
        raise Refused(f"--hide-money: {form} would have no figures without it; it is for html")
    if arguments.year is not None and form != "8949":
        raise Refused(f"--year: {form} has the whole history; it is for 8949")
    target = path_of(arguments.path, "PATH")
    if form == "8949":
        return _form(arguments, target)
    progress = Progress()
    try:
        made = _write(arguments, form, target, progress.reach)
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


def _form(arguments: Namespace, target: Path) -> int:
    """The rows of Form 8949, first in, first out."""
    from ledger.practice.exports.form_8949 import write_form  # the others need no tax

    account, rows = write_form(ledger_path(arguments), arguments.account, target, arguments.year)
    if arguments.json:
        path = clean(str(target), _LONGEST)
        say_json({"format": "8949", "path": path, "account": account, "rows": rows})
    else:
        many = f"{rows} row{'s' * (rows != 1)}"
        say(f"wrote {target}: {account}, {many} of Form 8949; education on paper money, not advice")
    return DONE


def _write(arguments: Namespace, form: str, target: Path, progress: Reach) -> Exported:
    ledger, account = ledger_path(arguments), arguments.account
    if form == "html":
        from tui.cli.records.html_report import write_page  # the others need no figures

        return write_page(ledger, account, target, progress, money=not arguments.hide_money)
    write = export_books if form in BOOKS else export_tables
    return write(ledger, account, form, target, progress)


def _wire(made: Exported, form: str) -> dict[str, object]:
    return {
        "format": form,
        "path": clean(str(made.path), _LONGEST),
        "account": clean(made.account, 60),
        "events": made.events,
        "transactions": made.entries,
        "postings": made.moves,
    }
