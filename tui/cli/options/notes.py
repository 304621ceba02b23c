"""What `note` and `tag` take."""

from argparse import ArgumentParser

_TRADE = "the trade's number, as `tightrope journal` lists it"


def grow_note(parser: ArgumentParser) -> None:
    """The options of `note`."""
    parser.description = (
        "Write a note on a trade, whenever you like: also of an account that has ended or is "
        "archived. A note is never changed; a revision stands beside what it said before."
    )
    add = parser.add_argument
    add("trade", metavar="TRADE", help=f"{_TRADE}; or next, for the trade you are about to make")
    add("text", metavar="TEXT", help="what you think, on as many lines as you like; - reads stdin")
    add("--tag", metavar="T", action="append", help="a tag for the trade; may be repeated")
    add("--revise", metavar="NO", help="revise the note with this number")
    add("--symbol", metavar="S", help="with next: the symbol, if the account has several")
    add("--json", action="store_true", help="as JSON, for scripts")


def grow_tag(parser: ArgumentParser) -> None:
    """The options of `tag`."""
    add = parser.add_argument
    add("trade", metavar="TRADE", help=_TRADE)
    add("tags", metavar="TAG", nargs="+", help="words to find the trade by")
    add("--off", action="store_true", help="take these tags off the trade")
    add("--json", action="store_true", help="as JSON, for scripts")
