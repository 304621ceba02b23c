"""`play`: the scenarios, one of them on the desk, or one to its debrief without a screen."""

import sys
from argparse import Namespace
from typing import Any

from ledger.account.events.kinds import Event
from ledger.practice.library.files import is_path, within
from ledger.practice.scenarios.debrief import attempts, best, debriefing, past_from
from ledger.practice.scenarios.scenario import FOLDER, Scenario, scenario, scenarios
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.statement import write_statement
from ledger.refused import Refused
from ledger.text import clean
from tui.cli.output import Progress, complain, say, say_json
from tui.cli.paths import ledger_path, named_ledger
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """List the scenarios, play one on the desk, or run one headless."""
    if arguments.scenario is None:
        return _list(arguments)
    if is_path(arguments.scenario, ".toml"):
        return _own(arguments)
    chosen = scenario(arguments.scenario)
    if arguments.headless:
        return _headless(arguments, chosen)
    _need_terminal("tightrope play ID --headless")
    from tui.app import run as open_desk  # the only way to Textual from here

    return open_desk(ledger_path(arguments), None, play=chosen.id, say=complain)


def _own(arguments: Namespace) -> int:
    """Play a rehearsal file, which is read and checked before there is a screen."""
    from ledger.practice.accounts.own_rehearsal import own_rehearsal

    shown = clean(arguments.scenario, 80)
    if arguments.headless or arguments.json:
        option = "--headless" if arguments.headless else "--json"
        raise Refused(f"{option}: a file runs without the desk with tightrope rehearse {shown}")
    file = own_rehearsal(within(None, arguments.scenario))
    _need_terminal(f"tightrope rehearse {shown}")
    from tui.app import run as open_desk  # the only way to Textual from here

    path, again = ledger_path(arguments), arguments.again
    return open_desk(path, None, lambda door: door.take_up(file, again=again), say=complain)


def _need_terminal(instead: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(f"the desk needs a terminal; without one, use {instead}")


def _list(arguments: Namespace) -> int:
    graded = attempts(ledger_path(arguments))
    rows = [(each, graded.get(each.id, [])) for each in scenarios()]
    if arguments.json:
        say_json([_wire(each, best(grades), len(grades)) for each, grades in rows])
        return DONE
    for each, grades in rows:
        top = best(grades)
        grade = f"best {top} of 100" if top is not None else "not graded yet"
        say(f"{each.id:<28}{each.length:>9}  {grade:<16}{each.title}")
    return DONE


def _wire(each: Scenario, top: int | None, tries: int) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "kind": each.kind,
        "venue": each.venue,
        "goal": each.goal,
        "seconds": each.seconds,
        "best_grade": top,
        "attempts": tries,
    }


def _headless(arguments: Namespace, chosen: Scenario) -> int:
    """Run without a trader: what happens by itself, and the debrief."""
    from ledger.practice.rehearsals.rehearsal import load_rehearsal
    from ledger.practice.scenarios.run import run as run_to_the_end

    def guided(session: Session) -> None:
        session.rehearsal = FOLDER + chosen.id

    rehearsal = load_rehearsal(chosen.file)
    session = begin(rehearsal, named_ledger(arguments), chosen.id, guided)
    heard: list[Event] = []
    progress = Progress()
    try:
        run_to_the_end(session, (), heard.extend, progress.reach)
    finally:
        progress.done()
        session.close()
    last = session.statement()
    lines = debriefing(chosen, past_from(session, rehearsal.rulebook, heard), last)
    if arguments.json:
        wire = {**_wire(chosen, None, 1), "debrief": lines, "statement": write_statement(last)}
        say_json(wire)
    else:
        say(chosen.title, "", chosen.briefing, "", *lines)
    return DONE
