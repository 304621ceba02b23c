"""What `export` takes."""

from argparse import ArgumentParser

from tui.cli.options.tax import year

FORMATS = {
    "beancount": "plain-text books for beancount",
    "hledger": "for hledger",
    "ledger": "for ledger",
    "csv": "a folder of tables",
    "json": "every event with its postings",
    "html": "a report on one page",
    "8949": "the rows of Form 8949, as a table",
    "xlsx": "the tables as an Excel workbook; needs the extra `excel`",
}


def grow(parser: ArgumentParser) -> None:
    """The options of `export`."""
    told = ", ".join(f"{name} ({what})" for name, what in FORMATS.items())
    parser.description = (
        "Write an account's whole history as a file that other programs read. A fork is written "
        "with what it inherited, a twin like any account."
    )
    parser.add_argument("format", metavar="FORMAT", choices=FORMATS, help=told)
    parser.add_argument(
        "path", metavar="PATH", help="where it goes; an existing file is never replaced"
    )
    parser.add_argument(
        "--lots",
        action="store_true",
        help="for beancount: each purchase as a lot at its own price, sold first in, first out",
    )
    parser.add_argument(
        "--hide-money",
        action="store_true",
        help="for html: leave money out, to show the page to others",
    )
    parser.add_argument(
        "--year", metavar="YEAR", type=year, help="for 8949: one tax year (default: all)"
    )
    parser.add_argument("--json", action="store_true", help="what was written as JSON")
