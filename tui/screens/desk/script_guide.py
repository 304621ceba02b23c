"""The script of a rehearsal as a guide on the desk: one key takes the next step."""

from __future__ import annotations

from collections.abc import Callable

from ledger.account.commands import TraderCommand
from ledger.account.events.kinds import ActionRefused, Event, OrderRefused
from ledger.practice.scenarios.script import Cue, Script
from ledger.refused import Refused
from tui.runtime.conductor import Conductor
from tui.runtime.opener import script_of
from tui.text import format as fmt

OVER = "End of the script. From here on it is up to you."


class ScriptGuide:
    """It only proposes: a trader who does something else goes on from there."""

    def __init__(
        self, conductor: Conductor, send: Callable[[TraderCommand], tuple[Event, ...]]
    ) -> None:
        self._conductor = conductor
        self._send = send
        self._script: Script | None = None

    @property
    def greeting(self) -> str:
        """The desk's default message."""
        session = self._conductor.session
        if session.rehearsal and not session.fate:
            return "p takes the script's next step, space runs the clock, ? shows every key"
        return "space runs the clock, . steps, b buys, ? shows every key"

    def play_on(self) -> tuple[str, str]:
        """Do the script's next action if its bar is open, else run the clock to that bar.

        Returns the message to show, and its meaning.
        """
        session = self._conductor.session
        try:
            self._script = self._script or script_of(session)
        except Refused as refused:
            return "; ".join(refused.faults), "warned"
        script = self._script
        if script is None:
            return "No script: this account was not started from a rehearsal file.", "notice"
        cue = script.cue(session.market.time, bool(session.market.trading))
        if cue is Cue.ACT:
            return self._act(script)
        if cue is Cue.LATER and script.next is not None:
            self._conductor.run(hurry=True, until=script.next.at)
            return f"the clock runs to {_next(script)}", "notice"
        return OVER, "notice"

    def _act(self, script: Script) -> tuple[str, str]:
        """Send it. A refusal is recorded and shown like any other."""
        action = script.next
        assert action is not None
        done = fmt.plain(action.text, 60)
        command = script.take()
        self._conductor.session.script_done = script.done
        events = self._send(command)
        refused = next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)
        if refused is not None:
            return f"{done}: refused, {refused.reason}", "warned"
        goes_on = OVER if script.next is None else f"Next (p): {_next(script)}"
        return f"done: {done}. {goes_on}", "notice"


def _next(script: Script) -> str:
    """The next action and its time."""
    assert script.next is not None
    return f"{fmt.when(script.next.at)}, {fmt.plain(script.next.text, 60)}"
