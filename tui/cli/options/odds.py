"""What `odds` takes; apart from what carries it out, which is loaded only when it is asked for."""

from argparse import ArgumentParser


def grow(parser: ArgumentParser) -> None:
    """The options of `odds`."""
    add = parser.add_argument
    add("--venue", metavar="ID", default="binance-usdm", help="the rule book")
    add("--tape", metavar="ID", required=True, help="the tape whose moves the futures are made of")
    add(
        "--at",
        metavar="TIME",
        help="when the order is placed: only bars that have ended then are drawn from "
        "(else the whole tape)",
    )
    add(
        "--mode",
        choices=["isolated", "cross", "smart"],
        help="margin mode (else the venue's first)",
    )
    add("--side", choices=["long", "short"], default="long")
    add("--quantity", metavar="Q", required=True, help="how much; of inverse contracts, how many")
    add("--leverage", metavar="L", help="leverage (else the venue's usual)")
    add("--wallet", metavar="W", help="money in the account (else just what the order needs)")
    add("--stop", metavar="P", help="the stop's price")
    add("--target", metavar="P", help="the target's price")
    add("--model", choices=["bootstrap", "jump"], default="bootstrap", help="how futures are drawn")
    add(
        "--trend",
        choices=["tape", "none"],
        default="tape",
        help="whether the futures go on as the tape went, or nowhere (tape)",
    )
    add("--block", metavar="N", default="24", help="mean steps that stay together in a bootstrap")
    add("--days", metavar="D", default="30", help="how far to look (30)")
    add("--futures", metavar="N", default="1000", help="how many (1000)")
    add("--seed", metavar="S", default="1", help="a whole number; the same one draws the same")
    add("--workers", metavar="N", default="1", help="processes to share the work")
    add("--json", action="store_true", help="as one JSON document")
