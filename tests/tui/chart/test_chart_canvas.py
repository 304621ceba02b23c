"""The chart as text: goldens are worked out from the input, by hand, as the comments show."""

import unicodedata
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.chart.axes import fit_scale, time_labels
from tui.chart.canvas import draw, legend, resample
from tui.chart.model import Candle, Grid, Level, Look, Mark

T = 1_584_009_600  # Thu 12 Mar 2020 10:40
PLAIN = Look(tick=Decimal(1))
RISE = Candle(T - 60, 100, 108, 100, 103)
FALL = Candle(T, 107, 107, 101, 102)


def steady(count: int, volume: float = 0.0) -> list[Candle]:
    return [Candle(T + 60 * n, 100, 110, 90, 100 + n % 2, volume) for n in range(count)]


def lines(grid: Grid) -> list[str]:
    return grid.text().split("\n")


# The range 100..108 with 3 % on either side is 99.76..108.24; over four rows a half row is 1.06.
# The rise 100-103 fills half rows 4-7 and its wick 0-3; the fall 107-102 fills 1-5, its wick ends
# in 6. The gutter is as wide as " 102 "; the newest candle leaves one column free before it.
def test_a_rise_is_wick_and_block_at_its_half_rows_and_so_is_a_fall() -> None:
    assert lines(draw([RISE, FALL], [], 20, 5, look=PLAIN)) == [
        "           │ ▄      ",
        "           │ █      ",
        "           █ █      ",
        " ·   ·   · █ ╵  100 ",
        "    Thu 12 Mar 10:40",
    ]


def test_without_colour_a_fall_is_thinner_than_a_rise() -> None:
    assert lines(draw([RISE, FALL], [], 20, 5, look=replace(PLAIN, mono=True)))[:3] == [
        "           │ ╻      ",
        "           │ ┃      ",
        "           █ ┃      ",
    ]


def test_in_ascii_a_rise_is_a_hash_and_a_fall_an_o() -> None:
    assert lines(draw([RISE, FALL], [], 20, 5, look=replace(PLAIN, ascii=True))) == [
        "           | o      ",
        "           | o      ",
        "           # o      ",
        " .   .   . # |  100 ",
        "    Thu 12 Mar 10:40",
    ]


def test_rise_and_fall_have_styles_of_their_own() -> None:
    grid = draw([RISE, FALL], [], 20, 5, look=PLAIN)
    assert (grid.styles[1][11], grid.styles[1][13]) == ("up", "down")


# A half row is 1.06 again: 105 lies 3.24 below the top, so in half row 3, which is row 1.
def test_a_level_is_a_line_from_edge_to_tag_behind_the_candles() -> None:
    grid = draw([RISE, FALL], [Level(105, "stop", "stop", "105.33")], 34, 5, look=PLAIN)
    assert lines(grid)[1] == "┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄│┄█┄ stop 105.33 "
    assert list(grid.runs(1))[-1] == (" stop 105.33 ", "tag-stop")


def test_two_levels_on_one_row_share_a_tag_with_both_figures() -> None:
    levels = [Level(105, "stop", "stop", "105.0"), Level(105.2, "liq", "liquidation", "105.2")]
    assert draw([RISE, FALL], levels, 60, 5, look=PLAIN).row(1).endswith(" liq 105.2  stop 105.0 ")


def test_a_far_liquidation_is_told_at_the_edge_with_its_distance() -> None:
    grid = draw([RISE, FALL], [Level(51, "liq", "liquidation", "51.00")], 40, 5, look=PLAIN)
    assert grid.row(3).endswith(" ▼ liq 51.00 -50.0% ")
    assert "━" not in grid.text()


def test_far_levels_too_wide_for_one_row_are_stacked_with_their_figures_the_farthest_lowest() -> (
    None
):
    levels = [
        Level(81.6, "stop", "stop", "81.60"),
        Level(61.2, "call", "call", "61.20"),
        Level(51, "liq", "liquidation", "51.00"),
    ]
    grid = draw([RISE, FALL], levels, 42, 8, look=PLAIN)
    assert [row.split("▼", 1)[-1].strip() for row in lines(grid)[5:7]] == [
        "stop 81.60 -20.0%",
        "call 61.20 -40.0%  ▼ liq 51.00 -50.0%",
    ]


def test_a_far_target_is_told_at_the_top() -> None:
    grid = draw([RISE, FALL], [Level(153, "target", "target", "153")], 40, 5, look=PLAIN)
    assert grid.row(0).endswith(" ▲ target 153 +50.0% ")


# 8 points of range may become 12.8: a level 4.8 below is still taken in, one 4.9 below is not.
@pytest.mark.parametrize(("price", "is_on_scale"), [(95.2, True), (95.1, False)])
def test_the_scale_widens_by_sixty_percent_and_no_more(price: float, is_on_scale: bool) -> None:
    scale = fit_scale([RISE, FALL], [Level(price, "stop", "stop")], 10)
    assert scale.holds(price) is is_on_scale


