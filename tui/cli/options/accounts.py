"""The options of `new` and of the commands for accounts."""

from argparse import ArgumentParser


def grow_new(parser: ArgumentParser) -> None:
    """The options of `new`."""
    add = parser.add_argument
    add("name", metavar="NAME", help="the account's name: small letters, digits and -")
    add("--venue", metavar="ID", required=True, help="the rule book, or the path of your own")
    add("--mode", metavar="M", help="margin mode (default: the venue's first)")
    _add_tapes(parser)
    add(
        "--start",
        metavar="TIME",
        required=True,
        help="when the clock starts, such as 2021-01-04T09:00:00Z; or random, drawn by the seed",
    )
    add("--until", metavar="TIME", help="when it ends (default: with the tapes)")
    add("--deposit", metavar="A", required=True, help="the opening deposit, in its currency")
    add(
        "--purse",
        metavar="A",
        help="what the purse is set to, for the first account in a currency (default: 10,000)",
    )
    add(
        "--twin",
        metavar="MODE|VENUE[:MODE]",
        help="begin a second account beside it under another margin mode or rule book: every "
        "command goes to both",
    )
    add("--plan", metavar="ID", help="a plan to begin with; `tightrope plan` lists them")
    add("--fills", metavar="C", help="the price path inside a bar: worst (default) or ohlc")
    add(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="override a figure of the rule book, such as loan_rate=0.08; may be repeated",
    )
    add("--incidents", metavar="N", help="how many incidents the seed draws (default: none)")
    add("--seed", metavar="S", help="fixes everything random (default: drawn, and reported)")
    _add_hiding(parser)
    add("--json", action="store_true", help="as JSON, for scripts")


def _add_hiding(parser: ArgumentParser) -> None:
    """Blind play."""
    add = parser.add_argument
    add(
        "--blind",
        action="store_true",
        help="hide symbols, dates and the scale of prices until the end, or `tightrope reveal`",
    )
    add("--draw-tape", action="store_true", help="trade one of the tapes only, drawn by the seed")
    add("--exam", action="store_true", help="blind, and not forked before it has ended")


def _add_tapes(parser: ArgumentParser) -> None:
    """What is traded: recorded tapes, and what is made from them."""
    for option, metavar, what in (
        (
            "--tape",
            "SYMBOL=ID[,mark=ID][,funding=ID|RATE]",
            "a symbol and its prices: a tape's id, or the path of a CSV",
        ),
        ("--token", "SYMBOL=ID,multiple=M[,fee=F]", "a leveraged token made from a tape"),
        (
            "--option",
            "SYMBOL=ON,right=R,strike=K,expires=TIME",
            "an option on a symbol of this account (right: call or put)",
        ),
    ):
        parser.add_argument(
            option,
            metavar=metavar,
            action="append",
            default=[],
            help=f"{what}; may be repeated",
        )


def grow_reveal(parser: ArgumentParser) -> None:
    """The options of `reveal`."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="default: the account used last")
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def grow_purse(parser: ArgumentParser) -> None:
    """What `purse` takes."""
    add = parser.add_argument
    add("act", metavar="set", nargs="?", choices=("set",), help="set what the purse holds")
    add("amount", metavar="AMOUNT", nargs="?", help="what it holds from here on")
    add("--currency", metavar="C", help="which purse, such as USDT, where there are several")
    add("--json", action="store_true", help="as JSON, for scripts")


def grow_twin(parser: ArgumentParser) -> None:
    """What `twin` takes."""
    parser.description = (
        "An account and its twin side by side: levels, health, costs, what was closed, what one "
        "of them refused, and the difference in words."
    )
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="the account (default: the last one used)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def grow_plan(parser: ArgumentParser) -> None:
    """The options of `plan`."""
    add = parser.add_argument
    add("--preset", metavar="ID", help="make this plan; `tightrope plan` lists them")
    add(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="a limit of the plan, such as loss_per_trade=2%% or max_trades=3; none takes it away, "
        "of=purse makes the loss a share of the purse; may be repeated",
    )
    add("--json", action="store_true", help="as JSON, for scripts")


def grow_accounts(parser: ArgumentParser) -> None:
    """The options of `accounts`."""
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def grow_rename(parser: ArgumentParser) -> None:
    """What `rename` takes."""
    grow_name(parser)
    parser.add_argument("new", metavar="NEW", help="small letters, digits and -")


def grow_archive(parser: ArgumentParser) -> None:
    """What `archive` takes."""
    grow_name(parser)
    parser.add_argument("--undo", action="store_true", help="take it out of the archive")


def grow_name(parser: ArgumentParser) -> None:
    """What `switch` and `reset` take."""
    parser.add_argument("name", metavar="NAME", help="an account of `tightrope accounts`")
