"""A scenario that begins at one of many moments, drawn by a seed: nobody learns it by heart."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from ledger.practice.rehearsals.actions import Action
from ledger.practice.rehearsals.rehearsal import Rehearsal
from ledger.times import Time


def at_window(rehearsal: Rehearsal, seed: int) -> Rehearsal:
    """The rehearsal at the start that a seed draws, with everything at the same distance from it;
    unchanged if its file has only one."""
    if not rehearsal.starts:
        return rehearsal
    choice = Random(f"window {seed}").randrange(len(rehearsal.starts))
    shift = rehearsal.starts[choice] - rehearsal.start
    return replace(
        rehearsal,
        start=rehearsal.start + shift,
        end=rehearsal.end + shift,
        seed=seed,
        actions=moved(rehearsal.actions, shift),
    )


def moved(actions: Iterable[Action], shift: int) -> tuple[Action, ...]:
    """The same actions, so many seconds later."""
    return tuple(replace(action, at=action.at + shift) for action in actions)


def fate_at(rehearsal: Rehearsal, start: Time) -> tuple[Action, ...]:
    """What happens by itself in an account of this rehearsal that was begun at a start."""
    return moved(rehearsal.actions, start - rehearsal.start if rehearsal.starts else 0)
