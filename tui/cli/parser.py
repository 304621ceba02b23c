"""The command line: commands, their options, and one line for anything wrong."""

import argparse
import re
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ledger import __version__
from ledger.text import clean
from tui.cli.options import (
    accounts,
    calc,
    discipline,
    exports,
    forks,
    imports,
    journal,
    notes,
    odds,
    report,
    tax,
    weekly,
)
from tui.cli.output import complain
from tui.exit_status import REFUSED

_VALUE = re.compile(r"-(?![-h]|$)")
"""A value that begins with a minus: the only short option is -h."""

Grow = Callable[[ArgumentParser], None]


class Parser(ArgumentParser):
    """Refuses in one line instead of a page of usage, and accepts `--moves -0.10,0.05`."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse the command line, where a value may begin with a minus."""
        typed = _tied(sys.argv[1:] if args is None else args)
        for text in typed:
            if text.startswith("--") and text.endswith("=--"):
                self.error(f"{text.removesuffix('=--')}: -- is not a value")  # argparse drops it
        return super().parse_args(typed, namespace)

    def error(self, message: str) -> NoReturn:
        complain(f"{clean(message, 300)} (see {self.prog} --help)")
        self.exit(REFUSED)


def _tied(typed: Sequence[str]) -> list[str]:
    """Joins each option to a value that begins with a minus, so that argparse does not take it for
    one."""
    tied: list[str] = []
    for text in typed:
        before = tied[-1] if tied else ""
        if _VALUE.match(text) and before.startswith("--") and before != "--" and "=" not in before:
            tied[-1] = f"{before}={text}"
        else:
            tied.append(text)
    return tied


def build() -> Parser:
    """Every command with its options; `module` names the module that runs it."""
    parser = Parser(
        prog="tightrope",
        description="A flight simulator for margin trading, in the terminal. Without a command it "
        "opens the desk on the account used last.",
        epilog="Exit status: 0 success, 1 the run ended in an error, 2 the input was refused, "
        "3 doctor found a fault, 4 the ledger is in use.",
        allow_abbrev=False,
    )
    _globals(parser, absent=None)
    parser.set_defaults(module="run.desk")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for name, (module, summary, grow) in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
        )
        _globals(command, absent=SUPPRESS)
        command.set_defaults(module=module)
        grow(command)
    return parser


def _globals(parser: ArgumentParser, absent: str | None) -> None:
    """Options accepted before and after the command; after it, a missing one must not erase it."""
    parser.add_argument(
        "--ledger",
        metavar="PATH",
        default=absent,
        help="the ledger's file (default: $TIGHTROPE_LEDGER, or one in your data folder)",
    )
    parser.add_argument(
        "--account", metavar="NAME", default=absent, help="the account (default: the last one used)"
    )
    parser.add_argument("--version", action="version", version=f"tightrope {__version__}")


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def _nothing(parser: ArgumentParser) -> None:
    """No options but the global ones."""


