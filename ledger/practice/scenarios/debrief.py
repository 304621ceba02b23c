"""What a scenario grades, said before it begins, and its debrief: the goal, the grade, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.account.events.kinds import AccountOpened, Event, SessionPlanned
from ledger.account.state import Account
from ledger.books.file.damage import ledger_errors
from ledger.books.replay import account_before, rulebook_of
from ledger.books.store import Ledger
from ledger.market.rules.rulebook import Rulebook
from ledger.practice.library.files import read_text
from ledger.practice.scenarios.scenario import FOLDER, Scenario, scenarios
from ledger.practice.words.formats import money
from ledger.practice.words.narration_plan import limits_of
from ledger.refused import Refused
from ledger.reports.grade.bars import NO_BARS, Bars
from ledger.reports.grade.goals import GoalKind, Verdict
from ledger.reports.grade.grade import CAPS, NAMES, POINTS, Grade, Graded, Terms, grade_of
from ledger.reports.grade.past import Run
from ledger.toml_file import read_toml

if TYPE_CHECKING:
    from ledger.practice.sessions.session import Session
    from ledger.practice.sessions.statement import Statement


@dataclass(frozen=True, slots=True)
class Past:
    """An account as it was before its first event, every event since, and the bars it went
    through, as far as they are known."""

    before: Account
    events: Sequence[Event]
    bars: Bars = NO_BARS


def terms_of(played: Scenario) -> Terms:
    """What a scenario grades, as its file says. Raises `Refused` where that has faults."""
    from ledger.practice.rehearsals.goal_file import GoalTable  # the checker of files
    from ledger.toml_file import check_table

    text = read_text(played.file, played.file.name)
    tables: dict[str, Any] = read_toml(text, played.file.name)
    goals = [
        check_table(GoalTable, goal, text, played.file.name, ("goal", index)).goal()
        for index, goal in enumerate(tables.get("goal", ()))
    ]
    named = tables["scenario"].get("graded")
    graded = tuple(Graded) if named is None else tuple(map(Graded, named))
    return Terms(bar=played.bar, goals=tuple(goals), graded=graded)


def graded_lines(played: Scenario) -> list[str]:
    """What is graded and by which plan, for its page before it begins."""
    from ledger.practice.library.session_plans import LimitsTable

    terms = terms_of(played)
    parts = [p for p in Graded if p in terms.graded and (p is not Graded.GOAL or terms.goals)]
    lines = ["Graded:", *(f"  {POINTS[part]:>2}  {NAMES[part]}" for part in parts)]
    tables = read_toml(read_text(played.file, played.file.name), played.file.name)
    if "plan" in tables:
        plan = LimitsTable.model_validate(tables["plan"]).terms("scenario")
        return [*lines, "", f"The plan: {', '.join(limits_of(plan))}."]
    if {Graded.SIZE, Graded.LIMITS} & {*parts}:
        lines += ["", "Make a plan before the first order (P): without one, its points are lost."]
    return lines


def past_of(ledger: Path | None, account: str) -> Past | None:
    """The past of an account in a ledger; `None` without a ledger.

    Raises a `LedgerError` if the file is gone or damaged.
    """
    if ledger is None:
        return None
    with Ledger.open(ledger, read_only=True) as opened, ledger_errors(ledger):
        branch = next(each for each in opened.branches() if each.name == account)
        return _past(opened, branch.id, account, {})


Known = dict[str, Bars]
"""The bars behind attempts, by what they are: those of one scenario are mostly the same."""


def _past(ledger: Ledger, branch_id: int, name: str, known: Known) -> Past | None:
    events = [event for _, event in ledger.events(branch_id)]
    if not events or not isinstance(events[0], AccountOpened):
        return None
    rulebook = rulebook_of(ledger, events[0].rules_hash)
    return Past(
        account_before(name, events[0], rulebook), events, _bars(ledger, branch_id, events, known)
    )


def _bars(ledger: Ledger, branch_id: int, events: Iterable[Event], known: Known) -> Bars:
    """The bars behind a plan; without one they break no limit. Where a tape is gone, nothing is
    known of them."""
    if not any(isinstance(event, SessionPlanned) for event in events):
        return NO_BARS
    # only for a plan: listing attempts loads no tapes
    from ledger.practice.sessions.find_tapes import timeline_of
    from ledger.practice.sessions.setup import read_setup
    from ledger.practice.views.known_bars import KnownBars

    place, branch = ledger.place(branch_id), ledger.branch(branch_id)
    if place is None:
        return NO_BARS
    what = repr((branch.setup, place["files"]))
    if what not in known:
        try:
            known[what] = KnownBars(timeline_of(read_setup(branch.setup), place["files"]))
        except Refused:
            return NO_BARS
    return known[what]


def past_from(session: "Session", rulebook: Rulebook, heard: Sequence[Event]) -> Past:
    """The past of an account that was begun here, of which everything since was heard."""
    from ledger.practice.views.known_bars import KnownBars  # as above

    opened = session.began[0]
    assert isinstance(opened, AccountOpened), "it was begun here"
    before = account_before(session.account.name, opened, rulebook)
    return Past(before, [*session.began, *heard], KnownBars(session.timeline))


@dataclass(frozen=True, slots=True)
class Attempt:
    """`grade` is `None` without a trade, and for one that was abandoned; `day` is the wall clock's
    when it was last played, in UTC."""

    grade: Grade | None
    day: date


def attempts(ledger: Path | None) -> dict[str, list[Attempt]]:
    """Every attempt in a ledger, by scenario, oldest first."""
    found: dict[str, list[Attempt]] = {}
    if ledger is None or not ledger.exists():
        return found
    listed, bars = {each.id: each for each in scenarios()}, Known()
    with Ledger.open(ledger, read_only=True) as opened, ledger_errors(ledger):
        for branch in opened.branches():
            place = opened.place(branch.id) or {}
            begun = str(place.get("rehearsal", ""))
            played = listed.get(begun.removeprefix(FOLDER)) if begun.startswith(FOLDER) else None
            forked = branch.parent_id is not None  # it knows what comes
            if forked or played is None:
                continue
            grade = _grade(opened, branch.id, played, place, bars) if place.get("ended") else None
            found.setdefault(played.id, []).append(Attempt(grade, _day(opened, branch.id)))
    return found


def _day(ledger: Ledger, branch_id: int) -> date:
    with ledger.looking() as db:
        (wall_time,) = db.execute(
            "SELECT wall_time FROM commit_log WHERE branch_id = ? ORDER BY id DESC LIMIT 1",
            (branch_id,),
        ).fetchone()
    return date.fromisoformat(wall_time[:10])


def _grade(
    ledger: Ledger, branch_id: int, played: Scenario, place: dict[str, Any], known: Known
) -> Grade | None:
    past = _past(ledger, branch_id, played.id, known)
    if past is None:
        return None
    equity = Decimal(place["statement"]["equity"])
    return grade_of(_run(played, past, equity), terms_of(played))


def _run(played: Scenario, past: Past, equity: Decimal) -> Run:
    until = past.events[0].at + played.seconds
    return Run(before=past.before, events=past.events, until=until, equity=equity, bars=past.bars)


def best(attempted: Iterable[Attempt]) -> int | None:
    """The best grade of several attempts; `None` if none was graded."""
    return max((x.grade.total for x in attempted if x.grade is not None), default=None)


def grade_played(played: Scenario, past: Past, statement: "Statement") -> Grade | None:
    """The grade of what was played, at the account's final `statement`."""
    return grade_of(_run(played, past, statement.equity), terms_of(played))


