"""The top line of the desk: account, venue and mode, market time, speed, and equity."""

from __future__ import annotations

from ledger.account.state import Account
from ledger.practice.sessions.timeline import Phase
from ledger.practice.views.desk_view import DeskView
from ledger.practice.views.position_view import HealthState
from ledger.practice.words.incident_words import badge
from tui.panels.desk_figures import hides_result
from tui.runtime.conductor import Conductor, Snapshot
from tui.runtime.pace import multiple_of
from tui.text import display
from tui.text import format as fmt
from tui.widgets.lines import Line, Run


def line(view: DeskView, snapshot: Snapshot, conductor: Conductor, width: int, now: float) -> Line:
    """Left: title, market time, clock. Right: equity and its health."""
    right = _worth(view, width)
    room = width - sum(len(text) for text, _ in right)
    left = _left(view, snapshot, conductor, now, room)
    gap = max(room - sum(len(text) for text, _ in left), 1)
    return [*left, (" " * gap, ""), *right]


def _worth(view: DeskView, width: int) -> list[Run]:
    change = view.equity - view.deposited
    share = fmt.signed_percent(change / view.deposited) if view.deposited > 0 else fmt.NOTHING
    meaning = "up" if change > 0 else "down" if change < 0 else ""
    money = fmt.money(view.equity, view.currency)
    if hides_result(view):
        money, share, meaning = display.HIDDEN, "", ""
    unit = f" {view.currency}" if width >= 100 else ""
    runs: list[Run] = [("equity ", "dim")] if width >= 100 else []
    runs += [(money + unit, "strong"), (f" {share}", meaning)]
    ladder = {
        HealthState.WARNED: " WARNING ",
        HealthState.CALLED: " MARGIN CALL ",
        HealthState.LIQUIDATING: " LIQUIDATION ",
    }
    if view.calls:
        runs.append((" ", ""))
        runs.append((ladder[HealthState.CALLED] if width >= 100 else " CALL ", "alert"))
    elif view.health.state in ladder:
        runs.append((ladder[view.health.state], "warned"))
    words = [badge(kind) for kind in view.incidents]
    if width < 100 and len(words) > 1:
        words = [words[0], f"+{len(words) - 1}"]
    for word in words:
        runs += [(" ", ""), (f" {word} ", "alert")]
    return [*runs, (" ", "")]


def _left(
    view: DeskView, snapshot: Snapshot, conductor: Conductor, now: float, room: int
) -> list[Run]:
    """As much as there is room for; names are shortened before the clock's speed goes."""
    session = conductor.session
    made_up = "" if session.fork is None else f" FORK AT #{session.fork.seq + 1}"
    made_up += " SYNTHETIC" if session.timeline.synthetic else ""
    if session.hides:
        made_up += " EXAM, BLIND" if session.exam else " BLIND"
    state, meaning = _state(snapshot, conductor)
    clock, doing = (fmt.when(view.time), "strong"), (state, meaning)
    speed = (_speed(conductor, now), "dim")
    place = (f"bar {snapshot.place.index + 1}/{len(session.timeline)}", "dim")
    for widths, others in (
        ((40, 24), (clock, doing, speed, place)),
        ((24, 20), (clock, doing, speed)),
        ((16, 12), (clock, doing, speed)),
        ((24, 16), (clock, doing)),
        ((14, 9), (clock, doing)),
        ((9, 6), (clock, doing)),
        ((20, 0), (clock, doing)),
        ((14, 0), (clock, doing)),
        ((9, 0), (clock, doing)),
    ):
        parts = (*_whose(session.account, widths, made_up), *others)
        if sum(len(text) + 2 for text, _ in parts) + 1 <= room:
            break
    else:
        parts = (clock, (state + made_up, meaning))
    return [(f" {text} ", ink) for text, ink in parts]


def _whose(account: Account, widths: tuple[int, int], made_up: str) -> list[Run]:
    """Account, venue and mode; without room for a venue the account alone."""
    name, venue = widths
    runs = [(_cut(fmt.plain(account.name, 80), name) + made_up, "title")]
    if venue:
        at = _cut(fmt.plain(account.rulebook.id, 80), venue)
        runs.append((f"{at} {account.mode.value}", "dim"))
    return runs


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else name[: width - 1].rstrip("-_ ") + "…"


def _state(snapshot: Snapshot, conductor: Conductor) -> tuple[str, str]:
    if conductor.session.held_up:
        return "WAITING FOR ANOTHER PROGRAM", "alert"
    if snapshot.ended:
        return "END OF TAPE", "warned"
    if conductor.pace.hurrying:
        return "TO NEXT EVENT", "up"
    if conductor.pace.running:
        return "RUNNING", "up"
    return ("BEFORE THE OPEN" if snapshot.place.phase is Phase.BEFORE else "PAUSED"), "warned"


def _speed(conductor: Conductor, now: float) -> str:
    """The speed chosen, and the speed reached if that is clearly less."""
    pace = conductor.pace
    tapes = conductor.session.timeline.tapes.values()
    interval = min(tape.interval for tape in tapes)
    chosen = multiple_of(pace.speed, interval)
    bars = f"{pace.speed:g}/s {chosen}"
    reached = pace.measured(now)
    if pace.running and reached is not None and reached < pace.speed * 0.8 and pace.settled(now):
        return f"{multiple_of(reached, interval)} of {chosen}"
    return bars
