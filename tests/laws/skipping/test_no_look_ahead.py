"""Nothing that happens depends on what a bar brings before it has ended.

Two worlds are the same up to a moment. After it every price is another one, and of the bars that
are open then all but the open. Up to that moment everything must be the same in both.
"""

from array import array
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.account.events.kinds import Event
from ledger.market.quote import Market
from ledger.market.tapes.tape import Tape
from ledger.practice.sessions.timeline import Timeline
from ledger.times import Time
from tests.laws import tried
from tests.laws.skipping.passages import Journey, journey, meant, session_of

Seen = list[tuple[tuple[Event, ...], Market]]


def otherwise(chance: Random, tape: Tape, now: Time, keep: int) -> Tape:
    """The tape with other prices for what is not known at a moment.

    A bar that begins then and lasts at most `keep` seconds stays: its range is known at its open,
    as what bounds a fill at its open.
    """
    opens, highs, lows, closes = (
        array("q", column) for column in (tape.opens, tape.highs, tape.lows, tape.closes)
    )
    for number in range(len(tape)):
        began, end = tape.times[number], tape.end_of(number)
        if end <= now or (began == now and end - began <= keep):
            continue
        if began > now:
            opens[number] = max(opens[number] + 5 * chance.randint(-30, 30), 5)
        highs[number] = opens[number] + 5 * chance.randint(0, 60)
        lows[number] = max(opens[number] - 5 * chance.randint(0, 60), min(5, opens[number]))
        closes[number] = 5 * chance.randint(
            lows[number] // 5 + 1, max(highs[number] // 5, lows[number] // 5 + 1)
        )
        closes[number] = min(max(closes[number], lows[number]), highs[number])
    return replace(tape, opens=opens, highs=highs, lows=lows, closes=closes)


def changed(seed: int, one: Journey, now: Time, keep: int) -> Journey:
    chance = Random(seed)
    tapes = {s: otherwise(chance, t, now, keep) for s, t in one.timeline.tapes.items()}
    marks = {s: otherwise(chance, t, now, keep) for s, t in one.timeline.marks.items()}
    return replace(one, timeline=replace(one.timeline, tapes=tapes, marks=marks))


def played(one: Journey, until: int) -> Seen:
    """What happens up to the open of a step, and what is tried there."""
    session, _ = session_of(one)
    seen: Seen = []

    def act() -> None:
        for wished in one.wishes.get((session.place.index, session.place.phase), ()):
            seen.append((session.send(meant(one, session, wished)), session.market))

    while True:
        seen.append((session.open_step(), session.market))
        act()
        if session.place.index == until:
            return seen
        seen.append((session.close_step(), session.market))
        act()


class Hasty(Timeline):
    """The canary: every bar is walked to its close by the time at which another begins."""

    overlap = False  # type: ignore[assignment]


def foreseen(one: Journey, seed: int) -> bool:
    """Whether something happens otherwise before what is to come is another."""
    chance, line = Random(seed), one.timeline
    until = chance.randrange(len(line))
    if chance.random() < 0.5 and one.wishes:
        until = min(chance.choice(list(one.wishes))[0] + chance.randint(0, 3), len(line) - 1)
    now, closes = line.times[until], line.closes(until)
    other = changed(seed, one, now, closes - now)
    assert other.timeline.times == line.times
    return any(
        (events, market.last, market.mark) != (others, elsewhere.last, elsewhere.mark)
        for (events, market), (others, elsewhere) in zip(
            played(one, until), played(other, until), strict=True
        )
    )


@tried(60)
@given(seed=st.integers(0, 2**48))
def test_what_a_bar_brings_changes_nothing_before_it_has_ended(seed: int) -> None:
    assert not foreseen(journey(seed), seed)


def test_the_law_catches_a_clock_that_walks_a_long_bar_within_a_short_one() -> None:
    def hasty(seed: int) -> Journey:
        one = journey(seed)
        line = one.timeline
        found = Hasty(line.tapes, line.start, line.end, line.marks, line.funding)
        return replace(one, timeline=found)

    assert any(foreseen(hasty(seed), seed) for seed in range(40))