def test_a_hole_in_the_tape_is_a_marked_gap() -> None:
    candles = [RISE, replace(FALL, hole_before=True)]
    assert lines(draw(candles, [], 20, 5, look=PLAIN))[1:3] == [
        "         │ ┊ █      ",
        "         █ ┊ █      ",
    ]


def test_volume_stands_in_eighths_under_the_prices() -> None:
    candles = [replace(RISE, volume=50.0), replace(FALL, volume=100.0)]
    rows = lines(draw(candles, [], 20, 14, look=PLAIN))
    # 14 rows give volume two: the whole is both rows, half of it one row.
    assert rows[11] == "             █  100 "
    assert rows[12] == "           █ █      "


def test_no_volume_takes_no_rows() -> None:
    # The low lies 3 % above the bottom, so its wick ends in the last row above the times.
    assert draw(steady(4), [], 20, 14, look=PLAIN).row(12)[13] == "│"
    assert draw(steady(4, volume=1.0), [], 20, 14, look=PLAIN).row(12)[13] == "█"


def test_a_fill_is_marked_in_the_gap_before_its_candle() -> None:
    grid = draw([RISE, FALL], [], 20, 5, marks=[Mark(T + 30, 105, "buy")], look=PLAIN)
    assert grid.row(1) == "           │▲█      "
    forced = draw([RISE, FALL], [], 20, 5, marks=[Mark(T, 105, "forced")], look=PLAIN)
    assert forced.row(1) == "           │×█      "


def test_a_fill_of_candles_not_shown_is_not_shown() -> None:
    before = [Mark(T - 61, 105, "buy")]
    assert "▲" not in draw([RISE, FALL], [], 20, 5, marks=before, look=PLAIN).text()
    later = [Mark(T, 105, "sell")]
    look = replace(PLAIN, back=1)
    assert "▼" not in draw([RISE, FALL], [], 20, 5, marks=later, look=look).text()


def test_time_labels_are_round_and_a_new_day_is_named() -> None:
    ten = T - 40 * 60
    candles = [Candle(ten + 3600 * n, 100, 110, 90, 101) for n in range(40)]
    bottom = draw(candles, [], 90, 10, look=PLAIN).row(9)
    # 80 columns are 40 hours; fourteen columns are seven hours, so a label every twelve.
    assert " ".join(bottom.split()) == "Thu 12 Mar 12:00 Fri 13 Mar 12:00 Sat 14 Mar"


def test_a_time_label_is_never_cut_but_shorter_where_there_is_less_room() -> None:
    column = [(0, T)]
    shown = [time_labels(column, 2, width) for width in (21, 16, 15, 6, 5)]
    assert [text for labels in shown for _, text in labels] == [
        "Thu 12 Mar 2020 10:40", "Thu 12 Mar 10:40", "12 Mar", "12 Mar",
    ]  # fmt: skip


def test_resampling_keeps_open_high_low_close_and_volume_of_the_whole() -> None:
    minutes = [
        Candle(600, 10, 12, 9, 11, 5, True),
        Candle(660, 11, 15, 11, 14, 6),
        Candle(900, 14, 14, 8, 9, 7),
    ]
    assert resample(minutes, 300) == [
        Candle(600, 10, 15, 9, 14, 11, True),
        Candle(900, 14, 14, 8, 9, 7, False),
    ]


def test_weeks_begin_on_monday() -> None:
    assert [candle.time for candle in resample([Candle(T, 1, 1, 1, 1)], 604_800)] == [
        1_583_712_000  # Mon 9 Mar 2020
    ]


def test_a_timeframe_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one second"):
        resample([RISE], 0)


def test_the_legend_names_the_four_prices_and_the_change() -> None:
    assert legend(Candle(T, 100, 108, 99, 103), PLAIN) == "O 100  H 108  L 99  C 103  ▲+3.00%"


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "[/nope]", "[@click=app.quit]", "\u202eabc", "漢字"]
)
def test_hostile_names_are_plain_cells(text: str) -> None:
    grid = draw([RISE, FALL], [Level(105, text * 900, "stop", text * 900)], 60, 6, look=PLAIN)
    assert_is_a_picture(grid, 60, 6)


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-1e4, 1e4)
CANDLES = st.lists(
    st.builds(
        Candle,
        time=st.integers(-(10**12), 10**12) | st.integers(T, T + 9000),
        open=NUMBERS,
        high=NUMBERS,
        low=NUMBERS,
        close=NUMBERS,
        volume=NUMBERS,
        hole_before=st.booleans(),
    ),
    max_size=30,
)
KINDS = st.sampled_from(["entry", "stop", "target", "call", "liquidation", "last"])
LEVELS = st.lists(st.builds(Level, NUMBERS, st.text(), KINDS, st.text()), max_size=6)
MARKS = st.lists(
    st.builds(Mark, st.integers(T, T + 9000), NUMBERS, st.sampled_from(["buy", "sell", "forced"])),
    max_size=4,
)
LOOKS = st.builds(
    Look,
    tick=st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("0.00000001")]),
    step=st.integers(-1, 9),
    back=st.integers(-2, 40),
    ascii=st.booleans(),
    mono=st.booleans(),
    volume=st.booleans(),
)


