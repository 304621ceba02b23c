"""The bootstrap invents no move: every bar of it is a recorded one, and blocks stay together."""

from array import array
from itertools import pairwise
from math import sqrt
from random import Random

import pytest

from ledger.market.synthetic.make import make
from ledger.market.tapes.recipe import Model, Resample
from ledger.market.tapes.tape import Tape
from ledger.refused import Refused
from ledger.times import DAY, HOUR
from tests.market.synthetic.recipes import T0, D, recipe, rows

BARS = 400
RECORDED = 200


def recorded(*, continuous: bool = True) -> Tape:
    """Hourly bars whose moves are all different: no two closes stand alike to the one before.

    With sessions there are 5 of them a day, from 14:00, on weekdays.
    """
    draw = Random(3)
    closes = [100_000_000]
    for bar in range(RECORDED):
        closes.append(closes[-1] + (bar % 2 * 2 - 1) * (1_000 + bar) * 1_000)
    opens = [close + draw.randrange(-500, 500) for close in closes[:-1]]
    closes = closes[1:]
    bounds = list(zip(opens, closes, strict=True))
    weekdays = [day for day in range(RECORDED) if day % 7 < 5]
    return Tape(
        symbol="OLD",
        source="old",
        interval=HOUR,
        continuous=continuous,
        step=D("0.01"),
        volume_step=D(1),
        sha256="",
        holes=0,
        times=array("q", [
            bar * HOUR if continuous else weekdays[bar // 5] * DAY + (14 + bar % 5) * HOUR
            for bar in range(RECORDED)
        ]),
        opens=array("q", opens),
        highs=array("q", [max(pair) + 2_000 for pair in bounds]),
        lows=array("q", [min(pair) - 3_000 for pair in bounds]),
        closes=array("q", closes),
        volumes=array("q", range(1, RECORDED + 1)),
    )  # fmt: skip


def resampled(source: Tape, block: str = "8", **changes: object) -> Tape:
    span = {"since": changes.pop("since", None), "until": changes.pop("until", None)}
    asked = Resample(tape="old", block=D(block), **span)  # type: ignore[arg-type]
    given = {"model": Model.BOOTSTRAP, "bars": BARS, "tick": D("0.0001"), "resample": asked}
    return make(recipe(**{**given, **changes}), source)


def drawn(found: Tape) -> list[int]:
    """Which recorded bars they are: the volume of `recorded` counts them from one."""
    return [volume - 1 for volume in found.volumes]


@pytest.mark.parametrize("continuous", [True, False])
def test_every_bar_is_a_recorded_one_seen_from_the_close_before_it(continuous: bool) -> None:
    """A new price of 100 or so in ten-thousandths is exact to one part in a million."""
    source = recorded(continuous=continuous)
    found = resampled(source)
    assert 0 not in drawn(found)
    assert found.opens[0] == 100 * 10_000
    for index, bar in list(enumerate(drawn(found)))[1:]:
        before, then = found.closes[index - 1], source.closes[bar - 1]
        for new, old in (
            (found.opens, source.opens), (found.highs, source.highs),
            (found.lows, source.lows), (found.closes, source.closes),
        ):  # fmt: skip
            assert new[index] / before == pytest.approx(old[bar] / then, rel=4e-6)


def test_blocks_stay_together_and_have_the_mean_length_that_was_asked_for() -> None:
    """A bar is followed by the next one, round the end, but for one of 8, whose leap lands on the
    next one by chance once in 199. The error of a share p of N is √(p(1-p)/N)."""
    found = drawn(resampled(recorded(), bars=20_000))
    follows = [(b - 1) == a % (RECORDED - 1) for a, b in pairwise(found)]
    share = 7 / 8 + 1 / 8 / (RECORDED - 1)
    assert abs(sum(follows) / len(follows) - share) <= 4 * sqrt(share * (1 - share) / len(follows))


def test_every_recorded_bar_is_drawn_about_as_often() -> None:
    """In blocks of one, counts are binomial: N/199 of each, its error the root of that."""
    found = drawn(resampled(recorded(), block="1", bars=20_000))
    mean = 20_000 / (RECORDED - 1)
    counts = [found.count(bar) for bar in range(1, RECORDED)]
    assert max(abs(count - mean) for count in counts) <= 4.5 * sqrt(mean)


def test_a_market_with_sessions_is_drawn_by_whole_days_and_keeps_its_nights() -> None:
    source = recorded(continuous=False)
    found = resampled(source)
    assert not found.continuous
    by_day: dict[int, list[int]] = {}
    for time, bar in zip(found.times, drawn(found), strict=True):
        by_day.setdefault((time - T0) // DAY, []).append(bar)
        assert time % DAY == source.times[bar] % DAY
    assert all(day % 7 < 5 for day in by_day)
    assert all(bars == list(range(bars[0], bars[0] + 5)) for bars in by_day.values())
    assert all(bars[0] % 5 == 0 for bars in by_day.values())


def test_only_the_span_that_was_asked_for_is_drawn_from() -> None:
    found = drawn(resampled(recorded(), since=50 * HOUR, until=90 * HOUR))
    assert (min(found), max(found)) == (51, 89)


def test_tapes_of_a_group_draw_the_same_blocks() -> None:
    a, b, c = (
        drawn(resampled(recorded(), symbol=symbol, group=group))
        for symbol, group in (("A", "g"), ("B", "g"), ("C", ""))
    )
    assert a == b
    assert a != c


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    assert rows(resampled(recorded())) == rows(resampled(recorded()))
    assert drawn(resampled(recorded())) != drawn(resampled(recorded(), seed=8))


def test_it_says_what_it_is_made_of() -> None:
    assert resampled(recorded()).synthetic == "synthetic bootstrap of old, seed 7"


def test_a_price_beyond_what_a_ledger_holds_is_refused() -> None:
    with pytest.raises(Refused):
        resampled(recorded(), start_price=D(999_999_999_999), tick=D(1))
