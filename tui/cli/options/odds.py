"""The options of `odds`; the module that runs it is loaded only when used."""

from argparse import ArgumentParser


def grow(parser: ArgumentParser) -> None:
    """The options of `odds`."""
    add = parser.add_argument
    add("--venue", metavar="ID", default="binance-usdm", help="the rule book")
    add(
        "--tape",
        metavar="ID",
        required=True,
        help="the tape whose moves the futures are drawn from",
    )
    add(
        "--at",
        metavar="TIME",
        help="when the order is placed: only bars that have ended by then are used "
        "(default: the whole tape)",
    )
    add(
        "--mode",
        choices=["isolated", "cross", "smart"],
        help="margin mode (default: the venue's first)",
    )
    add("--side", choices=["long", "short"], default="long")
    add(
        "--quantity",
        metavar="Q",
        required=True,
        help="the quantity; for inverse contracts, their number",
    )
    add("--leverage", metavar="L", help="leverage (default: the venue's)")
    add("--wallet", metavar="W", help="money in the account (default: what the order needs)")
    add("--stop", metavar="P", help="stop price")
    add("--target", metavar="P", help="target price")
    _futures(parser)
    add("--json", action="store_true", help="as one JSON document")


def _futures(parser: ArgumentParser) -> None:
    """How the futures are drawn."""
    add = parser.add_argument
    add("--model", choices=["bootstrap", "jump"], default="bootstrap", help="how futures are drawn")
    add(
        "--trend",
        choices=["tape", "none"],
        default="tape",
        help="keep the tape's drift, or remove it (default: tape)",
    )
    add(
        "--block",
        metavar="N",
        default="24",
        help="mean block length of the bootstrap, in steps (default: 24)",
    )
    add("--days", metavar="D", default="30", help="how many days ahead (default: 30)")
    add("--futures", metavar="N", default="1000", help="the number of futures (default: 1000)")
    add(
        "--seed",
        metavar="S",
        default="1",
        help="a whole number; the same seed draws the same futures",
    )
    add("--workers", metavar="N", default="1", help="the number of processes (default: 1)")
