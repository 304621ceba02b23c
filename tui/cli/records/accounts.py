"""`accounts`, and what is done with one: `rename`, `archive`, `switch`, `reset`."""

from argparse import Namespace
from collections.abc import Sequence

from ledger.practice.accounts.overview import AccountRow, accounts
from ledger.practice.accounts.row_words import played_as, played_at, return_of, risk_of, state_word
from ledger.practice.words.formats import NOTHING
from ledger.practice.words.wording import figure, when
from ledger.text import clean
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE

_HEADS = ("", "account", "state", "venue", "mode", "symbols", "time", "equity", "", "return",
          "open risk", "wiped out", "played")  # fmt: skip
_RIGHT = frozenset({"equity", "return", "open risk", "wiped out"})


def listed(arguments: Namespace) -> int:
    """Print every account on a line."""
    rows = accounts(ledger_path(arguments))
    if arguments.json:
        say_json([row.wire() for row in rows])
        return DONE
    if not rows:
        complain("there is no account yet; start one with `tightrope new`")
        return DONE
    table = [_HEADS, *map(_cells, rows)]
    for head, names in (
        ("fork of", [row.parent for row in rows]),
        ("twin of", [row.twin_of for row in rows]),
    ):
        if any(names):
            column = [head, *(clean(name or "", 44) for name in names)]
            table = [(*cells, name) for cells, name in zip(table, column, strict=True)]
    if any(row.blind for row in rows):
        blind = ["blind", *map(played_as, rows)]
        table = [(*cells, word) for cells, word in zip(table, blind, strict=True)]
    say(*_table(table))
    return DONE


def _cells(row: AccountRow) -> tuple[str, ...]:
    return (
        "*" if row.opens_next else "",
        clean(row.account, 44),
        state_word(row),
        row.venue or NOTHING,
        row.mode or NOTHING,
        ",".join(row.symbols or [NOTHING]),
        NOTHING if row.time is None else when(row.time),
        NOTHING if row.equity is None else figure(row.equity),
        row.currency or "",
        return_of(row),
        risk_of(row),
        NOTHING if row.wiped_out is None else str(row.wiped_out),
        played_at(row),
    )


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            f"{cell:>{width}}" if head in _RIGHT else f"{cell:<{width}}"
            for head, cell, width in zip(rows[0], row, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def run(arguments: Namespace) -> int:
    """Print the list, or carry out one command on one account."""
    if arguments.command == "accounts":
        return listed(arguments)
    from ledger.practice.accounts import manage  # the list does not need the engine

    path, name = ledger_path(arguments), arguments.name
    if arguments.command == "rename":
        manage.rename(path, name, arguments.new)
        say(f"{name} is now called {arguments.new}")
    elif arguments.command == "switch":
        manage.switch(path, name)
        say(f"`tightrope` opens the desk on {name}")
    elif arguments.command == "reset":
        archived_as = manage.reset(path, name)
        say(f"{name} starts again; the old one is archived as {archived_as}")
    elif arguments.undo:
        manage.restore(path, name)
        say(f"{name} is out of the archive")
    else:
        manage.archive(path, name)
        say(f"{name} is archived; bring it back: `tightrope archive {name} --undo`")
    return DONE
