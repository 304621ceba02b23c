"""Lines of text: where they break, and that figures stand under one another."""

from tui.panels.desk_figures import pair, rule
from tui.widgets.lines import GLUE, Line, reflow


def texts(line: Line, width: int) -> list[str]:
    return ["".join(text for text, _ in row) for row in reflow(line, width)]


def test_a_wrapped_line_does_not_break_between_a_name_and_its_figure() -> None:
    line: Line = [
        (f" fees{GLUE}", "dim"), ("-1.00", "down"), (f"  ={GLUE}{GLUE}", "dim"), ("+9.00", "up"),
    ]  # fmt: skip
    assert texts(line, 40) == [" fees -1.00  =  +9.00"]
    for width in range(12, 21):
        assert texts(line, width)[-1] == " =  +9.00"


def test_a_rule_is_as_wide_as_the_figures_above_and_below_it() -> None:
    for width in (36, 37, 38):
        (line,) = rule(width)
        assert len(line[0]) == sum(len(text) for text, _ in pair("Fees", "0.00", width)) == width
