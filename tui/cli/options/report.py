"""What `report` takes."""

import argparse
import re
from argparse import ArgumentParser
from datetime import UTC, datetime

from ledger.text import clean
from ledger.times import DAY, END_OF_TIME, FIRST_TIME

FORMATS = ("svg", "png", "pdf")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def grow(parser: ArgumentParser) -> None:
    """The options of `report`."""
    parser.description = (
        "Measure an account: return, drawdown, expectancy, costs, and what its trades have in "
        "common. Every figure says what it is and how many trades or days it stands on."
    )
    parser.add_argument(
        "--from",
        dest="first",
        metavar="DATE",
        type=day,
        help="measure from this trading day on (YYYY-MM-DD)",
    )
    parser.add_argument(
        "--to", dest="last", metavar="DATE", type=day, help="measure up to this trading day"
    )
    parser.add_argument(
        "--pictures",
        metavar="FOLDER",
        help="also draw equity, R, the calendar and excursions into this folder",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        help="of the pictures; png and pdf need the extra `pictures` (default: svg)",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def day(text: str) -> int:
    """A date as the number of days since 1970. Raises `ArgumentTypeError` for anything else."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        moment = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{clean(text, 40)!r} is not a date; write it as 2020-03-12"
        ) from None
    time = int(moment.timestamp())
    if not FIRST_TIME <= time < END_OF_TIME:
        raise argparse.ArgumentTypeError(f"{text} is outside the years 1900 to 2199")
    return time // DAY
