"""The script of a rehearsal as a coach: it says what comes next, and one key does it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

from ledger.account import commands as c
from ledger.account.event_terms import Side
from ledger.account.events.kinds import ActionRefused, Event, OrderRefused
from ledger.money import ZERO
from ledger.practice.scenarios.script import Cue, Script
from ledger.practice.words.coaching import proposed, same_act
from ledger.refused import Refused
from tui import keymap
from tui.runtime.conductor import Conductor
from tui.runtime.opener import script_of
from tui.text import format as fmt

OVER = "End of the script. From here on it is up to you."
_LONGEST = 160
_BY_HAND: dict[type, str] = {
    c.Deposit: "trade.deposit",
    c.Withdraw: "trade.deposit",
    c.Borrow: "trade.margin",
    c.Repay: "trade.margin",
    c.AddMargin: "trade.margin",
    c.RemoveMargin: "trade.margin",
    c.ClosePosition: "trade.close",
    c.MoveStop: "trade.edit",
    c.RemoveStop: "trade.edit",
    c.MoveTarget: "trade.edit",
    c.RemoveTarget: "trade.edit",
    c.AmendOrder: "trade.amend",
    c.CancelOrder: "trade.cancel",
    c.AnswerCall: "call.answer",
    c.AddNote: "app.note",
}
"""The key of the desk under which a trader does the same."""


class ScriptGuide:
    """It only proposes: a trader who does something else goes on from there.

    What is proposed and then done by hand counts as done; the script does not do it again.
    """

    def __init__(
        self, conductor: Conductor, send: Callable[[c.TraderCommand], tuple[Event, ...]]
    ) -> None:
        self._conductor = conductor
        self._send = send
        self._script: Script | None = None
        self._taken: c.TraderCommand | None = None
        self._by_hand = False

    @property
    def greeting(self) -> str:
        """The desk's default message: what comes next, once the script is loaded."""
        if self._script is not None:
            return self.coaching()
        session = self._conductor.session
        if session.rehearsal and not session.fate:
            return "p takes the script's next step, space runs the clock, ? shows every key"
        fresh = session.funds is not None and not session.account.orders_made
        if fresh and session.account.plan is None:
            return "P plans the session, which you can skip; space runs the clock, b buys, ? helps"
        return "space runs the clock, . steps, b buys, ? shows every key"

    def load(self) -> bool:
        """Read the script of the account's rehearsal; whether there is one. Raises `Refused`."""
        if self._conductor.session.rehearsal and not self._conductor.session.fate:
            self._script = self._script or script_of(self._conductor.session)
        return self._script is not None

    def ready(self) -> bool:
        """Whether there is a script. If it cannot be read any more, `p` says why."""
        with suppress(Refused):
            return self.load()
        return False

    @property
    def lesson(self) -> str:
        """What the rehearsal was about; empty if it does not say."""
        return self._script.lesson if self.ready() and self._script is not None else ""

    def coaching(self) -> str:
        """What the script proposes next, and the keys for it."""
        script = self._script
        if script is None or script.next is None:
            return OVER
        command = script.next.command
        if self._cue(script) is Cue.LATER:
            return f"Next, on {fmt.when(script.next.at)}: {self._proposal(command)}. p goes there."
        key = _key(command)
        keys = f"press {key}, or p to have it done" if key else "press p"
        return f"{self._proposal(command, self._drawn(command))}: {keys}."

    def _proposal(self, command: c.TraderCommand, drawn: Decimal = ZERO) -> str:
        currency = self._conductor.session.account.currency
        return fmt.plain(proposed(command, currency, drawn), _LONGEST)

    def _drawn(self, command: c.TraderCommand) -> Decimal:
        """The loan that this order would draw now."""
        if not isinstance(command, c.PlaceOrder):
            return ZERO
        from ledger.practice.views.preview import preview  # not for the start

        return preview(self._conductor.session, command).drawn

    def saw(self, command: c.TraderCommand, events: tuple[Event, ...]) -> None:
        """A command was sent by hand. If it is what was proposed, the script goes on after it."""
        script = self._script
        if script is None or script.next is None or not events or _refused(events):
            return
        if command is self._taken:
            return
        if same_act(script.next.command, command):
            script.take()
            self._conductor.session.script_done = script.done
            self._by_hand = True

    def coda(self) -> str:
        """What comes next, to be said once after something proposed was done by hand."""
        by_hand, self._by_hand = self._by_hand, False
        return self._goes_on() if by_hand else ""

    def _goes_on(self) -> str:
        due = self._script is not None and self._cue(self._script) is Cue.ACT
        return f" {'Next: ' if due else ''}{self.coaching()}"

    def _cue(self, script: Script) -> Cue:
        market = self._conductor.session.market
        return script.cue(market.time, bool(market.trading))

    def play_on(self) -> tuple[str, str]:
        """Do the script's next action if its bar is open, else run the clock to that bar.

        Returns the message to show, and its meaning.
        """
        try:
            there = self.load()
        except Refused as refused:
            return "; ".join(refused.faults), "warned"
        script = self._script
        if not there or script is None:
            return "No script: this account was not started from a rehearsal file.", "notice"
        cue = self._cue(script)
        if cue is Cue.ACT:
            return self._act(script)
        if cue is Cue.LATER and script.next is not None:
            self._conductor.run(hurry=True, until=script.next.at)
            return f"The clock runs to {fmt.when(script.next.at)}.", "notice"
        return OVER, "notice"

    def _act(self, script: Script) -> tuple[str, str]:
        """Send it. A refusal is recorded and shown like any other."""
        command = self._taken = script.take()
        self._conductor.session.script_done = script.done
        done = self._proposal(command)
        events = self._send(command)
        refused = _refused(events)
        if refused is not None:
            return f"{done}: refused, {refused.reason}", "warned"
        return f"Done: {done}.{self._goes_on()}", "notice"


def _refused(events: tuple[Event, ...]) -> OrderRefused | ActionRefused | None:
    return next((e for e in events if isinstance(e, OrderRefused | ActionRefused)), None)


def _key(command: c.TraderCommand) -> str:
    """The key with which a trader does this; empty if the desk has none."""
    action = _BY_HAND.get(type(command), "")
    if isinstance(command, c.PlaceOrder):
        action = "trade.long" if command.side is Side.BUY else "trade.short"
    return next((key.shown for key in keymap.KEYMAP if key.id == action), "")
