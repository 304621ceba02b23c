"""What `tax` takes."""

import argparse
import re
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation

from ledger.reports.tax.law import AssetClass, Method
from ledger.text import clean

_PICK = re.compile(r"([0-9]{1,9})=([0-9]{1,9}):([0-9]{1,12}(?:\.[0-9]{1,8})?)")
_CLASSES = ", ".join(each.value for each in AssetClass)


def grow(parser: ArgumentParser) -> None:
    """The options of `tax`."""
    parser.description = (
        "Hold an account against a country's rules of tax: its lots, what was sold from which, the "
        "losses that wait, and what the forms make of it. Education on paper money, not advice."
    )
    parser.add_argument(
        "year", nargs="?", metavar="YEAR", type=_year, help="a tax year; without it, all of them"
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
        metavar="SALE=LOT:QUANTITY",
        action="append",
        default=[],
        type=_pick,
        help="with --method specific: how much of a sale comes from which lot, both by the numbers "
        "of their events",
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


def _year(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) == 4 and 1900 <= int(text) < 2200:
        return int(text)
    raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is not a year; write it as 2024")


def _pick(text: str) -> tuple[int, int, Decimal]:
    found = _PICK.fullmatch(text)
    try:
        if found and Decimal(found[3]):
            return int(found[1]), int(found[2]), Decimal(found[3])
    except InvalidOperation:
        pass
    raise argparse.ArgumentTypeError(f"{clean(text, 40)!r} is not a pick; write it as 27=6:10")


def _class(text: str) -> tuple[str, AssetClass]:
    symbol, _, word = text.rpartition("=")
    if symbol and word in {each.value for each in AssetClass}:
        return symbol, AssetClass(word)
    raise argparse.ArgumentTypeError(
        f"{clean(text, 60)!r} is not a symbol and its class; write it as ACME=security; "
        f"classes: {_CLASSES}"
    )
