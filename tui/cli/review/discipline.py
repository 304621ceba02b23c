"""`discipline`: what was done, held against what was planned, each finding with its trades."""

from argparse import Namespace

from ledger.practice.review.discipline import Discipline, read_discipline
from ledger.practice.review.finding_words import call_wire, discipline_lines, finding_wire
from ledger.practice.review.managed_words import summary, summary_wire
from ledger.refused import Refused
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The findings as lines or as JSON."""
    first, last = arguments.first, arguments.last
    if first is not None and last is not None and first > last:
        raise Refused("--from is after --to; give the earlier date first")
    progress = Progress(speaks=False)
    seen = read_discipline(ledger_path(arguments), arguments.account, first, last, progress.reach)
    progress.done()
    if arguments.json:
        say_json(_wire(seen))
    elif seen.findings:
        managed = summary(seen.managed)
        say(*discipline_lines(seen), *(("", *managed) if managed else ()))
    else:
        complain(f"nothing found in {seen.account}")
    return DONE


def _wire(seen: Discipline) -> dict[str, object]:
    return {
        "account": seen.account,
        "findings": [finding_wire(finding, seen.trades) for finding in seen.findings],
        "calls": [call_wire(response) for response in seen.calls],
        "managed": summary_wire(seen.managed),
    }
