"""`journal` and `trade`: the trades of an account, a line each, and one of them in full."""

import csv
import io
from argparse import Namespace
from collections.abc import Iterable, Sequence

from ledger.practice.journal.elsewhere import entries_elsewhere
from ledger.practice.review.entry import Entry
from ledger.practice.review.entry_words import CSV_HEADS, HEADS, RIGHT, cells, csv_row
from ledger.practice.review.filter import filter_of
from ledger.practice.review.journal import Journal, entry_wire, journal, trade_wire
from ledger.refused import Refused
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.tables import table
from tui.exit_status import DONE
from tui.pages.trade_lines import trade_lines


def run(arguments: Namespace) -> int:
    """Print the list, or one trade."""
    if arguments.command == "trade":
        return _show(arguments)
    if arguments.filter[:1] == ["import"]:
        from tui.cli.review.import_trades import run as brought_in  # of no use to the list

        return brought_in(arguments)
    if arguments.map or arguments.currency or arguments.remove:
        raise Refused("--map, --currency, --remove: go with journal import FILE")
    wanted, path = filter_of(arguments.filter), ledger_path(arguments)
    progress = Progress(speaks=False)
    book = journal(path, arguments.account, progress.reach)
    progress.done()
    shown = wanted.of(book.entries)
    foreign = wanted.of(entries_elsewhere(path))
    if arguments.json:
        say_json(
            {
                "account": book.account,
                "currency": book.currency,
                "trades": [entry_wire(entry) for entry in shown],
                "elsewhere": [entry_wire(entry) for entry in foreign],
            }
        )
    elif arguments.csv:
        say(*_csv(shown))
    else:
        _list(book, [*shown, *foreign])
    return DONE


def _show(arguments: Namespace) -> int:
    # the list needs neither sessions nor tapes, which take longer to load than to list
    from ledger.practice.review.managed_words import managed_lines, managed_wire
    from ledger.practice.review.set_and_forget import managed_in

    path = ledger_path(arguments)
    found = journal(path, arguments.account).entry(arguments.number)
    alone = managed_in(path, arguments.account, lambda trade: trade.number == found.number)
    if arguments.json:
        passive = managed_wire(alone[0]) if alone else None
        say_json({**trade_wire(found), "passive": passive})
    else:
        say(*trade_lines(found), *(line for one in alone for line in ("", *managed_lines(one))))
    return DONE


def _list(book: Journal, shown: Sequence[Entry]) -> None:
    if shown:
        say(*table([HEADS, *map(cells, shown)], RIGHT))
    elif book.entries:
        complain(f"no trade fits; {book.account} has {len(book.entries)}")
    else:
        complain(f"{book.account} has no trades yet")


def _csv(shown: Iterable[Entry]) -> list[str]:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(CSV_HEADS)
    writer.writerows(map(csv_row, shown))
    return written.getvalue().splitlines()
