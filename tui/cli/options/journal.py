"""What `journal` and `trade` take."""

from argparse import ArgumentParser, ArgumentTypeError

from ledger.text import clean


def grow_journal(parser: ArgumentParser) -> None:
    """The options of `journal`."""
    parser.description = (
        "List the trades of an account, from flat to flat, a line each. Filters narrow the list "
        "down, and all of them must hold: long, short, open, closed, win, loss, scratch, called, "
        "elsewhere; a "
        "date of opening such as 2020-03; tag:, symbol:, side:, mode:, closed:, missing:, text: "
        "with a value, such as closed:liquidation or missing:stop; a figure compared, such as "
        "'r<-1', 'net>100' or 'held>2h' (in quotation marks, since < and > mean something to the "
        "shell); any other text is searched in reasons, tags and notes; not: turns a filter round. "
        "`journal import FILE.csv` brings in trades made elsewhere: they are listed with a star, "
        "and are no part of the account."
    )
    parser.add_argument("filter", metavar="FILTER", nargs="*", help="only the trades that fit")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON, for scripts")
    form.add_argument("--csv", action="store_true", help="as CSV, for a spreadsheet")
    add = parser.add_argument
    add(
        "--map",
        metavar="FIELD=COLUMN",
        action="append",
        default=[],
        help="with import FILE: a field's column (symbol, side, quantity, opened, entry_price, "
        "closed, exit_price, stop, costs, currency, tags, reason, note); may be repeated",
    )
    add("--currency", metavar="C", help="with import FILE: the currency of every row")
    add("--remove", action="store_true", help="with import FILE: remove its trades again")


def grow_passive(parser: ArgumentParser) -> None:
    """The options of `passive`."""
    parser.description = (
        "Did moving your stops help? Each closed trade that had a stop beside the same trade set "
        "and forgotten: the engine runs the same prices again with the first stop and targets left "
        "alone. Managed R is R less passive R, split by what you did: each decision is worth what "
        "it changed before the next. Filters are those of `journal`, such as 2020-03. A star marks "
        "a passive trade that is still open where the clock stands, and is valued there."
    )
    parser.add_argument("filter", metavar="FILTER", nargs="*", help="only the trades that fit")
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def grow_calls(parser: ArgumentParser) -> None:
    """The options of `calls`."""
    parser.description = (
        "List the margin calls of an account: why each came, what was done about it and how fast, "
        "what was sold for it, and how close it came to liquidation."
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")
    parser.add_argument(
        "--answers",
        action="store_true",
        help="also what each answer would have left: the account run again for each call, paid at "
        "once, sold at once, and waited",
    )


def grow_trade(parser: ArgumentParser) -> None:
    """What `trade` takes."""
    parser.description = (
        "Show one trade in full: its plan, its result with every cost, R, how far it went, the "
        "life of its stop and targets, fills, margin calls and notes."
    )
    parser.add_argument(
        "number", metavar="NUMBER", type=_number, help="its number in `tightrope journal`"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(f"{clean(text, 40)!r} is not the number of a trade")