def assert_is_a_picture(grid: Grid, width: int, height: int) -> None:
    """The right size, one cell to a character, and nothing a terminal would obey."""
    assert len(grid.chars) == len(grid.styles) == height
    for y in range(height):
        assert len(grid.chars[y]) == len(grid.styles[y]) == len(grid.row(y)) == width
        for char in grid.row(y):
            assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp")
            assert unicodedata.east_asian_width(char) not in "WF"


@settings(max_examples=150, deadline=None)
@given(CANDLES, LEVELS, st.integers(-1, 130), st.integers(-1, 40), MARKS, LOOKS)
def test_any_input_gives_a_picture_of_the_right_size(
    candles: list[Candle],
    levels: list[Level],
    width: int,
    height: int,
    marks: list[Mark],
    look: Look,
) -> None:
    grid = draw(candles, levels, width, height, marks=marks, look=look)
    assert_is_a_picture(grid, max(width, 0), max(height, 0))
    assert not look.ascii or grid.text().isascii()


PRICES = st.floats(1, 1e6)
SANE = st.lists(
    st.builds(lambda a, b, c, d: Candle(T, a, max(a, b, c, d), min(a, b, c, d), d),
              PRICES, PRICES, PRICES, PRICES),
    min_size=1,
    max_size=40,
)  # fmt: skip


@settings(deadline=None)
@given(SANE, st.lists(PRICES | st.floats(-1e14, 1e14), max_size=6), LOOKS, st.integers(60, 130))
def test_every_level_is_named_exactly_once(
    candles: list[Candle], prices: list[float], look: Look, width: int
) -> None:
    kinds = ("entry", "stop", "target", "call", "liquidation", "last")
    levels = [
        Level(price, f"Q{n}Z", kind)  # type: ignore[arg-type]
        for n, (price, kind) in enumerate(zip(prices, kinds, strict=False))
    ]
    text = draw(candles, levels, width, 20, look=look).text()
    assert [text.count(level.name) for level in levels] == [1] * len(levels)


def test_on_a_logarithmic_scale_the_geometric_mean_is_in_the_middle() -> None:
    """Of 100 and 400 it is 200; by differences 200 lies in the lowest third."""
    bars = [Candle(T, 100, 400, 100, 400)]
    log, plain = fit_scale(bars, [], 30, log=True), fit_scale(bars, [], 30)
    assert abs(log.row(200) - 15) <= 2  # the margins of 9 on either side shift it a little
    assert plain.row(200) == 19  # (409 - 200) / 318 of 30 rows


def test_a_scale_that_reaches_zero_is_never_logarithmic() -> None:
    assert not fit_scale([Candle(T, 1, 5, -3, 2)], [], 10, log=True).log


def test_stretched_twice_half_of_the_range_is_seen() -> None:
    """100 to 200 with a margin of 3: the middle half is 125 to 175, and the margin stays."""
    scale = fit_scale([Candle(T, 100, 200, 100, 200)], [], 10, tall=2)
    assert (scale.low, scale.high) == (122, 178)


def test_a_candle_beyond_a_stretched_scale_is_not_drawn_at_its_edge() -> None:
    """Of 100, 150 and 200 a fifth of the range, 140 to 160, holds the middle one alone."""
    bars = [Candle(T + 60 * n, at, at, at, at) for n, at in enumerate((100, 150, 200))]

    def drawn(tall: float) -> int:
        grid = draw(bars, [], 30, 9, look=replace(PLAIN, tall=tall))
        return sum(row.count("up") for row in grid.styles)

    assert (drawn(1.0), drawn(5.0)) == (3, 1)


def test_an_average_runs_behind_a_trend() -> None:
    """Ten closes, ten apart: the mean of five begins at the fifth and lies twenty below."""
    bars = [Candle(T + 60 * n, *[100.0 + 10 * n] * 4) for n in range(10)]
    grid = draw(bars, [], 60, 21, look=replace(PLAIN, averages=(5,)))
    assert sum(row.count("average-1") for row in grid.styles) == 6


def test_the_crosshair_stands_at_its_bar_and_covers_none() -> None:
    bars = steady(10)
    plain = draw(bars, [], 60, 9, look=PLAIN)
    crossed = draw(bars, [], 60, 9, look=replace(PLAIN, cursor=3))
    up = {x for row in crossed.styles for x, s in enumerate(row) if s == "crosshair"}
    assert up
    for y, row in enumerate(plain.styles):
        for x, style in enumerate(row):
            if style in ("up", "down"):
                assert crossed.styles[y][x] == style
