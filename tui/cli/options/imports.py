"""The options of `tapes import` and `tapes remove`."""

from argparse import SUPPRESS, ArgumentParser

from ledger.market.tapes.sessions import Trades


def grow(parser: ArgumentParser) -> None:
    """The file, what it is to be called, and what no file can say of itself."""
    parser.add_argument(
        "file", metavar="FILE", help="a table of prices: CSV of most programs, plain, gzip or zip"
    )
    parser.add_argument("--id", metavar="ID", help="what the tape is called (else after the file)")
    parser.add_argument("--symbol", metavar="S", help="the symbol (else as the file says)")
    parser.add_argument(
        "--dates",
        choices=("day-first", "month-first", "year-first"),
        help="how 01/02/2024 is meant, where the file does not settle it",
    )
    parser.add_argument(
        "--decimal",
        choices=("point", "comma"),
        help="how 1.234 is meant, where the file does not settle it",
    )
    parser.add_argument(
        "--zone",
        metavar="ZONE",
        help="the zone of times without one, such as Europe/Athens or +02:00 (else UTC)",
    )
    parser.add_argument(
        "--market",
        choices=[market.value for market in Trades],
        help="whose days are its sessions: New York's, from 17:00 New York on, or UTC's "
        "(else as the bars look)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse the file if it has a fault at all"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="tell what was understood, and keep nothing"
    )
    _json(parser)


def grow_remove(parser: ArgumentParser) -> None:
    """Which tape."""
    parser.add_argument("id", metavar="ID", help="what the tape is called (tightrope tapes)")
    _json(parser)


def _json(parser: ArgumentParser) -> None:
    """Taken before the word and after it: after it, what is not given must not erase."""
    parser.add_argument(
        "--json", action="store_true", default=SUPPRESS, help="as JSON, for scripts"
    )
