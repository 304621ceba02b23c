"""`discipline`: what was done, held against what was planned, each finding with its trades."""

from argparse import Namespace

from ledger.account.written import Review
from ledger.practice.review.discipline import Discipline, read_discipline
from ledger.practice.review.finding_words import (
    call_wire,
    discipline_lines,
    earlier,
    earlier_wire,
    finding_wire,
    reviewing,
)
from ledger.practice.review.managed_words import summary, summary_wire
from ledger.practice.sessions.open_session import resume
from ledger.refused import Refused
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """The findings as lines or as JSON."""
    verdicts = {Review.NOT_ONE: arguments.contest, Review.ACCEPTED: arguments.accept}
    for verdict, id_ in verdicts.items():
        if id_ is not None:
            return _review(arguments, id_, verdict)
    first, last = arguments.first, arguments.last
    if first is not None and last is not None and first > last:
        raise Refused("--from is after --to; give the earlier date first")
    progress = Progress(speaks=False)
    seen = read_discipline(ledger_path(arguments), arguments.account, first, last, progress.reach)
    progress.done()
    if arguments.json:
        say_json(_wire(seen))
    elif seen.findings or seen.reviews:
        managed = summary(seen.managed)
        say(*discipline_lines(seen), *(("", *managed) if managed else ()))
    else:
        complain(f"nothing found in {seen.account}")
    return DONE


def _review(arguments: Namespace, id_: str, verdict: Review) -> int:
    """Put on record what the trader says of a finding."""
    path = ledger_path(arguments)
    seen = read_discipline(path, arguments.account)
    finding = seen.named(id_)
    command = reviewing(finding, seen.trades, verdict)
    session = resume(path, seen.account)
    try:
        session.send(command)
    finally:
        session.close()
    if arguments.json:
        say_json({"id": finding.id, "version": finding.version, "review": verdict.value})
    else:
        said = "contested, and counts no more" if verdict is Review.NOT_ONE else "accepted"
        say(f"{finding.id} is {said}: {command.said}")
    return DONE


def _wire(seen: Discipline) -> dict[str, object]:
    return {
        "account": seen.account,
        "findings": [finding_wire(finding, seen) for finding in seen.findings],
        "earlier": [earlier_wire(event) for event in earlier(seen)],
        "calls": [call_wire(response) for response in seen.calls],
        "managed": summary_wire(seen.managed),
    }
