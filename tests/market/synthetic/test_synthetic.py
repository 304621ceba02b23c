"""Made-up markets have the moments that were asked for, whole bars, and always the same bytes.

A sample of N bars is compared with its mean within four standard errors, each shown where it is
used: by chance alone one such comparison in 16,000 fails, and a fixed seed never changes its mind.
"""

from decimal import Decimal, localcontext
from hashlib import sha256
from itertools import pairwise
from math import erfc, exp, log, pi, sqrt
from random import Random
from statistics import NormalDist, correlation, fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.market.synthetic import chance
from ledger.market.tapes.recipe import Hours, Jumps, Model, Panic
from ledger.refused import Refused
from ledger.times import DAY, HOUR
from tests.market.synthetic.recipes import FINE, T0, D, recipe, returns, rows, tape

N = 20_000
YEAR = 365 * DAY
DT = HOUR / YEAR
S = 0.8 * sqrt(DT)
"""Standard deviation of an hour at 80 % a year."""
NEW_YORK = Hours(opens=14 * HOUR, closes=21 * HOUR)


def near(found: float, expected: float, error: float) -> bool:
    return abs(found - expected) <= 4 * error


# the numbers it is made of


def test_own_logarithm_and_power_of_e_are_those_of_exact_arithmetic() -> None:
    """To a few units in the last of 53 bits: 1e-15, against Decimal's own with 50 digits."""
    draw = Random(1)
    with localcontext(prec=50):
        for _ in range(2_000):
            x = draw.uniform(-60, 60)
            assert abs(D(chance.exp(x)) / D(x).exp() - 1) < D("1e-15")
            y = draw.uniform(0, 1) * 10 ** draw.uniform(-15, 15)
            exact = D(y).ln()
            assert abs(D(chance.log(y)) - exact) <= D("1e-15") * max(abs(exact), D("0.01"))


def test_own_inverse_normal_is_that_of_the_standard_library() -> None:
    draw = Random(2)
    shares = [draw.random() for _ in range(2_000)] + [10.0**-n for n in range(1, 16)]
    for share in shares:
        assert chance.normal(share) == pytest.approx(NormalDist().inv_cdf(share), rel=4e-15)
    for share in (1e-12, 1e-3, 0.2):
        assert chance.normal(1 - share) == pytest.approx(-chance.normal(share), rel=1e-4)
        assert erfc(-chance.normal(share) / sqrt(2)) / 2 == pytest.approx(share, rel=1e-9)


def test_a_path_is_the_one_that_decimals_give_from_the_same_die() -> None:
    """The golden bytes, by a second method: 40 digits and the standard library's functions."""
    found = tape(bars=3_000)
    move, wick = rolls("moves"), rolls("wicks")
    with localcontext(prec=40):
        year = D(HOUR) / D(YEAR)
        drift, deviation = (D("0.05") - D("0.32")) * year, D("0.8") * year.sqrt()
        x, last, expected = D(100).ln(), 10_000, []
        for bar in range(3_000):
            step = drift + deviation * D(NormalDist().inv_cdf(move.random()))
            up, down = (
                (step**2 - 2 * deviation**2 * D(1 - wick.random()).ln()).sqrt() for _ in "ab"
            )
            high, low, close = (
                int(((x + part).exp() * 100).quantize(1, "ROUND_HALF_UP"))
                for part in ((step + up) / 2, (step - down) / 2, step)
            )
            bounds = (max(high, last, close), min(low, last, close))
            expected.append((T0 + bar * HOUR, last, *bounds, close))
            x, last = x + step, close
    assert rows(found) == expected
    data = b"".join(
        value.to_bytes(8, "little") for column in zip(*expected, strict=True) for value in column
    )
    assert found.sha256 == sha256(data + bytes(8 * 3_000)).hexdigest()


def rolls(purpose: str) -> Random:
    digest = sha256(f"tightrope 1\n7\n{purpose}\nACME".encode()).digest()
    return Random(int.from_bytes(digest, "big"))


