"""`passive`: trades beside themselves set and forgotten, and what was made of the difference."""

from argparse import Namespace

from ledger.practice.review.entry import entry_of
from ledger.practice.review.filter import filter_of
from ledger.practice.review.managed_words import (
    HEADS,
    RIGHT,
    cells,
    managed_wire,
    summary,
    summary_wire,
)
from ledger.practice.review.set_and_forget import managed_in
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.cli.tables import table
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The table with its summary, or the same as JSON."""
    wanted = filter_of(arguments.filter)
    progress = Progress(speaks=False)
    trades = managed_in(
        ledger_path(arguments),
        arguments.account,
        lambda trade: wanted.matches(entry_of(trade)),
        progress.reach,
    )
    progress.done()
    if arguments.json:
        say_json({**summary_wire(trades), "each": [managed_wire(one) for one in trades]})
    elif trades:
        say(*table([HEADS, *map(cells, trades)], RIGHT), "", *summary(trades))
    else:
        complain("no closed trade with a stop fits, so there is nothing to compare")
    return DONE