def debriefing(
    played: Scenario, past: Past, statement: "Statement", *, sums: bool = True
) -> list[str]:
    """The debrief in lines: what it was about, the goal next to the account's final `statement`,
    and the grade. Without `sums` no result in money is told, nor what speaks of one."""
    grade = grade_played(played, past, statement)
    ended = f" You ended with {money(statement.equity, statement.currency)} {statement.currency}."
    lines = [played.debrief, "", f"The goal was: {played.goal}{ended if sums else ''}"]
    if grade is None:
        return [*lines, "", "You did not trade, so there is no grade."]
    lines += [f"  {'met' if x.met else 'not met':<8}{_said(x, sums=sums)}" for x in grade.verdicts]
    lines += ["", f"Grade: {grade.total} of 100, for what you did, not for what the market did"]
    lines += [f"  below {CAPS[cap]}, since {cap}" for cap in grade.caps]
    for part in grade.parts:
        if not part.tested:
            lines.append(f"    not tested  {part.name}")
            continue
        mark = "+" if part.won == part.points else "-"
        why = f": {part.why}" if part.why and sums else ""
        lines.append(f"  {mark} {part.won:>2} of {part.points}  {part.name}{why}")
    return lines


def _said(verdict: Verdict, *, sums: bool) -> str:
    """A condition with its figure, or its name where that would be a sum."""
    kind = verdict.goal.kind
    hidden = not sums and kind in (GoalKind.EQUITY_ABOVE, GoalKind.OWE_NOTHING)
    return kind.value.replace("_", " ") if hidden else verdict.said
