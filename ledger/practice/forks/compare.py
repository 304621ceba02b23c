"""Two accounts side by side: what each made since they parted, and where the difference came from.

They are compared at one moment of the market, the earlier of the two at which they are; the later
one is taken back to it, event by event, with everything that was done there. Two that were never
one account are compared from their beginnings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.branches import lineage
from ledger.books.file.damage import ledger_errors
from ledger.books.store import Ledger
from ledger.books.twins import without_twin
from ledger.money import ZERO
from ledger.practice.forks.attribution import Rows, Standing, attribute, standing
from ledger.practice.forks.fork import Junction, Trunk, session_at, trunk_of
from ledger.practice.forks.record import Group
from ledger.practice.sessions.along.going import go_to, order_of
from ledger.practice.sessions.find_account import check_there, find_branch
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.statement import equity_of
from ledger.practice.sessions.timeline import Phase
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time

NOTHING = Standing(ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its rows since they parted add up to its `result`.

    `seq` is its last event that counts, `paid_in` what was deposited less what was withdrawn.
    """

    account: str
    seq: int
    rows: Rows
    result: Decimal
    equity: Decimal
    savings: Decimal
    paid_in: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """`rows` are the differences of the second to the first, and add up to `difference`.

    `parted` is the last event that both have, 0 if they share none.
    """

    first: Side
    second: Side
    currency: str
    time: Time
    parted: int
    rows: Rows

    @property
    def difference(self) -> Decimal:
        return self.second.result - self.first.result


