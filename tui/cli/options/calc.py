"""The options of `calc`, in one table."""

from argparse import ArgumentParser
from typing import NamedTuple

from ledger.market.instrument import Asset

_VENUE = "the id or path of a rule book"
_SIDES = ("long", "short")
_MODES = ("isolated", "cross", "smart")


class Option(NamedTuple):
    """One option; figures stay text, so that no digit is lost."""

    name: str
    help: str
    needed: bool = True
    among: tuple[str, ...] = ()


_WHOSE = (
    Option("symbol", "the symbol, where requirements differ by it: BTCUSDT", needed=False),
    Option("asset", "its class, where they differ by that", needed=False, among=(*Asset,)),
)
_POSITION = (
    Option("venue", _VENUE),
    *_WHOSE,
    Option("mode", "the margin mode", among=_MODES),
    Option("side", "long or short", among=_SIDES),
)
_QUANTITY = Option("quantity", "base units; for inverse contracts, the number of contracts")
_TICK = Option("tick", "the tick; a finer price is refused", needed=False)
_LOT = Option("lot", "the lot size; a finer quantity is refused", needed=False)
_LEVERAGE = Option("leverage", "notional over margin (default: the book's)", needed=False)

CALCULATIONS: dict[str, tuple[str, tuple[Option, ...]]] = {
    "liquidation": (
        "the call, liquidation and bankruptcy prices, and the nearest sensible stop",
        (
            *_POSITION,
            Option("entry", "the entry price"),
            _QUANTITY,
            Option("leverage", "notional over margin"),
            Option("wallet", "the wallet balance, for cross margin", needed=False),
            Option("maintenance", "the maintenance rate (default: the book's)", needed=False),
            Option("maintenance-amount", "the maintenance amount that goes with it", needed=False),
            Option(
                "maintenance-at",
                "the price the rate applies to",
                needed=False,
                among=("entry", "mark"),
            ),
            Option("close-fee", "the closing fee, as a rate", needed=False),
            _TICK,
            _LOT,
        ),
    ),
    "call": (
        "where a loan account is called, and what cures it",
        (
            Option("venue", f"{_VENUE} (or give --maintenance)", needed=False),
            *_WHOSE,
            Option("side", "long or short (default: long)", needed=False, among=_SIDES),
            Option("value", "the market value, or give quantity and price", needed=False),
            Option("quantity", "the number of units", needed=False),
            Option("price", "the price now, to get a call price", needed=False),
            Option("loan", "the loan (default: 0)", needed=False),
            Option("cash", "cash, including a short's proceeds (default: 0)", needed=False),
            Option("maintenance", "the maintenance rate", needed=False),
            Option("entry", "the price paid, if the venue needs it", needed=False),
            Option("leverage", "the position's leverage, if the venue needs it", needed=False),
            _TICK,
            _LOT,
        ),
    ),
    "interest": (
        "what a loan costs",
        (
            Option("venue", _VENUE),
            Option("principal", "the principal"),
            Option("hours", "for this many full hours, with no month end", needed=False),
            Option("from", "from this time, such as 2024-01-01T00:00:00Z", needed=False),
            Option("to", "until this time", needed=False),
        ),
    ),
    "carry": (
        "what holding a position costs: interest, fees, nights",
        (
            *_POSITION,
            Option("price", "the price, taken as unchanged"),
            _QUANTITY,
            _LEVERAGE,
            Option("hours", "for this many hours, from a Monday at midnight on", needed=False),
            Option("from", "from this time, such as 2024-01-01T00:00:00Z", needed=False),
            Option("to", "until this time", needed=False),
        ),
    ),
    "size": (
        "the position size that loses no more than planned at the stop",
        (
            Option("equity", "the account's equity"),
            Option("risk-fraction", "the fraction of equity at risk, such as 0.02"),
            Option("entry", "the entry price"),
            Option("stop", "the stop price"),
            Option("leverage", "the maximum leverage you want", needed=False),
            Option("venue", f"{_VENUE}, to apply its fees and limits", needed=False),
            *_WHOSE,
            Option("mode", "the margin mode there", needed=False, among=_MODES),
            _TICK,
            _LOT,
        ),
    ),
    "cost": (
        "what an order costs: its margin and the fees to open and close",
        (*_POSITION, Option("price", "the price"), _QUANTITY, _LEVERAGE, _TICK, _LOT),
    ),
    "excess": (
        "a stock account's excess equity over Regulation T, and its buying power",
        (
            Option("value", "the market value"),
            Option("loan", "the loan"),
            Option("cash", "cash in the account", needed=False),
            Option("sma", "yesterday's special memorandum account", needed=False),
            Option("paid-in", "cash paid in today; negative if taken out", needed=False),
            Option("bought", "bought today; negative if sold", needed=False),
        ),
    ),
    "requirement": (
        "the initial and maintenance margin of a position",
        (
            Option("venue", _VENUE),
            *_WHOSE,
            Option("mode", "the margin mode (default: the book's first)", False, _MODES),
            Option("side", "long or short", among=_SIDES),
            Option("price", "the price"),
            _QUANTITY,
            _LEVERAGE,
            _TICK,
            _LOT,
        ),
    ),
    "token": (
        "a leveraged token's return over several days, and its rebalancing drag",
        (
            Option("multiple", "3 for a 3x long, -3 for a 3x short"),
            Option("moves", "the underlying's daily returns, with commas: -0.10,0.05"),
            Option("venue", f"{_VENUE}, to add the return after its fees", needed=False),
        ),
    ),
}


def grow(parser: ArgumentParser) -> None:
    """A command for each calculation."""
    commands = parser.add_subparsers(metavar="WHAT", dest="what", required=True)
    for name, (summary, options) in CALCULATIONS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
        )
        for option in options:
            command.add_argument(
                f"--{option.name}",
                dest=dest(option),
                action="append",  # so that an option given twice can be refused
                required=option.needed,
                choices=option.among or None,
                metavar=None if option.among else option.name.rpartition("-")[2][0].upper(),
                help=option.help,
            )
        command.add_argument(
            "--set",
            dest="calc_set",
            action="append",
            metavar="KEY=VALUE",
            help="override a figure of the rule book by its key in [rules]; may be repeated",
        )
        command.add_argument("--json", action="store_true", help="as JSON, for scripts")


def dest(option: Option) -> str:
    """The name of an option's value, distinct from the names of all commands."""
    return f"calc_{option.name.replace('-', '_')}"
