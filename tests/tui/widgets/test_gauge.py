"""Margin health as a bar, a number and a word."""

from dataclasses import replace
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from tui.widgets.gauge import Gauge, Health, bar_of, distance, gauge

D = Decimal
STOCK = Health("account", D("0.45"), D("0.30"), D("0.25"), "low")
PERPETUAL = Health("XBT", D("0.50"), D("0.80"), D("1.00"), "high")


def text(runs: list[tuple[str, str]]) -> str:
    return "".join(run for run, _ in runs)


# Full is twice the call, 60 %: 45 % fills 15 of 20 cells; the call stands in cell 10 and the
# liquidation, 25/60 of 20, in cell 8.
def test_where_low_is_bad_the_call_stands_in_the_middle() -> None:
    assert text(bar_of(STOCK, 20)) == "████████┃█│████·····"


# Full is a quarter beyond the liquidation, 125 %: 50 % fills 8 of 20 cells, 80 % is cell 12
# (12.8), 100 % cell 16.
def test_where_high_is_bad_the_bar_fills_toward_the_liquidation() -> None:
    assert text(bar_of(PERPETUAL, 20)) == "████████····│···┃···"


def test_a_fraction_of_a_cell_is_drawn_in_eighths() -> None:
    # 3 % of 60 % of 10 cells is half a cell.
    assert text(bar_of(replace(STOCK, value=D("0.03")), 10))[0] == "▌"


def test_call_and_liquidation_in_one_cell_both_keep_their_tick() -> None:
    bar = text(bar_of(replace(STOCK, value=D(0), liquidation=D("0.299")), 10))
    assert bar == "····┃│····"


@pytest.mark.parametrize(
    ("health", "words"),
    [
        (STOCK, "15.0 points to call"),
        (replace(STOCK, value=D("0.27")), "2.0 points to liq"),
        (replace(STOCK, value=D("-0.05")), "30.0 points past liq"),
        (PERPETUAL, "30.0 points to call"),
        (replace(PERPETUAL, value=D("1.1")), "10.0 points past liq"),
        (replace(STOCK, call=None, liquidation=None), ""),
        (replace(STOCK, value=None), ""),
    ],
)
def test_the_distance_is_to_the_next_threshold(health: Health, words: str) -> None:
    assert distance(health) == words


@pytest.mark.parametrize(
    ("level", "word"),
    [
        ("safe", "safe"),
        ("warned", "WARNING"),
        ("called", "MARGIN CALL"),
        ("liquidating", "LIQUIDATION"),
    ],
)
@pytest.mark.parametrize("width", [28, 50, 80, 120])
def test_number_and_word_are_told_at_every_width(
    level: Literal["safe", "warned", "called", "liquidating"], word: str, width: int
) -> None:
    line = text(gauge(replace(STOCK, level=level), width))
    assert "45.0%" in line
    assert word in line


def test_a_wide_gauge_also_names_both_thresholds() -> None:
    line = text(gauge(STOCK, 120))
    assert line.startswith("account [")
    assert "call 30.0%" in line
    assert "liq 25.0%" in line


def test_nothing_open_is_told_and_is_not_zero() -> None:
    line = text(gauge(replace(STOCK, value=None), 100))
    assert "—" in line
    assert "nothing at risk" in line


RATIOS = st.decimals(allow_nan=True, allow_infinity=True) | st.none()


@given(
    st.builds(
        Health,
        st.text(),
        RATIOS,
        RATIOS,
        RATIOS,
        st.sampled_from(["low", "high"]),
        st.sampled_from(["safe", "warned", "called", "liquidating"]),
    ),
    st.integers(0, 150),
    st.booleans(),
)
def test_any_health_fills_exactly_its_width(health: Health, width: int, ascii_only: bool) -> None:
    line = text(gauge(health, width, ascii_only=ascii_only))
    assert len(line) == width
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)
    assert line.isascii() or not ascii_only


class OneGauge(App[None]):
    def compose(self) -> ComposeResult:
        yield Gauge()


async def test_a_pocket_with_a_hostile_name_is_one_harmless_line() -> None:
    app = OneGauge()
    async with app.run_test(size=(100, 10)) as pilot:
        shown = app.query_one(Gauge)
        shown.show(STOCK, replace(STOCK, name="[@click=app.quit]\x1b[2J[/nope]" + "x" * 10_000))
        await pilot.pause()
        assert shown.size.height == 2
        assert shown.render_line(1).text.startswith("[@click=app.quit][2J[/n… [")
        assert shown.render_line(0).text.index("[") == shown.render_line(1).text.index(" [") + 1