@dataclass(frozen=True, slots=True)
class Line:
    """What an account had made since the fork at each of some moments."""

    name: str
    points: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Lines over the same `times`; the fork is at the time with the number `forked`."""

    times: tuple[Time, ...] = ()
    forked: int = 0
    lines: tuple[Line, ...] = ()


HANDS_OFF = "hands off"
"""The line of nothing more being done from the fork on."""


@dataclass(frozen=True, slots=True)
class _Both:
    """Two accounts in one open ledger, and the places of their clocks for the comparison.

    They parted `at` one moment, the same for both; nowhere if they share no event.
    """

    first: Trunk
    second: Trunk
    parted: int
    at: Junction | None
    places: tuple[Place, Place]
    time: Time


def compare(path: Path, first: str, second: str) -> Comparison:
    """Two accounts of a ledger. Raises `Refused`, and what `Ledger.open` raises."""
    check_there(path)
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        return compared(*_trunks(ledger, first, second))


def compared(one: Trunk, other: Trunk) -> Comparison:
    """Two accounts of one open ledger. Raises `Refused`."""
    both = _both(one, other)
    sides = [
        _side(each, both, place) for each, place in zip((one, other), both.places, strict=True)
    ]
    return Comparison(
        first=sides[0],
        second=sides[1],
        currency=one.account_at(1).currency,
        time=both.time,
        parted=both.parted,
        rows=sides[1].rows.less(sides[0].rows),
    )


def course(path: Path, first: str, second: str, most: int = 60) -> Course:
    """A line of each account up to where they are compared, and one of what would have come of it
    if nothing more had been done; before the fork, that of what both were. At most so many points.

    Empty where the two never were one.
    """
    check_there(path)
    with Ledger.open(path, read_only=True) as ledger, ledger_errors(path):
        both = _both(*_trunks(ledger, first, second))
        at = both.at
        if at is None or both.places[0] != both.places[1]:
            return Course()
        trunk, end = both.first, both.places[0]
        earlier, stops = _before(at.place, end, most), _stops(at.place, end, most)
        since = standing(trunk.account_at(at.seq), trunk.market_at(at.place)).result
        known = tuple(made - since for made in _history(trunk, at, earlier))
        unknown: tuple[Decimal | None, ...] = (None,) * len(known)
        drawn = [
            Line(name, (*before, *(made - since for made in points)))
            for name, before, points in (
                (trunk.branch.called, known, _lived(trunk, at.seq, stops)),
                (both.second.branch.called, unknown, _lived(both.second, at.seq, stops)),
                (HANDS_OFF, unknown, _left_alone(trunk, at, stops)),
            )
        ]
        times = tuple(trunk.market_at(each).time for each in (*earlier, *stops))
        return Course(times, len(known), tuple(drawn))


def _trunks(ledger: Ledger, first: str, second: str) -> tuple[Trunk, Trunk]:
    branches = [find_branch(ledger, name) for name in (first, second)]
    if branches[0].id == branches[1].id:
        raise Refused(f"{clean(first, 60)} is named twice; name two different accounts")
    return trunk_of(ledger, branches[0]), trunk_of(ledger, branches[1])


def _both(one: Trunk, other: Trunk) -> _Both:
    branches = one.branch, other.branch
    currencies = [each.account_at(1).currency for each in (one, other)]
    if currencies[0] != currencies[1]:
        first, second = (branch.called for branch in branches)
        raise Refused(
            f"{first} is in {currencies[0]} and {second} in {currencies[1]}; "
            "compare accounts in the same currency"
        )
    with one.ledger.looking() as db:
        lines_ = [lineage(db, branch.id) for branch in branches]
    parted = _common(lines_[0], lines_[1], min(branch.last_seq for branch in branches))
    time = min(each.stands_since() for each in (one, other))
    at = _parting(one, other, parted) if parted else None
    return _Both(one, other, parted, at, _places(one, other, time), time)


def _common(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]], most: int) -> int:
    """The last event that two lines share."""
    common = 0
    for (source, upto), (same, also) in zip(one, other, strict=False):
        if source != same:
            break
        common = min(upto, also, most)
    return common


def _places(one: Trunk, other: Trunk, time: Time) -> tuple[Place, Place]:
    """The place of each clock at the earlier moment: on the same tapes, the same place."""
    here, there = one.stands_at(), other.stands_at()
    if without_twin(one.branch.setup) == without_twin(other.branch.setup):
        earlier = min(here, there, key=order_of)
        return earlier, earlier
    return _place_at(one, here, time), _place_at(other, there, time)


def _place_at(trunk: Trunk, last: Place, time: Time) -> Place:
    """The last place of a clock up to a time."""
    timeline = trunk.timeline
    if trunk.stands_since() <= time:
        return last
    index = timeline.index_at(time)
    if index < len(timeline) and timeline.times[index] == time:
        return Place(index, Phase.OPEN)
    return Place(index - 1, Phase.CLOSED) if index else Place(-1, Phase.BEFORE)


def _side(trunk: Trunk, both: _Both, place: Place) -> Side:
    with trunk.record() as record:
        last = record.last_at(place, both.time, trunk.branch.last_seq)
    account = trunk.account_at(last)
    market = trunk.market_at(place)
    since = NOTHING
    if both.at is not None:
        since = standing(trunk.account_at(both.parted), trunk.market_at(both.at.place))
    events = (
        event for seq, event in trunk.ledger.events(trunk.branch.id, both.parted) if seq <= last
    )
    now = standing(account, market)
    rows = attribute(since, now, events, account.instruments)
    return Side(
        account=trunk.branch.called,
        seq=last,
        rows=rows,
        result=now.result - since.result,
        equity=equity_of(account, market),
        savings=account.savings,
        paid_in=account.totals.deposited - account.totals.withdrawn,
    )


def _parting(one: Trunk, other: Trunk, parted: int) -> Junction | None:
    """The clock's place when two accounts parted: at the first command that only one of them has
    if nothing happened in either before it, else at the last event that both have.

    One place for both, so that what each made since then differs by what their equity does.
    """
    followed = [each for trunk in (one, other) if (each := _group(trunk, parted + 1)) is not None]
    first = min(followed, key=lambda each: (order_of(each.place), not each.wished), default=None)
    if first is not None and first.wished:
        return Junction(parted, first.place, first.at)
    group = _group(one, parted)
    return None if group is None else Junction(parted, group.place, group.at)


def _group(trunk: Trunk, seq: int) -> Group | None:
    with trunk.record() as record:
        return record.group_of(seq)


def _stops(start: Place, end: Place, most: int) -> list[Place]:
    """The start, closes of bars evenly on the way, and the end."""
    first, last = max(start.index, 0), end.index
    many = max(min(most, last - first), 0)
    indexes = sorted({first + (last - first) * n // max(many, 1) for n in range(many)})
    between = [Place(index, Phase.CLOSED) for index in indexes]
    inside = [each for each in between if order_of(start) < order_of(each) < order_of(end)]
    return [start, *inside, *([end] if order_of(end) > order_of(start) else [])]


def _before(start: Place, end: Place, most: int) -> list[Place]:
    """Closes of bars before the start: half as many as there are from it to the end."""
    first = max(start.index - max((end.index - start.index) // 2, 2), 0)
    many = min(most // 2, start.index - first)
    indexes = sorted({first + (start.index - first) * n // max(many, 1) for n in range(many)})
    places = [Place(index, Phase.CLOSED) for index in indexes]
    return [each for each in places if order_of(each) < order_of(start)]


def _history(trunk: Trunk, at: Junction, places: Sequence[Place]) -> Iterator[Decimal]:
    """What it had made at each of some places before a junction."""
    if places:
        with trunk.record() as record:
            begin = record.last_at(places[0], trunk.market_at(places[0]).time, at.seq)
        yield from _lived(trunk, max(begin, 1), places)


def _lived(trunk: Trunk, parted: int, stops: Sequence[Place]) -> Iterator[Decimal]:
    """What an account had made at each of some places."""
    account, waiting = trunk.account_at(parted), list(stops)
    for group, events in trunk.told_after(parted):
        while waiting and order_of(waiting[0]) < order_of(group.place):
            yield _made(trunk, account, waiting.pop(0))
        for event in events:
            account = apply(account, event)
    for place in waiting:
        yield _made(trunk, account, place)


def _made(trunk: Trunk, account: Account, place: Place) -> Decimal:
    return standing(account, trunk.market_at(place)).result


def _left_alone(trunk: Trunk, at: Junction, stops: Sequence[Place]) -> Iterator[Decimal]:
    """The same without any command from the junction on."""
    session = session_at(trunk, at)
    for place in stops:
        go_to(session, place)
        yield standing(session.account, session.market).result
