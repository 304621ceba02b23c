"""Colours against their ground, by the contrast ratio of WCAG 2.1: 21 for black on white."""

import pytest
from rich.style import Style
from textual.color import Color

from tui.widgets.meanings import DRAWN, TEXT, contrast, legible


def ratio(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))


def on(ink: str, ground: str) -> Style:
    return Style(color=ink, bgcolor=ground, bold=True)


def test_the_ratio_is_that_of_wcag() -> None:
    assert round(ratio(on("#000000", "#ffffff")), 2) == 21
    assert round(ratio(on("#777777", "#ffffff")), 2) == 4.48  # the known grey that just fails


@pytest.mark.parametrize("least", [TEXT, DRAWN])
@pytest.mark.parametrize(("ink", "ground"), [("#fea62b", "#e0e0e0"), ("#0b3a5f", "#121212")])
def test_a_pale_colour_goes_as_far_as_it_must_and_no_farther(
    ink: str, ground: str, least: float
) -> None:
    seen = legible(on(ink, ground), least)
    assert least <= ratio(seen) < least + 0.7
    assert seen.bold


def test_a_colour_that_can_be_read_and_a_terminal_s_own_stay_as_they_are() -> None:
    for style in (on("#1e1e1e", "#e0e0e0"), Style(color="yellow", bgcolor="default")):
        assert legible(style) is style
