"""`source = { model = … }`: what it may say, what it means, and how every fault of it is named."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.market.tapes.recipe import Hours, Jumps, Model, Panic, Recipe
from ledger.market.tapes.tape import Tape
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.refused import Refused
from ledger.times import DAY, HOUR, parse_time

D = Decimal
START = parse_time("2024-01-02T00:00:00Z")
HEAD = 'venue = "us-reg-t"\nstart = 2024-01-02T00:00:00Z\nseed = 7\n'
PROMISED = (
    'model = "jump", start_price = "100", drift = "0.05", volatility = "0.8", bars = 500, '
    'interval = "1h"'
)


def load(folder: Path, *sources: str, head: str = HEAD) -> Rehearsal:
    path = folder / "r.toml"
    tapes = [
        f'[[tape]]\nsymbol = "S{number}"\nsource = {{ {source} }}\n'
        for number, source in enumerate(sources)
    ]
    path.write_text(head + "".join(tapes), "utf-8")
    return load_rehearsal(path)


def tape(folder: Path, source: str) -> Tape:
    return load(folder, source).tapes["S0"]


def recipe(folder: Path, source: str) -> Recipe:
    found = tape(folder, source).recipe
    assert found is not None
    return found


def refused(folder: Path, *sources: str, head: str = HEAD) -> str:
    with pytest.raises(Refused) as caught:
        load(folder, *sources, head=head)
    return "\n".join(caught.value.faults)


def test_the_promised_example_is_a_market_from_the_file_s_start(tmp_path: Path) -> None:
    found = load(tmp_path, PROMISED)
    made = found.tapes["S0"]
    assert (made.first, len(made), made.interval) == (START, 500, HOUR)
    assert made.bar(0).open == 100
    assert (found.start, found.end) == (START, START + 500 * HOUR)
    assert made.recipe == Recipe(
        model=Model.JUMP,
        symbol="S0",
        seed=7,
        start=START,
        bars=500,
        interval=HOUR,
        start_price=D(100),
        tick=D("0.01"),
        drift=D("0.05"),
        volatility=D("0.8"),
        jumps=Jumps(rate=D(24), mean=D("-0.05"), deviation=D("0.08")),
    )
    listed = found.instruments["S0"]
    assert (listed.tick, listed.lot, listed.currency) == (D("0.01"), 1, "USD")


def test_a_model_alone_is_enough(tmp_path: Path) -> None:
    found = recipe(tmp_path, 'model = "gbm"')
    assert (found.start_price, found.drift, found.volatility) == (100, 0, D("0.5"))
    assert (found.bars, found.interval, found.hours) == (10_000, HOUR, None)


def test_a_night_s_gap_comes_with_hours(tmp_path: Path) -> None:
    usual = recipe(tmp_path, 'model = "gaps"')
    assert usual.hours == Hours(opens=14 * HOUR, closes=21 * HOUR)
    assert usual.gap_deviation == D("0.01")
    daily = recipe(tmp_path, 'model = "gaps", interval = "1d", gap_deviation = "0.03"')
    assert (daily.hours, daily.gap_deviation) == (Hours(opens=0, closes=DAY), D("0.03"))
    own = recipe(
        tmp_path,
        'model = "regimes", session = "14:30-21:00", interval = "30m", gap_deviation = 0.02',
    )
    assert own.hours == Hours(opens=14 * HOUR + 1800, closes=21 * HOUR)
    assert own.gap_deviation == D("0.02")


def test_regimes_are_told_in_days_of_trading(tmp_path: Path) -> None:
    found = recipe(tmp_path, 'model = "regimes", volatility = "0.4", drift = "0.1"')
    assert found.volatility == D("0.4")
    assert found.panic == Panic(
        volatility=D("1.2"), drift=D("0.1"), calm_seconds=30 * DAY, panic_seconds=3 * DAY
    )
    own = recipe(
        tmp_path,
        'model = "regimes", calm_volatility = "0.2", panic_volatility = "2", panic_drift = "-1", '
        'calm_days = "10", panic_days = "0.5", session = "14:00-20:00"',
    )
    assert own.volatility == D("0.2")
    assert own.panic == Panic(
        volatility=D(2), drift=D(-1), calm_seconds=60 * HOUR, panic_seconds=3 * HOUR
    )


@pytest.mark.parametrize(("price", "tick"), [
    ("100", "0.01"), ("0.02", "0.000001"), ("60000", "1"), ("7.25", "0.0001"),
])  # fmt: skip
def test_the_tick_has_five_figures_of_the_price(tmp_path: Path, price: str, tick: str) -> None:
    made = tape(tmp_path, f'model = "gbm", bars = 20, start_price = "{price}"')
    assert made.recipe is not None
    assert made.recipe.tick == D(tick)
    assert made.step == D(tick)


def test_a_tick_of_one_s_own_may_be_any(tmp_path: Path) -> None:
    found = load(tmp_path, 'model = "gbm", bars = 200, tick = "0.25"')
    assert found.instruments["S0"].tick == D("0.25")
    made = found.tapes["S0"]
    assert not [made.bar(index) for index in range(200) if made.bar(index).close % D("0.25")]


def test_a_bootstrap_takes_moves_interval_and_first_price_from_a_recorded_tape(
    tmp_path: Path,
) -> None:
    made = tape(tmp_path, 'model = "bootstrap", tape = "spy-us-1h-1998-2021", bars = 100')
    assert (made.interval, made.continuous, len(made)) == (HOUR, False, 100)
    assert made.lent_by is not None
    assert made.bar(0).open == made.lent_by.bar(0).open
    assert made.synthetic == "synthetic bootstrap of spy-us-1h-1998-2021, seed 7"
    other = tape(
        tmp_path,
        'model = "bootstrap", tape = "xbtusd-bitmex-1m-2020-03", start_price = "100", bars = 50, '
        "since = 2020-03-12T10:00:00Z, until = 2020-03-12T12:00:00Z, block = 5",
    )
    assert (other.interval, other.bar(0).open) == (60, 100)


def test_a_file_beside_it_can_lend_its_moves(tmp_path: Path) -> None:
    lines = [f"2024-01-0{day}T00:00:00Z,{day},{day},{day},{day},1" for day in range(1, 9)]
    (tmp_path / "mine.csv").write_text("\n".join(["time,open,high,low,close,volume", *lines]))
    assert len(tape(tmp_path, 'model = "bootstrap", tape = "mine.csv", bars = 9')) == 9


def test_several_make_one_market(tmp_path: Path) -> None:
    linked = 'model = "gbm", bars = 50, correlation = "0.7"'
    found = load(tmp_path, linked, linked, 'model = "gbm", bars = 50')
    groups = [made.recipe.group for made in found.tapes.values() if made.recipe is not None]
    assert groups == ["market", "market", ""]
    lenders = [f'model = "bootstrap", tape = "{name}-us-1d-2000-2024", group = "g", bars = 50'
               for name in ("aapl", "aig")]  # fmt: skip
    pair = load(tmp_path, *lenders)
    assert pair.tapes["S0"].times == pair.tapes["S1"].times


def test_a_recorded_tape_may_stand_beside_it(tmp_path: Path) -> None:
    real = '[[tape]]\nsymbol = "SPY"\nsource = "spy-us-1d-1998-2021"\n'
    made, bare = 'model = "gbm", bars = 30', 'venue = "us-reg-t"\n'
    found = load(tmp_path, made, head=bare + real).tapes
    assert list(found) == ["SPY", "S0"]
    assert found["S0"].first == found["SPY"].first
    alone = load(tmp_path, made, head=bare).tapes["S0"]
    assert alone.first == parse_time("2024-01-01T00:00:00Z")


@pytest.mark.parametrize(("source", "fault"), [
    ('volatility = "0.8"', "source.model: is missing; allowed: gbm, jump, regimes, gaps, boot"),
    ('model = "garch"', 'source.model: "garch" is not known; allowed: gbm, jump'),
    ("model = 3", "source.model: 3 is not known"),
    ('model = "gbm", sigma = "1"', "source.sigma: is not a key; allowed: bars, correlation, drift"),
    ('model = "gbm", jump_rate = "1"', "source.jump_rate: is not a key"),
    ('model = "bootstrap", tape = "x", volatility = 1', "source.volatility: is not a key"),
    ('model = "bootstrap"', "source.tape: is missing"),
    ('model = "bootstrap", tape = "spy"', 'source.tape: no price or mark tape is called "spy"'),
    ('model = "gbm", volatility = "-0.1"', 'source.volatility: "-0.1" is too small; allowed: 0'),
    ('model = "gbm", volatility = "high"', 'source.volatility: "high" is not a plain number'),
    ('model = "gbm", bars = 1', "source.bars: 1 is too small; allowed: 2 or more"),
    ('model = "gbm", bars = 1000001', "source.bars: 1000001 is too large; allowed: at most"),
    ('model = "gbm", bars = "1.5"', 'source.bars: "1.5" does not fit'),
    ('model = "gbm", interval = "2h"', 'source.interval: "2h" is not known; allowed: 1m, 5m'),
    ('model = "gbm", start_price = 0', "source.start_price: 0 is too small"),
    ('model = "gbm", start_price = "100.001"', "allowed: multiples of 0.01"),
    ('model = "gbm", start_price = "99999999999", tick = "0.01"', "source.tick: is too fine"),
    ('model = "gbm", correlation = "1.5"', 'source.correlation: "1.5" is too large; allowed: at'),
    ('model = "gbm", gap_deviation = "0.01"', 'such as session = "14:00-21:00"'),
    ('model = "gaps", session = "21:00-14:00"', 'are not hours of a day; allowed: such as "14:30'),
    ('model = "gaps", session = "14:30-21:00"', "allowed: 1m, 5m, 15m, 30m, or other hours"),
    ('model = "regimes", calm_volatility = 1, volatility = 1', "give one of them"),
    ('model = "regimes", panic_days = "0.01"', "source.panic_days: is shorter than a bar; "
     "allowed: 0.04166667 or more"),
    ('model = "bootstrap", tape = "wti-nymex-1d-2019-2020"', "a price at or below zero"),
    ('model = "bootstrap", tape = "spy-us-1d-1998-2021", since = 2022-01-01', "source.since: fewer "
     "than 3 days are left to draw from; use more of 1998-"),
    ('model = "gbm", bars = 100000, interval = "1d"', "source.bars: 100000 bars go beyond"),
    ('model = "gbm", drift = 20, interval = "1d"', "source.bars: the price reaches 10000000000"),
])  # fmt: skip
def test_every_fault_is_named(tmp_path: Path, source: str, fault: str) -> None:
    found = refused(tmp_path, source)
    assert found.startswith("r.toml:6: tape[1].source")
    assert fault in found


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    found = refused(tmp_path, 'model = "gbm", bars = 1, drift = "x"', 'model = "?"').split("\n")
    assert [line.split(": ")[1] for line in found] == [
        "tape[1].source.bars", "tape[1].source.drift", "tape[2].source.model",
    ]  # fmt: skip


@pytest.mark.parametrize(("sources", "fault"), [
    (('model = "gbm", group = "g"', 'model = "gbm", group = "g", interval = "1d"'),
     "tape[2].source.group: interval or session differs from that of S0; they must be the same"),
    (('model = "gbm", group = "g"', 'model = "bootstrap", tape = "spy-us-1d-1998-2021", group = '
      '"g"'), "only one of this tape and S0 is a bootstrap; allowed: both or neither"),
    (('model = "bootstrap", tape = "spy-us-1d-1998-2021", group = "g"',
      'model = "bootstrap", tape = "qqq-us-1d-1999-2004", group = "g"'),
     "the recorded tape has bars at other times than that of S0"),
    (('model = "bootstrap", tape = "aapl-us-1d-2000-2024", group = "g"',
      'model = "bootstrap", tape = "aig-us-1d-2000-2024", group = "g", block = 2'),
     "block differs from that of S0"),
])  # fmt: skip
def test_a_market_that_cannot_be_one_is_refused(
    tmp_path: Path, sources: tuple[str, str], fault: str
) -> None:
    assert fault in refused(tmp_path, *sources)


def test_a_synthetic_mark_is_not_in_this_version(tmp_path: Path) -> None:
    head = HEAD.replace("us-reg-t", "binance-usdm")
    tapes = '[[tape]]\nsymbol = "A"\nsource = { model = "gbm" }\nmark = { model = "gbm" }\n'
    assert "synthetic marks are not supported in this version" in refused(
        tmp_path, head=head + tapes
    )


def test_an_empty_source_is_refused(tmp_path: Path) -> None:
    tapes = '[[tape]]\nsymbol = "A"\nsource = ""\n'
    assert "tape[1].source: is empty; allowed: a tape's id" in refused(tmp_path, head=HEAD + tapes)
