"""`journal` and `trade`: the trades of an account, a line each, and one of them in full."""

import csv
import io
from argparse import Namespace
from collections.abc import Iterable, Sequence

from ledger.practice.review.entry import Entry
from ledger.practice.review.entry_words import CSV_HEADS, HEADS, RIGHT, cells, csv_row
from ledger.practice.review.filter import filter_of
from ledger.practice.review.journal import Journal, entry_wire, journal, trade_wire
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE
from tui.pages.trade_lines import trade_lines


def run(arguments: Namespace) -> int:
    """Print the list, or one trade."""
    if arguments.command == "trade":
        found = journal(ledger_path(arguments), arguments.account).entry(arguments.number)
        if arguments.json:
            say_json(trade_wire(found))
        else:
            say(*trade_lines(found))
        return DONE
    wanted = filter_of(arguments.filter)
    book = journal(ledger_path(arguments), arguments.account)
    shown = wanted.of(book.entries)
    if arguments.json:
        say_json(
            {
                "account": book.account,
                "currency": book.currency,
                "trades": [entry_wire(entry) for entry in shown],
            }
        )
    elif arguments.csv:
        say(*_csv(shown))
    else:
        _list(book, shown)
    return DONE


def _list(book: Journal, shown: Sequence[Entry]) -> None:
    if shown:
        say(*_table([HEADS, *map(cells, shown)]))
    elif book.entries:
        complain(f"no trade fits; {book.account} has {len(book.entries)}")
    else:
        complain(f"{book.account} has no trades yet")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    places = [
        f"{{:{'>' if head in RIGHT else '<'}{width}}}"
        for head, width in zip(rows[0], widths, strict=True)
    ]
    form = "  ".join(places)
    return [form.format(*row).rstrip() for row in rows]


def _csv(shown: Iterable[Entry]) -> list[str]:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(CSV_HEADS)
    table.writerows(map(csv_row, shown))
    return written.getvalue().splitlines()
