"""The top line of the desk: title, market time, speed, and equity."""

from __future__ import annotations

from ledger.practice.sessions.timeline import Phase
from ledger.practice.views.desk_view import DeskView
from ledger.practice.views.position_view import HealthState
from ledger.practice.words.incident_words import badge
from tui.runtime.conductor import Conductor, Snapshot
from tui.runtime.pace import multiple_of
from tui.text import format as fmt
from tui.widgets.lines import Line, Run


def line(view: DeskView, snapshot: Snapshot, conductor: Conductor, width: int, now: float) -> Line:
    """Left: title, market time, clock. Right: equity and how it stands."""
    right = _worth(view, width)
    room = width - sum(len(text) for text, _ in right)
    left = _left(view, snapshot, conductor, now, room)
    gap = max(room - sum(len(text) for text, _ in left), 1)
    return [*left, (" " * gap, ""), *right]


def _worth(view: DeskView, width: int) -> list[Run]:
    change = view.equity - view.deposited
    share = fmt.signed_percent(change / view.deposited) if view.deposited > 0 else fmt.NOTHING
    meaning = "up" if change > 0 else "down" if change < 0 else ""
    money = f"{fmt.money(view.equity, view.currency)} {view.currency}"
    runs: list[Run] = [("equity ", "dim"), (money, "strong"), (f" {share}", meaning)]
    if width < 100:
        runs = [(fmt.money(view.equity, view.currency), "strong"), (f" {share}", meaning)]
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
    session = conductor.session
    title = fmt.plain(getattr(session, "title", "") or session.account.name, 40)
    made_up = " SYNTHETIC" if session.timeline.synthetic else ""
    place = f"bar {snapshot.place.index + 1}/{len(session.timeline)}"
    state, meaning = _state(snapshot, conductor)
    speed = _speed(conductor, now)
    time = fmt.when(view.time)
    clock, now_doing = (time, "strong"), (state, meaning)
    for parts in (
        ((title + made_up, "title"), clock, now_doing, (speed, "dim"), (place, "dim")),
        ((_cut(title, 24) + made_up, "title"), clock, now_doing, (speed, "dim")),
        ((_cut(title, 14) + made_up, "title"), clock, now_doing, (speed, "dim")),
        ((_cut(title, 14) + made_up, "title"), clock, now_doing),
        (clock, (state + made_up, meaning)),
    ):
        if sum(len(text) + 2 for text, _ in parts) + 1 <= room:
            break
    return [(f" {text} ", ink) for text, ink in parts]


def _cut(title: str, width: int) -> str:
    return title if len(title) <= width else title[: width - 1].rstrip() + "…"


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
    asked = multiple_of(pace.speed, interval)
    bars = f"{pace.speed:g}/s {asked}"
    reached = pace.measured(now)
    if pace.running and reached is not None and reached < pace.speed * 0.8 and pace.settled(now):
        return f"{multiple_of(reached, interval)} of {asked}"
    return bars