# moments


def test_a_brownian_market_has_the_drift_and_the_volatility_that_were_asked_for() -> None:
    """Hourly logarithms: mean (0.05 - 0.8²/2) dt, error S/√N; deviation S, error S/√2N."""
    moves = returns(tape(tick=FINE))
    assert near(fmean(moves), (0.05 - 0.32) * DT, S / sqrt(N))
    assert near(stdev(moves), S, S / sqrt(2 * N))


def test_the_drift_is_that_of_the_expected_price() -> None:
    """Over 400 seeds of one year at 20 %, E[price] = 100 e^0.05; a year's deviation is 20.7."""
    ends = [
        tape(seed=seed, bars=365, interval=DAY, volatility=D("0.2")).closes[-1] / 100
        for seed in range(400)
    ]
    deviation = 100 * exp(0.05) * sqrt(exp(0.04) - 1)
    assert near(fmean(ends), 100 * exp(0.05), deviation / sqrt(400))


def test_wicks_are_as_long_as_those_of_a_path_that_never_stops() -> None:
    """A driftless path's highest point over its start is |normal|: mean S√(2/π), variance
    S²(1 - 2/π). The mean of highest x lowest is (1 - 2 ln 2) S², so that the squared range has the
    mean 4 ln 2 S² (Parkinson 1980). Drawn apart, given the close r, that product has the mean
    (r² - E√(r² + 2 S² exponential)²)/4; integrated over r -0.4233 S², a range 2.7 % larger."""
    found = tape(tick=FINE, drift=D("0.32"))
    ups = [log(high / first) for _, first, high, _, _ in rows(found)]
    downs = [log(first / low) for _, first, _, low, _ in rows(found)]
    for side in (ups, downs):
        assert near(fmean(side), S * sqrt(2 / pi), S * sqrt((1 - 2 / pi) / N))
    squares = [(up + down) ** 2 for up, down in zip(ups, downs, strict=True)]
    assert near(fmean(squares), (2 + 2 * 0.4233) * S**2, stdev(squares) / sqrt(N))
    assert (2 + 2 * 0.4233) / (4 * log(2)) == pytest.approx(1.027, abs=1e-3)


def test_jumps_come_as_often_and_are_as_large_as_was_asked_for() -> None:
    """With the same seed all but the jumps is that of the Brownian tape, less what jumps add to
    the mean: rate x (e^(m + d²/2) - 1). Their number is Poisson; 0.2 of 400 fall into one bar."""
    jumps = Jumps(rate=D(175), mean=D("-0.1"), deviation=D("0.05"))
    plain = returns(tape(tick=FINE))
    jumpy = returns(tape(tick=FINE, model=Model.JUMP, jumps=jumps))
    less = 175 * (exp(-0.1 + 0.05**2 / 2) - 1) * DT
    extra = [b - a + less for a, b in zip(plain, jumpy, strict=True)]
    sizes = [size for size in extra if abs(size) > 1e-3]  # less is a tick of a low price
    expected = 175 * N * DT
    assert near(len(sizes), expected * (1 - 175 * DT / 2), sqrt(expected))
    assert near(sum(sizes), -0.1 * expected, sqrt(expected * (0.1**2 + 0.05**2)))
    assert near(stdev(sizes), 0.05, 0.05 / sqrt(2 * expected) + 0.1 * 175 * DT)


def test_a_jump_stands_inside_the_bar_it_falls_into() -> None:
    """Of bars that fall by a tenth at once, the high is near the open and the low near the close:
    a wick beyond six deviations of an hour would be a jump's and not the path's."""
    jumps = Jumps(rate=D(175), mean=D("-0.1"), deviation=D(0))
    found = tape(tick=FINE, model=Model.JUMP, jumps=jumps)
    fallen = [row for row in rows(found) if log(row[4] / row[1]) < -0.07]
    assert len(fallen) > 300
    for _, first, high, low, close in fallen:
        assert log(high / first) < 6 * S
        assert log(close / low) < 6 * S