def _rehearse(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.toml", help="the rehearsal")
    parser.add_argument(
        "--json", action="store_true", help="events as JSON lines, then the statement"
    )


def _log(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", metavar="K", help="only events of this type or log word")
    parser.add_argument(
        "--limit", metavar="N", type=_count, help="only the last N events; with --after the first N"
    )
    parser.add_argument(
        "--before", metavar="NO", type=_count, help="only events before this number"
    )
    parser.add_argument("--after", metavar="NO", type=_number, help="only events after this number")
    parser.add_argument(
        "--json", action="store_true", help="one JSON line per event, with its number"
    )


def _watch(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="print the present state and exit")


def _venues(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id",
        nargs="*",
        metavar="ID",
        help="one rule book with its sources, or two to compare; ID@DATE is an older edition",
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="all rule books, or those named, side by side for a choice: what bites in each",
    )
    parser.add_argument(
        "--changes",
        action="store_true",
        help="what changed in a rule book, when and by which source",
    )
    parser.add_argument(
        "--toml", action="store_true", help="print a rule book's file, to start your own from"
    )
    _json(parser)


def _course(parser: ArgumentParser) -> None:
    parser.add_argument(
        "lesson", nargs="?", metavar="LESSON", help="a lesson by its name or number"
    )
    _json(parser)


def _guide(parser: ArgumentParser) -> None:
    parser.add_argument(
        "chapter", nargs="?", metavar="CHAPTER", help="a chapter by its name or number"
    )


def _tapes(parser: ArgumentParser) -> None:
    _json(parser)
    commands = parser.add_subparsers(metavar="import, remove", dest="what")
    for name, module, summary, grow in (
        (
            "import",
            "library.import_tape",
            "read a price file, report how it understood it, and store it",
            imports.grow,
        ),
        ("remove", "library.remove_tape", "delete a tape that you imported", imports.grow_remove),
    ):
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
        )
        _globals(command, absent=SUPPRESS)
        command.set_defaults(module=module)
        grow(command)


def _play(parser: ArgumentParser) -> None:
    parser.add_argument(
        "scenario",
        nargs="?",
        metavar="ID|FILE.toml",
        help="a scenario, or a rehearsal file of your own; without it, list the scenarios",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="start the file again, even if the account from its last run is still open",
    )
    parser.add_argument(
        "--headless", action="store_true", help="run it to its debrief without trading"
    )
    _json(parser)


def _doctor(parser: ArgumentParser) -> None:
    parser.add_argument("--deep", action="store_true", help="also replay every account and compare")
    _json(parser)


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument(
        "path", metavar="PATH", help="where the copy goes; an existing file is never replaced"
    )


def _number(text: str) -> int:
    """A whole number; 0 means before the first event."""
    return 0 if text == "0" else _count(text)


def _count(text: str) -> int:
    """A whole number above zero."""
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is not a whole number above zero")


_COMMANDS: dict[str, tuple[str, str, Grow]] = {
    "rehearse": ("run.rehearse", "run a rehearsal file to its end, without a screen", _rehearse),
    "status": ("records.plain", "show the account as plain lines", _nothing),
    "positions": ("records.plain", "list the open positions, one per line", _nothing),
    "orders": ("records.plain", "list the resting orders, one per line", _nothing),
    "ledger": ("records.events", "list an account's events, one per line", _log),
    "watch": ("records.events", "print a line whenever something changes", _watch),
    "new": (
        "run.new",
        "start an account of your own, on any tapes and rules",
        accounts.grow_new,
    ),
    "twin": ("records.twin", "show an account and its twin side by side", accounts.grow_twin),
    "accounts": ("records.accounts", "list your accounts", accounts.grow_accounts),
    "rename": ("records.accounts", "rename an account", accounts.grow_rename),
    "archive": (
        "records.accounts",
        "hide an account without deleting anything",
        accounts.grow_archive,
    ),
    "switch": ("records.accounts", "choose the account the desk opens next", accounts.grow_name),
    "reset": ("records.accounts", "archive an account, and start it again", accounts.grow_name),
    "reveal": (
        "run.reveal",
        "show what a blind account hides; this goes on record",
        accounts.grow_reveal,
    ),
    "purse": ("records.purse", "show or set your practice money", accounts.grow_purse),
    "plan": (
        "records.plan",
        "show or make the plan for the session: limits that are judged",
        accounts.grow_plan,
    ),
    "fork": ("run.fork", "go back to a decision, and try another line", forks.grow_fork),
    "compare": ("records.compare", "compare two accounts, row by row", forks.grow_compare),
    "journal": ("review.journal", "list your trades, and search them", journal.grow_journal),
    "passive": (
        "review.passive",
        "compare your trades with the same trades set and forgotten",
        journal.grow_passive,
    ),
    "discipline": (
        "review.discipline",
        "hold what you did against what you planned",
        discipline.grow,
    ),
    "review": ("review.weekly", "review your week, and give yourself one rule", weekly.grow),
    "trade": ("review.journal", "show one trade in full", journal.grow_trade),
    "report": (
        "records.report",
        "measure an account: return, drawdown, expectancy, costs",
        report.grow,
    ),
    "tax": ("tax.tax", "show an account as a tax return would have it", tax.grow),
    "calls": (
        "review.calls",
        "list your margin calls, and what became of each",
        journal.grow_calls,
    ),
    "note": ("review.notes", "write a note on a trade, or revise one", notes.grow_note),
    "tag": ("review.notes", "tag a trade, or take tags off", notes.grow_tag),
    "play": (
        "run.play",
        "list the scenarios; play ID or play FILE.toml opens one on the desk",
        _play,
    ),
    "next": ("records.next", "say what to practise next", _json),
    "venues": ("library.venues", "list the rule books, show one, or compare two", _venues),
    "tapes": (
        "library.tapes",
        "list the price tapes; tapes import FILE adds your own, tapes remove ID deletes it",
        _tapes,
    ),
    "course": ("library.course", "list the lessons, or print one", _course),
    "guide": ("library.guide", "list the chapters of the built-in guide, or print one", _guide),
    "odds": (
        "figures.odds",
        "estimate how often a plan is called, liquidated or stopped out",
        odds.grow,
    ),
    "calc": ("figures.calc", "do the desk's arithmetic for one position", calc.grow),
    "export": (
        "records.export",
        "write an account as a file that other programs read",
        exports.grow,
    ),
    "doctor": ("records.upkeep", "check a ledger for faults, changing nothing", _doctor),
    "backup": (
        "records.upkeep",
        "make a consistent copy of a ledger, even while the desk runs",
        _backup,
    ),
}
