"""What `tax` takes."""

import argparse
import re
from argparse import ArgumentParser
from decimal import Decimal

from ledger.refused import Refused
from ledger.reports.tax.law import AssetClass, Method
from ledger.reports.tax.lots import lots_of
from ledger.text import clean

_SALE = re.compile(r"([0-9]{1,9})=(.*)", re.DOTALL)
_CLASSES = ", ".join(each.value for each in AssetClass)


def grow(parser: ArgumentParser) -> None:
    """The options of `tax`."""
    parser.description = (
        "Hold an account against a country's rules of tax: its lots, what was sold from which, the "
        "losses that wait, and what the forms make of it. Education on paper money, not advice."
    )
    parser.add_argument(
        "year", nargs="?", metavar="YEAR", type=year, help="a tax year; without it, all of them"
    )
    parser.add_argument(
        "--rules",
        metavar="ID",
        default="us",
        help="us, uk, ca, de, or a file of your own (default: us)",
    )
    parser.add_argument(
        "--method",
        choices=[each.value for each in Method],
        default=Method.FIFO.value,
        help="which lot is sold first (default: fifo)",
    )
    _classes(parser)
    parser.add_argument(
        "--explain", action="store_true", help="under each row, its lots and its arithmetic"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def _classes(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--pick",
        metavar="SALE=LOT:QUANTITY,…",
        type=_pick,
        help="put on record which lots a sale came from, by the numbers of their events; for "
        "--method specific; SALE=none leaves it to the method again",
    )
    parser.add_argument(
        "--class",
        dest="said",
        metavar="SYMBOL=CLASS",
        action="append",
        default=[],
        type=_class,
        help=f"what the law takes a symbol for: {_CLASSES} (default: by its market)",
    )
    parser.add_argument(
        "--wash",
        metavar="CLASS",
        action="append",
        default=[],
        choices=[each.value for each in AssetClass],
        help="let losses in this class wait too, as for securities",
    )


def year(text: str) -> int:
    """A tax year. Raises `ArgumentTypeError` for anything else."""
    if text.isascii() and text.isdecimal() and len(text) == 4 and 1900 <= int(text) < 2200:
        return int(text)
    raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is not a year; write it as 2024")


def _pick(text: str) -> tuple[int, dict[int, Decimal]]:
    found = _SALE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is not a pick; write it as 27=6:10")
    try:
        return int(found[1]), lots_of(found[2])
    except Refused as refused:
        raise argparse.ArgumentTypeError(str(refused)) from None


def _class(text: str) -> tuple[str, AssetClass]:
    symbol, _, word = text.rpartition("=")
    if symbol and word in {each.value for each in AssetClass}:
        return symbol, AssetClass(word)
    raise argparse.ArgumentTypeError(
        f"{clean(text, 60)!r} is not a symbol and its class; write it as ACME=security; "
        f"classes: {_CLASSES}"
    )
