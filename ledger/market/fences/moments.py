"""The moments at which the clock stops: where a bar begins, and where one ends while another runs.

What happens inside a bar is known when it has ended. If all tapes have one interval and begin
together, no bar ends inside another, and the moments are those at which bars begin.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection

from ledger.market.fences.blocks import Whole
from ledger.market.tapes.tape import Tape
from ledger.times import Time


def overlap(tapes: Collection[Tape]) -> bool:
    """Whether a bar of one tape may end while one of another runs."""
    if len({tape.interval for tape in tapes}) > 1:
        return True
    first, *others = tapes
    if all(tape.times == first.times for tape in others):
        return False
    return len({time % tape.interval for tape in tapes for time in tape.times}) > 1


def moments(tapes: Collection[Tape], start: Time, end: Time) -> Whole:
    """The moments of bars that begin in start <= time < end: their opens, and ends inside others;
    in order."""
    parts = [(tape, tape.part(start, end)) for tape in tapes]
    rows = [(tape, tape.times[part.start : part.stop]) for tape, part in parts]
    begins: set[int] = set().union(*(row for _, row in rows))
    ends: set[int] = set()
    for tape, row in rows:
        late = {time + tape.interval for time in row} - begins
        ends.update(tape.end_of(tape.find(time - tape.interval)) for time in late)
    inside = (
        time for time in ends - begins if any(_runs(tape, part, time) for tape, part in parts)
    )
    return array("q", sorted(begins.union(inside)))


def _runs(tape: Tape, part: range, time: Time) -> bool:
    """Whether a bar of the part began before a time and ends after it."""
    number = bisect_left(tape.times, time, part.start, part.stop) - 1
    return number >= part.start and tape.end_of(number) > time


def marks_within(mark: Tape, tape: Tape, number: int) -> range:
    """The mark bars by which a price bar is judged: the one that begins with it, and those after it
    that begin and end inside."""
    began, end = tape.times[number], tape.end_of(number)
    if mark.interval >= tape.interval:
        at = mark.at(began)
        return range(0) if at is None else range(at, at + 1)
    marks = mark.part(began, end)
    last = marks.stop - 1
    if last >= marks.start and mark.times[last] > began and mark.end_of(last) > end:
        return marks[:-1]
    return marks


def reaching_out(mark: Tape, tape: Tape) -> Time | None:
    """The time of the first mark bar that ends after the price bar in which it begins; `None` if
    all of them divide the price bars."""
    divides = tape.interval % mark.interval == 0
    if divides and (mark.first - tape.first) % mark.interval == 0 and not overlap([mark]):
        return None
    for number, time in enumerate(mark.times):
        at = bisect_right(tape.times, time) - 1
        if at >= 0 and tape.times[at] < time < tape.end_of(at) < mark.end_of(number):
            return time
    return None
