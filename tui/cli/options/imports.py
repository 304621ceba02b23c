"""The options of `tapes import` and `tapes remove`."""

from argparse import SUPPRESS, ArgumentParser

from ledger.market.tapes.sessions import Trades


def grow(parser: ArgumentParser) -> None:
    """The file, its new name, and what a file cannot state itself."""
    parser.add_argument(
        "file", metavar="FILE", help="a price table: CSV from most programs, plain, gzip or zip"
    )
    parser.add_argument(
        "--id", metavar="ID", help="the tape's name (default: from the file's name)"
    )
    parser.add_argument("--symbol", metavar="S", help="the symbol (default: from the file)")
    parser.add_argument(
        "--dates",
        choices=("day-first", "month-first", "year-first"),
        help="how to read 01/02/2024 if the file does not settle it",
    )
    parser.add_argument(
        "--decimal",
        choices=("point", "comma"),
        help="how to read 1.234 if the file does not settle it",
    )
    parser.add_argument(
        "--zone",
        metavar="ZONE",
        help="the zone of times without one, such as Europe/Athens or +02:00 (default: UTC)",
    )
    parser.add_argument(
        "--market",
        choices=[market.value for market in Trades],
        help="whose days are its sessions: New York's, from 17:00 in New York, or UTC's "
        "(default: judged from the bars)",
    )
    parser.add_argument("--strict", action="store_true", help="refuse a file with any fault")
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="report how the file is understood, but store nothing",
    )
    _json(parser)


def grow_remove(parser: ArgumentParser) -> None:
    """The tape to remove."""
    parser.add_argument("id", metavar="ID", help="the tape's name, as listed by tightrope tapes")
    _json(parser)


def _json(parser: ArgumentParser) -> None:
    """Accepted before and after the command's name; after it, a missing one must not erase it."""
    parser.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="as JSON, for scripts"
    )
