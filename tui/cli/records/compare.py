"""`compare`: two accounts side by side, in rows that add up to the difference."""

from argparse import Namespace
from decimal import Decimal
from typing import Any

from ledger.money import plain, settle
from ledger.practice.forks.attribution import NAMES, Rows
from ledger.practice.forks.compare import Comparison, Side, compare
from ledger.practice.words.wording import when
from ledger.times import iso
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The table, or the same as JSON."""
    comparison = compare(ledger_path(arguments), arguments.first, arguments.second)
    if arguments.json:
        say_json(_wire(comparison))
    else:
        say(*_lines(comparison))
    return DONE


def _wire(comparison: Comparison) -> dict[str, Any]:
    return {
        "currency": comparison.currency,
        "time": iso(comparison.time),
        "parted_after": comparison.parted,
        "first": _side(comparison.first, comparison.currency),
        "second": _side(comparison.second, comparison.currency),
        "rows": _rows(comparison.rows, comparison.currency),
        "difference": plain(settle(comparison.difference, comparison.currency)),
    }


def _side(side: Side, currency: str) -> dict[str, Any]:
    figures = {
        "result": side.result,
        "equity": side.equity,
        "savings": side.savings,
        "paid_in": side.paid_in,
    }
    return {
        "account": side.account,
        "seq": side.seq,
        "rows": _rows(side.rows, currency),
        **{name: plain(settle(amount, currency)) for name, amount in figures.items()},
    }


def _rows(rows: Rows, currency: str) -> dict[str, str]:
    return {name: plain(settle(amount, currency)) for name, amount in rows.amounts().items()}


def _lines(comparison: Comparison) -> list[str]:
    first, second = comparison.first, comparison.second
    wide = max(len(first.account), len(second.account), 14) + 2
    since = f"since event {comparison.parted}" if comparison.parted else "since each began"

    def row(label: str, one: Decimal, other: Decimal) -> str:
        made, instead = (settle(amount, comparison.currency) for amount in (one, other))
        less = instead - made
        cells = "".join(f"{made_:>{wide},f}" for made_ in (made, instead))
        return f"{label:<13}{cells}{less:>+{18},f}" if less else f"{label:<13}{cells}{less:>18,f}"

    return [
        f"At {when(iso(comparison.time))} UTC, in {comparison.currency}, {since}:",
        "",
        f"{'':<13}{first.account:>{wide}}{second.account:>{wide}}{'difference':>18}",
        *(
            row(label, getattr(first.rows, name), getattr(second.rows, name))
            for name, label in NAMES.items()
        ),
        row("result", first.result, second.result),
        "",
        row("equity", first.equity, second.equity),
        row("paid in", first.paid_in, second.paid_in),
    ]
