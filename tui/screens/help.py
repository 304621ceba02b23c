"""The help of a panel, from the table of keys."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from tui.keymap import help_for
from tui.widgets.lines import Line

_TITLES = {"trade": "Trade", "clock": "Clock", "view": "View", "app": "Desk", "chart": "Chart",
           "rows": "Lists"}  # fmt: skip


def help_lines(places: Iterable[str]) -> list[Line]:
    """Every key with what it does, in its group."""
    lines: list[Line] = []
    for group, keys in groupby(help_for(places), key=lambda key: key.group):
        if lines:
            lines.append([("", "")])
        lines.append([(f" {_TITLES[group]}", "title")])
        lines += [[(f"   {key.shown:<10}", "key"), (key.help, "")] for key in keys]
    return lines
