"""Leveraged tokens follow a multiple of each day's move, and pay for it in volatility drag."""

from array import array
from dataclasses import replace
from decimal import Decimal

from ledger.market.tapes.leveraged_token import compounded, token_tape
from ledger.market.tapes.origin import TokenTerms
from ledger.market.tapes.tape import Tape
from ledger.times import DAY

D = Decimal
FREE = TokenTerms(multiple=D(3), fee=D(0))


def daily(*rows: tuple[int, int, int, int]) -> Tape:
    columns = [array("q", column) for column in zip(*rows, strict=True)]
    return Tape(
        symbol="BTC",
        source="made here",
        interval=DAY,
        continuous=True,
        step=D("0.01"),
        volume_step=D(1),
        sha256="0",
        holes=0,
        times=array("q", [DAY * n for n in range(len(rows))]),
        opens=columns[0],
        highs=columns[1],
        lows=columns[2],
        closes=columns[3],
        volumes=array("q", [1] * len(rows)),
    )


def closes(tape: Tape) -> list[Decimal]:
    return [tape.bar(index).close for index in range(len(tape))]


def test_lt_01_four_days_of_ten_percent_down_leave_24_percent() -> None:
    """U4 kucoin.com/de/support/900004691986: -76 %, printed as a whole percent."""
    assert compounded(D(3), [D("-0.10")] * 4) == D("-0.7599")  # 0.7 ^ 4 - 1


def test_the_tape_of_the_token_falls_as_the_published_example() -> None:
    moves = [(10000, 10000, 9000, 9000), (9000, 9000, 8100, 8100), (8100, 8100, 7290, 7290),
             (7290, 7290, 6561, 6561)]  # fmt: skip
    assert closes(token_tape(daily(*moves), FREE, "BTC3L", "t")) == [70, 49, D("34.3"), D("24.01")]


def test_a_market_that_comes_back_leaves_the_token_behind() -> None:
    back = daily((10000, 11000, 10000, 11000), (11000, 11000, 10000, 10000))
    # 1.3 x (1 - 3/11)
    assert closes(token_tape(back, FREE, "BTC3L", "t"))[-1] == D("94.5455")


def test_a_short_token_gains_when_the_market_falls() -> None:
    down = daily((10000, 10000, 9000, 9000))
    bar = token_tape(down, TokenTerms(multiple=D(-3), fee=D(0)), "BTC3S", "t").bar(0)
    assert (bar.open, bar.high, bar.low, bar.close) == (100, 130, 100, 130)


def test_beyond_fifteen_percent_in_a_day_only_the_losing_side_is_rebalanced() -> None:
    crash = daily((10000, 10000, 8000, 10000))
    long = token_tape(crash, FREE, "BTC3L", "t").bar(0)
    # at 85: 100 x (1 - 0.45) = 55; at 80: 55 x (1 + 3 x (80/85 - 1)) = 45.2941; back at 100:
    # 55 x (1 + 3 x (100/85 - 1)) = 84.1176: what was sold low is not bought back
    assert (long.low, long.close) == (D("45.2941"), D("84.1176"))
    short = token_tape(crash, TokenTerms(multiple=D(-3), fee=D(0)), "BTC3S", "t").bar(0)
    assert (short.high, short.close) == (160, 100)


def test_the_fee_of_a_day_is_taken_out_of_the_value() -> None:
    still = daily((10000,) * 4, (10000,) * 4)
    assert closes(token_tape(still, TokenTerms(multiple=D(3)), "BTC3L", "t")) == [100, D("99.95")]


def test_a_token_ends_where_a_gap_leaves_nothing() -> None:
    gap = daily((10000,) * 4, (6000,) * 4, (6000,) * 4)
    assert len(token_tape(gap, FREE, "BTC3L", "t")) == 1


def test_a_market_that_is_closed_at_the_hour_is_rebalanced_at_its_last_price() -> None:
    """Bars of an hour at 15:00 and 20:00: the hour of 23:45 falls between two sessions."""
    hours = [DAY * day + hour * 3600 for day in range(2) for hour in (15, 20)]
    tape = replace(
        daily((10000,) * 4, (10000, 10000, 9000, 9000), (9000,) * 4, (9000, 9000, 8100, 8100)),
        interval=3600,
        times=array("q", hours),
    )
    assert closes(token_tape(tape, FREE, "BTC3L", "t")) == [100, 70, 70, 49]
