"""A rehearsal's own actions as a guide for a person: what comes next, done on request."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from ledger.account.commands import TraderCommand
from ledger.times import Time

if TYPE_CHECKING:
    from ledger.practice.rehearsals.actions import Action


class Cue(StrEnum):
    """What the guide would do now."""

    ACT = "act"
    """The next action's bar is open: it can be done."""
    LATER = "later"
    """Its bar is still ahead: the clock must run."""
    OVER = "over"
    """No action is left."""


class Script:
    """Actions in order, and how many are done or were passed over.

    It only proposes: the trader may do something else, and the guide goes on from there. An
    unattended run takes the same actions at the same bars (`run.py`).
    """

    def __init__(self, actions: "Sequence[Action]", done: int = 0, lesson: str = "") -> None:
        """`lesson` is what the rehearsal was about, said at its end."""
        self.lesson = lesson
        self._actions = tuple(actions)
        self.done = min(done, len(self._actions))

    @property
    def next(self) -> "Action | None":
        """The action that comes next; `None` at the end."""
        return self._actions[self.done] if self.done < len(self._actions) else None

    def cue(self, time: Time, trading: bool) -> Cue:
        """Whether the next action can be done now."""
        if self.next is None:
            return Cue.OVER
        return Cue.ACT if trading and self.next.at <= time else Cue.LATER

    def take(self) -> TraderCommand:
        """The next action's command, which counts as done from here on."""
        action = self.next
        assert action is not None, "there is a next action"
        self.done += 1
        return action.command
