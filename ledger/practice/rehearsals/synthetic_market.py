"""The synthetic tapes of a rehearsal file, one by one and as one market.

Each is generated from its own recipe; a common part in their moves makes them one market, which
only works if their bars open at the same times.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ledger.market.synthetic.make import make
from ledger.market.tapes.recipe import Recipe
from ledger.market.tapes.tape import Tape
from ledger.practice.library.catalog import load_tape
from ledger.practice.rehearsals.synthetic_file import SyntheticSource
from ledger.refused import Refused
from ledger.times import END_OF_TIME, Time

USUAL_START: Time = 1_704_067_200
"""2024-01-01T00:00:00Z, a Monday: where a synthetic market begins by default."""

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A tape to be generated: its source, its recipe, and the recorded tape it resamples."""

    source: SyntheticSource
    recipe: Recipe
    lender: Tape | None


def make_tapes(
    source: Sequence[SyntheticSource], seed: int, start: Time, base: Path | None = None
) -> dict[str, Tape]:
    """The tapes by their symbols; paths of recorded ones start at `base`. Raises `Refused`."""
    plans = _each(source, lambda each: _plan(each, seed, start, base))
    _each(_neighbours(plans), _check_together)
    return {tape.symbol: tape for tape in _each(plans, _made)}


def _each(items: Iterable[A], act: Callable[[A], B]) -> list[B]:
    """`act` on every item; the faults of all of them are raised together."""
    results: list[B] = []
    faults: list[str] = []
    for item in items:
        try:
            results.append(act(item))
        except Refused as refused:
            faults += refused.faults
    if faults:
        raise Refused(*faults)
    return results


def _plan(source: SyntheticSource, seed: int, start: Time, base: Path | None) -> _Plan:
    lender = None
    if source.lender is not None:
        try:
            lender = load_tape(source.lender, base)
        except Refused as refused:
            raise source.refuse("tape", refused.faults[0]) from None
    return _Plan(source, source.recipe(seed, start, lender), lender)


def _made(plan: _Plan) -> Tape:
    try:
        tape = make(plan.recipe, plan.lender)
    except Refused as refused:
        raise plan.source.refuse("bars", refused.faults[0]) from None
    if tape.times[-1] >= END_OF_TIME:
        bars = plan.recipe.bars
        raise plan.source.refuse("bars", f"{bars} bars go beyond the year 2199; use fewer")
    return tape


def _neighbours(plans: Sequence[_Plan]) -> list[tuple[_Plan, _Plan]]:
    """Each tape of a group, paired with the group's first."""
    first: dict[str, _Plan] = {}
    return [
        (first[plan.recipe.group], plan)
        for plan in plans
        if plan.recipe.group and first.setdefault(plan.recipe.group, plan) is not plan
    ]


def _check_together(pair: tuple[_Plan, _Plan]) -> None:
    """Whether two tapes of a group can share their common moves. Raises `Refused`."""
    first, plan = pair
    one, other = first.recipe, plan.recipe
    name = first.source.symbol
    if (first.lender is None) is not (plan.lender is None):
        raise plan.source.refuse(
            "group", f"only one of this tape and {name} is a bootstrap; allowed: both or neither"
        )
    if first.lender is None and (one.interval, one.hours) != (other.interval, other.hours):
        raise plan.source.refuse(
            "group", f"interval or session differs from that of {name}; they must be the same"
        )
    if one.resample and other.resample and one.resample.block != other.resample.block:
        raise plan.source.refuse(
            "group", f"block differs from that of {name}; they must be the same"
        )
    if _lent_times(first) != _lent_times(plan):
        raise plan.source.refuse(
            "group",
            f"the recorded tape has bars at other times than that of {name}; "
            "use tapes with the same bars between since and until",
        )


def _lent_times(plan: _Plan) -> Sequence[Time]:
    """When the bars open that a bootstrap draws from."""
    lender, resample = plan.lender, plan.recipe.resample
    if lender is None or resample is None:
        return ()
    low, high = resample.span(lender.times)
    return lender.times[low:high]
