"""`next`: the drills that come back, and the next of the course."""

from argparse import Namespace
from datetime import UTC, date, datetime

from ledger.practice.scenarios.debrief import attempts
from ledger.practice.scenarios.scenario import scenarios
from ledger.practice.scenarios.schedule import Next, what_next
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Print what is due first, then what was never graded, then what comes back later."""
    today = datetime.now(UTC).date()
    drills = [each for each in scenarios() if each.kind == "drill"]
    rows = what_next(drills, attempts(ledger_path(arguments)), today)
    if arguments.json:
        say_json([row.wire() for row in rows])
        return DONE
    say(*(_line(row, today) for row in rows))
    if not rows:
        complain("every drill is passed; a scenario of `tightrope play` is next")
    return DONE


def _line(row: Next, today: date) -> str:
    return f"{row.drill.id:<28}{row.when(today):<24}{row.drill.title}"
