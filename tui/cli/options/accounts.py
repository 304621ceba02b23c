"""What `new` and the commands for accounts take."""

from argparse import ArgumentParser


def grow_new(parser: ArgumentParser) -> None:
    """The options of `new`."""
    add = parser.add_argument
    add("name", metavar="NAME", help="what it is called: small letters, digits and -")
    add("--venue", metavar="ID", required=True, help="the rule book, or the path of your own")
    add("--mode", metavar="M", help="margin mode (else the venue's first)")
    add(
        "--tape",
        metavar="SYMBOL=ID[,mark=ID][,funding=ID|RATE]",
        action="append",
        required=True,
        help="a symbol and its prices: a tape's id, or the path of a CSV; may be given again",
    )
    add(
        "--start",
        metavar="TIME",
        required=True,
        help="where the clock begins, such as 2021-01-04T09:00:00Z; or random, by the seed",
    )
    add("--until", metavar="TIME", help="where it ends (else with the tapes)")
    add("--deposit", metavar="A", required=True, help="the first money, in the venue's currency")
    add("--fills", metavar="C", help="the way of prices inside a bar: worst (usual) or ohlc")
    add(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="another figure for a rule, such as loan_rate=0.08; may be given again",
    )
    add("--incidents", metavar="N", help="incidents that the seed draws")
    add("--seed", metavar="S", help="for all that chance decides (else one is drawn and reported)")
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
