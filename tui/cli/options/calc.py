"""The options of `calc`: one table, so that what is asked for stands in one place."""

from argparse import ArgumentParser
from typing import NamedTuple

_VENUE = "a rule book's id, or the path of one"
_SIDES = ("long", "short")
_MODES = ("isolated", "cross", "smart")


class Option(NamedTuple):
    """One option; figures stay text, so that no digit of them is lost."""

    name: str
    told: str
    needed: bool = True
    among: tuple[str, ...] = ()


_POSITION = (
    Option("venue", _VENUE),
    Option("mode", "where the wall stands", among=_MODES),
    Option("side", "the direction", among=_SIDES),
)
_QUANTITY = Option("quantity", "base units; of inverse contracts, how many of them")
_TICK = Option("tick", "the step of prices; a finer price is refused", needed=False)
_LOT = Option("lot", "the step of quantities; a finer one is refused", needed=False)
_LEVERAGE = Option("leverage", "notional over margin (else the book's usual)", needed=False)

CALCULATIONS: dict[str, tuple[str, tuple[Option, ...]]] = {
    "liquidation": (
        "the prices of the call, the liquidation and the bankruptcy, and the nearest sensible stop",
        (
            *_POSITION,
            Option("entry", "the entry price"),
            _QUANTITY,
            Option("leverage", "notional over margin"),
            Option("wallet", "the wallet, for cross margin", needed=False),
            Option("maintenance", "the maintenance rate instead of the book's", needed=False),
            Option("maintenance-amount", "the maintenance amount with it", needed=False),
            Option("maintenance-at", "what it is of", needed=False, among=("entry", "mark")),
            Option("close-fee", "the fee of closing, as a rate", needed=False),
            _TICK,
            _LOT,
        ),
    ),
    "call": (
        "where a loan account is called, and what cures it",
        (
            Option("venue", f"{_VENUE} (else --maintenance)", needed=False),
            Option("side", "long, or sold short (long)", needed=False, among=_SIDES),
            Option("value", "the market value, or else quantity and price", needed=False),
            Option("quantity", "how many", needed=False),
            Option("price", "the price now, for the price of the call", needed=False),
            Option("loan", "what is owed (0)", needed=False),
            Option("cash", "cash in the account; a short's proceeds are in it (0)", needed=False),
            Option("maintenance", "the maintenance rate", needed=False),
            Option("entry", "the price that was paid, where the venue asks", needed=False),
            Option("leverage", "of the position, where the venue asks", needed=False),
            _TICK,
            _LOT,
        ),
    ),
    "interest": (
        "what a loan costs",
        (
            Option("venue", _VENUE),
            Option("principal", "the principal"),
            Option("hours", "for so many hours from a full one; no month ends", needed=False),
            Option("from", "since this time, such as 2024-01-01T00:00:00Z", needed=False),
            Option("to", "up to this time", needed=False),
        ),
    ),
    "size": (
        "the quantity that loses no more than planned at the stop",
        (
            Option("equity", "the account's equity"),
            Option("risk-fraction", "the part of it at risk, such as 0.02"),
            Option("entry", "the entry price"),
            Option("stop", "the price of the stop"),
            Option("leverage", "the most that is wanted", needed=False),
            Option("venue", f"{_VENUE}: with its fees and limits", needed=False),
            Option("mode", "where the wall stands there", needed=False, among=_MODES),
            _TICK,
            _LOT,
        ),
    ),
    "cost": (
        "what an order takes: its margin and the fees of both ways",
        (*_POSITION, Option("price", "the price"), _QUANTITY, _LEVERAGE, _TICK, _LOT),
    ),
    "excess": (
        "the equity of a stock account above Regulation T's margin, and what it buys",
        (
            Option("value", "the market value"),
            Option("loan", "what is owed"),
            Option("cash", "cash in the account", needed=False),
            Option("sma", "the special memorandum account of the day before", needed=False),
            Option("paid-in", "paid in today, below 0 for taken out", needed=False),
            Option("bought", "bought today, below 0 for sold", needed=False),
        ),
    ),
    "requirement": (
        "the margin to open a position, and to keep it",
        (
            Option("venue", _VENUE),
            Option("mode", "where the wall stands (else the book's first)", False, _MODES),
            Option("side", "the direction", among=_SIDES),
            Option("price", "the price"),
            _QUANTITY,
            _LEVERAGE,
            _TICK,
            _LOT,
        ),
    ),
    "token": (
        "what a leveraged token makes of some days' moves, and what its rebalancing drags",
        (
            Option("multiple", "3 for a 3x long, -3 for a 3x short"),
            Option("moves", "the underlying's days, as fractions with commas: -0.10,0.05"),
            Option("venue", f"{_VENUE}: the result after its fees too", needed=False),
        ),
    ),
}


def grow(parser: ArgumentParser) -> None:
    """A command for each calculation."""
    commands = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    for name, (told, options) in CALCULATIONS.items():
        command = commands.add_parser(
            name, help=told, description=f"{told[0].upper()}{told[1:]}.", allow_abbrev=False
        )
        for option in options:
            command.add_argument(
                f"--{option.name}",
                dest=dest(option),
                action="append",  # so that what is given twice can be refused
                required=option.needed,
                choices=option.among or None,
                metavar=None if option.among else option.name.rpartition("-")[2][0].upper(),
                help=option.told,
            )
        command.add_argument(
            "--set",
            dest="calc_set",
            action="append",
            metavar="KEY=VALUE",
            help="a figure instead of the rule book's, by its key in [rules]; may be repeated",
        )
        command.add_argument("--json", action="store_true", help="as JSON, for scripts")


def dest(option: Option) -> str:
    """The name an option's text is kept under, apart from the names of all commands."""
    return f"calc_{option.name.replace('-', '_')}"
