"""What may be typed: commands, their options, and one line for whatever is neither."""

import argparse
import re
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ledger import __version__
from ledger.text import clean
from tui.cli.options import accounts, calc, imports, odds
from tui.cli.output import complain
from tui.exit_status import REFUSED

_VALUE = re.compile(r"-(?![-h]|$)")
"""One minus and no option: the only short one is -h."""

Grow = Callable[[ArgumentParser], None]


class Parser(ArgumentParser):
    """Refuses in one line instead of a page of usage, and takes `--moves -0.10,0.05` as meant."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What was typed, where a value may begin with a minus."""
        typed = _tied(sys.argv[1:] if args is None else args)
        for text in typed:
            if text.startswith("--") and text.endswith("=--"):
                self.error(f"{text.removesuffix('=--')}: -- is no value")  # argparse drops it
        return super().parse_args(typed, namespace)

    def error(self, message: str) -> NoReturn:
        complain(f"{clean(message, 300)} (see {self.prog} --help)")
        self.exit(REFUSED)


def _tied(typed: Sequence[str]) -> list[str]:
    """Each option tied to a value that begins with a minus, which would else pass for an option."""
    found: list[str] = []
    for text in typed:
        before = found[-1] if found else ""
        if _VALUE.match(text) and before.startswith("--") and before != "--" and "=" not in before:
            found[-1] = f"{before}={text}"
        else:
            found.append(text)
    return found


def build() -> Parser:
    """Every command with its options; `module` names what carries it out."""
    parser = Parser(
        prog="tightrope",
        description="A flight simulator for margin trading, in the terminal. Without a command it "
        "opens the desk on the account that was used last.",
        epilog="Exit status: 0 done, 1 the run ended in an error, 2 the input was refused, "
        "3 doctor found a fault, 4 the ledger is in use.",
        allow_abbrev=False,
    )
    _globals(parser, absent=None)
    parser.set_defaults(module="run.desk")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for name, (module, told, grow) in _COMMANDS.items():
        command = commands.add_parser(
            name, help=told, description=f"{told[0].upper()}{told[1:]}.", allow_abbrev=False
        )
        _globals(command, absent=SUPPRESS)
        command.set_defaults(module=module)
        grow(command)
    return parser


def _globals(parser: ArgumentParser, absent: str | None) -> None:
    """Taken before the command and after it: after it, what is not given must not erase."""
    parser.add_argument(
        "--ledger",
        metavar="PATH",
        default=absent,
        help="the ledger's file (else $TIGHTROPE_LEDGER, else in your data folder)",
    )
    parser.add_argument(
        "--account", metavar="NAME", default=absent, help="an account (else the last one used)"
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
        "--limit", metavar="N", type=_count, help="only the last N; with --after the first N"
    )
    parser.add_argument("--before", metavar="NO", type=_count, help="only events before this one")
    parser.add_argument("--after", metavar="NO", type=_number, help="only events after this one")
    parser.add_argument("--json", action="store_true", help="a JSON line each, with its number")


def _watch(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="print where it stands, and stop")


def _venues(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id", nargs="*", metavar="ID", help="one rule book with its sources, or two side by side"
    )
    parser.add_argument("--toml", action="store_true", help="the file of one, to begin your own")
    _json(parser)


def _guide(parser: ArgumentParser) -> None:
    parser.add_argument("chapter", nargs="?", metavar="CHAPTER", help="its name or number")


def _tapes(parser: ArgumentParser) -> None:
    _json(parser)
    commands = parser.add_subparsers(metavar="import, remove", dest="what")
    for name, module, told, grow in (
        (
            "import",
            "library.import_tape",
            "import a file of prices, after telling what was understood of it",
            imports.grow,
        ),
        ("remove", "library.remove_tape", "delete a tape that you imported", imports.grow_remove),
    ):
        command = commands.add_parser(
            name, help=told, description=f"{told[0].upper()}{told[1:]}.", allow_abbrev=False
        )
        _globals(command, absent=SUPPRESS)
        command.set_defaults(module=module)
        grow(command)


def _play(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", nargs="?", metavar="ID", help="without it they are listed")
    parser.add_argument(
        "--headless", action="store_true", help="to its debrief, with nobody trading"
    )
    _json(parser)


def _doctor(parser: ArgumentParser) -> None:
    parser.add_argument("--deep", action="store_true", help="also live every account again")
    _json(parser)


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="where the copy goes; nothing is replaced")


def _number(text: str) -> int:
    """A whole number; 0 is before the first event."""
    return 0 if text == "0" else _count(text)


def _count(text: str) -> int:
    """A whole number above zero."""
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is no whole number above zero")


_COMMANDS: dict[str, tuple[str, str, Grow]] = {
    "rehearse": ("run.rehearse", "run a rehearsal file to its end, without a screen", _rehearse),
    "status": ("records.plain", "the account as plain lines", _nothing),
    "positions": ("records.plain", "open positions, a line each", _nothing),
    "orders": ("records.plain", "resting orders, a line each", _nothing),
    "ledger": ("records.events", "the events of an account, a line each", _log),
    "watch": ("records.events", "a line whenever something changes", _watch),
    "new": (
        "run.new",
        "begin an account of your own, on any tapes and rules",
        accounts.grow_new,
    ),
    "play": ("run.play", "the scenarios; play ID opens one on the desk", _play),
    "venues": ("library.venues", "the rule books, one as a page, or two side by side", _venues),
    "tapes": (
        "library.tapes",
        "the price tapes; tapes import FILE adds one of yours, tapes remove ID deletes it",
        _tapes,
    ),
    "guide": ("library.guide", "the built-in guide, or one of its chapters", _guide),
    "odds": ("figures.odds", "how often a plan meets a call or a liquidation", odds.grow),
    "calc": ("figures.calc", "the desk's arithmetic for one position", calc.grow),
    "doctor": ("records.upkeep", "check every law of a ledger, and change nothing", _doctor),
    "backup": ("records.upkeep", "a consistent copy, also while the desk runs", _backup),
}
