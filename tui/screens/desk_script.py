"""The script of a rehearsal as a guide on the desk: one key does what comes next."""

from __future__ import annotations

from ledger.account.events import ActionRefused, OrderRefused
from ledger.market.faults import Refused
from ledger.practice.script import Cue, Script
from tui import format as fmt
from tui.opener import script_of
from tui.screens.desk_trade import DeskTrade


class DeskScript(DeskTrade):
    """It only proposes: a trader who does something else goes on from there."""

    _script: Script | None = None

    def greeting(self) -> str:
        """The first line under the panels."""
        words = "space runs the clock, . steps, b buys, ? shows every key"
        session = self.conductor.session
        begun = session.rehearsal and not session.fate
        guided = "p does what the script does next, space runs the clock, ? shows every key"
        return guided if begun else words

    def action_script(self) -> None:
        """Do the script's next action where its bar is open, else run the clock to that bar."""
        if self._stopped or self._form is not None:
            self.notice("The script waits for the ticket: Esc closes it.")
            return
        self._when_kept(self._play_on)

    def _play_on(self) -> None:
        session = self.conductor.session
        try:
            self._script = self._script or script_of(session)
        except Refused as refused:
            self.notice("; ".join(refused.faults), "warned")
            return
        if self._script is None:
            self.notice("This account has no script: it was not begun from a shipped rehearsal.")
            return
        cue = self._script.cue(session.market.time, bool(session.market.trading))
        if cue is Cue.ACT:
            self._act(self._script)
        elif cue is Cue.LATER and self._script.next is not None:
            self.conductor.run(hurry=True, until=self._script.next.at)
            self.notice(f"the clock runs to {_told(self._script)}")
            self.show_status()
        else:
            self.notice("The script is over; the rest is yours.")

    def _act(self, script: Script) -> None:
        """Send it. A refusal is on record, and told like any other."""
        assert script.next is not None
        done = fmt.plain(script.next.text, 60)
        command = script.take()
        self.conductor.session.script_done = script.done
        events = self._sent(command)
        refused = next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)
        if refused is not None:
            self.notice_when_kept(f"{done}: refused, {refused.reason}", "warned")
        elif script.next is None:
            self.notice_when_kept(f"done: {done}. The script is over; the rest is yours.")
        else:
            self.notice_when_kept(f"done: {done}. p: {_told(script)}")


def _told(script: Script) -> str:
    """The next action and when it is."""
    assert script.next is not None
    return f"{fmt.when(script.next.at)}, {fmt.plain(script.next.text, 60)}"
