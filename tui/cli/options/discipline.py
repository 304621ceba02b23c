"""What `discipline` takes."""

from argparse import ArgumentParser

from tui.cli.options.report import day


def grow(parser: ArgumentParser) -> None:
    """The options of `discipline`."""
    parser.description = (
        "What you did, held against what you planned: stops widened, early exits, losses beyond "
        "the stop, entries that were larger after a loss or a gain, averaging down, margin calls "
        "left alone. Each finding has an id and names the trades that it compared."
    )
    parser.add_argument(
        "--from",
        dest="first",
        metavar="DATE",
        type=day,
        help="of trades closed from this trading day on (YYYY-MM-DD), open ones by their opening",
    )
    parser.add_argument(
        "--to", dest="last", metavar="DATE", type=day, help="up to this trading day"
    )
    says = parser.add_mutually_exclusive_group()
    says.add_argument(
        "--contest",
        metavar="ID",
        help="put on record that a finding is not one: it counts no more",
    )
    says.add_argument("--accept", metavar="ID", help="put on record that it is one")
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")