def test_without_jumps_the_jump_market_is_the_brownian_one() -> None:
    jumps = Jumps(rate=D(0), mean=D("-0.1"), deviation=D("0.05"))
    assert rows(tape(model=Model.JUMP, jumps=jumps)) == rows(tape())


def test_a_panic_takes_its_share_of_time_and_lasts_as_long_as_was_asked_for() -> None:
    """Where calm does not move at all, the bars that move are the panic. Its share is 1/5; the
    error of a Markov chain's share p is √(p(1-p)/N (1+r)/(1-r)), r = 1 - 1/40 - 1/10 an hour."""
    panic = Panic(volatility=D(2), drift=D(0), calm_seconds=40 * HOUR, panic_seconds=10 * HOUR)
    found = tape(
        model=Model.REGIMES, tick=FINE, drift=D(0), volatility=D(0), panic=panic
    )  # fmt: skip
    wild = [first != close for _, first, _, _, close in rows(found)]
    kept = 1 - 1 / 40 - 1 / 10
    assert near(fmean(wild), 0.2, sqrt(0.2 * 0.8 / N * (1 + kept) / (1 - kept)))
    panics = sum(b and not a for a, b in pairwise([False, *wild]))
    assert near(sum(wild) / panics, 10, sqrt(90 / panics))
    moves = [move for move in returns(found) if move]
    assert near(stdev(moves), 2 * sqrt(DT), 2 * sqrt(DT) / sqrt(2 * len(moves)))


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("0.7", "0.7", 0.7), ("0.9", "0.4", 0.6), ("0.7", "-0.7", -0.7), ("1", "1", 1.0),
])  # fmt: skip
def test_tapes_of_a_group_correlate_by_the_root_of_their_product(
    one: str, other: str, expected: float
) -> None:
    """A sample correlation's error is (1 - r²)/√N; the ticks add a millionth."""
    a = tape(tick=FINE, group="g", correlation=D(one))
    b = tape(tick=FINE, group="g", correlation=D(other), symbol="BETA", volatility=D("0.3"))
    found = correlation(returns(a), returns(b))
    assert abs(found - expected) <= 4 * (1 - expected**2) / sqrt(N) + 1e-6


def test_tapes_of_no_group_have_nothing_in_common() -> None:
    found = correlation(returns(tape()), returns(tape(symbol="BETA")))
    assert near(found, 0, 1 / sqrt(N))


def test_a_group_panics_together() -> None:
    panic = Panic(volatility=D(2), drift=D(0), calm_seconds=40 * HOUR, panic_seconds=10 * HOUR)
    wild = [
        [first != close for _, first, _, _, close in rows(tape(
            model=Model.REGIMES, symbol=symbol, group=group, panic=panic, tick=FINE, drift=D(0),
            volatility=D(0), bars=2_000,
        ))]
        for symbol, group in (("A", "g"), ("B", "g"), ("C", ""))
    ]  # fmt: skip
    assert wild[0] == wild[1]
    assert wild[0] != wild[2]


# sessions and nights


