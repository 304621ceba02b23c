"""`guide`: the chapters, or one of them as plain text."""

import shutil
import sys
from argparse import Namespace

from ledger.practice.library.guide import chapter, chapters, text_of
from tui.cli.output import say
from tui.exit_status import DONE

_WIDTH = 80
_MOST, _LEAST = 100, 40
"""Wider lines are hard to read."""


def run(arguments: Namespace) -> int:
    """List the chapters, or print one as wide as the terminal."""
    if arguments.chapter is None:
        every = chapters()
        longest = max((len(one.id) for one in every), default=0)
        say(*(f"{n}  {one.id:<{longest}}  {one.title}" for n, one in enumerate(every, start=1)))
        return DONE
    from tui.pages.guide_lines import guide_lines  # the list needs no Markdown reader

    lines = guide_lines(text_of(chapter(arguments.chapter)), width(), ticks=True)
    say(*("".join(text for text, _ in line).rstrip() for line in lines))
    return DONE


def width() -> int:
    """How wide text is printed."""
    if not sys.stdout.isatty():
        return _WIDTH
    return min(max(shutil.get_terminal_size().columns, _LEAST), _MOST)