def test_a_market_with_hours_opens_on_weekdays_only() -> None:
    found = tape(hours=NEW_YORK, bars=70)
    opened = [(time - T0) // DAY for time in found.times]
    assert sorted(set(opened)) == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert {time % DAY // HOUR for time in found.times} == set(range(14, 21))
    assert not found.continuous
    friday_evening = T0 + 4 * DAY + 20 * HOUR
    later = tape(hours=NEW_YORK, bars=7, start=friday_evening)
    assert later.first == T0 + 7 * DAY + 14 * HOUR


def test_a_year_of_sessions_has_the_volatility_of_a_year() -> None:
    """An hour is a seventh of a session, of which a year has 365 x 5/7: S = 0.8 √(1/1825)."""
    moves = returns(tape(hours=NEW_YORK, tick=FINE))
    expected = 0.8 * sqrt(1 / 1825)
    assert near(stdev(moves), expected, expected / sqrt(2 * N))


def test_a_night_leaves_a_gap_and_nothing_else_does() -> None:
    found = tape(model=Model.GAPS, hours=NEW_YORK, gap_deviation=D("0.02"), tick=FINE)
    gaps = []
    for (time, *_, close), (later, first, *_) in pairwise(rows(found)):
        if later == time + HOUR:
            assert first == close
        else:
            gaps.append(log(first / close))
    nights = N // 7
    assert len(gaps) in (nights - 1, nights)
    assert near(fmean(gaps), -0.0002, 0.02 / sqrt(nights))
    assert near(stdev(gaps), 0.02, 0.02 / sqrt(2 * nights))


# bars, seeds and limits

RECIPES = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**63 - 1),
        "bars": st.integers(2, 300),
        "interval": st.sampled_from([60, HOUR, DAY]),
        "start_price": st.sampled_from([D("0.05"), D(1), D(100), D(60_000)]),
        "tick": st.sampled_from([D("0.01"), D("0.05"), D("0.0001")]),
        "drift": st.decimals(-20, 5, places=2),
        "volatility": st.decimals(0, 5, places=2),
        "jumps": st.none()
        | st.builds(
            Jumps,
            rate=st.decimals(0, 1_000, places=0),
            mean=st.decimals("-0.5", "0.2", places=2),
            deviation=st.decimals(0, "0.3", places=2),
        ),
        "hours": st.sampled_from([None, Hours(opens=0, closes=DAY)]),
        "gap_deviation": st.decimals(0, "0.2", places=2),
    }
)


@settings(max_examples=60, deadline=None)
@given(RECIPES)
def test_every_bar_is_whole(changes: dict[str, object]) -> None:
    found = tape(**changes)
    asked = recipe(**changes)
    assert len(found) == asked.bars
    assert asked.start_price == found.bar(0).open
    for index in range(len(found)):
        bar = found.bar(index)
        assert asked.tick <= bar.low <= min(bar.open, bar.close)
        assert max(bar.open, bar.close) <= bar.high
        assert not [price for price in (bar.open, bar.high, bar.low, bar.close)
                    if price % asked.tick]  # fmt: skip
    assert all(later >= time + asked.interval for time, later in pairwise(found.times))


@settings(max_examples=20, deadline=None)
@given(RECIPES)
def test_the_same_recipe_is_the_same_tape_and_a_shorter_one_its_beginning(
    changes: dict[str, object],
) -> None:
    found, again = tape(**changes), tape(**changes)
    assert (rows(found), found.sha256) == (rows(again), again.sha256)
    assert rows(tape(**{**changes, "bars": 2})) == rows(found)[:2]


def test_another_seed_or_symbol_is_another_tape() -> None:
    tapes = [tape(bars=50), tape(bars=50, seed=8), tape(bars=50, symbol="BETA")]
    assert len({found.sha256 for found in tapes}) == 3


def test_a_price_that_falls_below_a_tick_stays_at_one() -> None:
    found = tape(bars=2_000, interval=DAY, drift=D(-20), tick=D("0.05"))
    assert min(found.lows) == found.closes[-1] == 5
    assert found.bar(1_999).close == D("0.05")


def test_a_price_beyond_what_a_ledger_holds_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        tape(bars=2_000, interval=DAY, drift=D(20))
    (fault,) = caught.value.faults
    assert fault.startswith("the price reaches 1000000000000")
    assert "use fewer bars" in fault


def test_a_tape_that_nobody_recorded_says_so() -> None:
    found = tape(bars=2)
    assert found.synthetic == "synthetic gbm, seed 7"
    assert found.source == found.synthetic
    assert Decimal(0) == found.bar(0).volume
