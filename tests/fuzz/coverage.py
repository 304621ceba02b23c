"""Which lines of the program an input reaches, and that it comes to an end.

A tool of its own of fifty lines: what is led by coverage here takes a few thousand inputs a minute,
and a compiled fuzzer would be the largest thing that the tests need.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

_OURS = str(Path(__file__).resolve().parents[2] / "ledger")


class Endless(BaseException):
    """More lines were run than an input may take; nobody catches it but the fuzzer."""


class Reached:
    """Runs something and notes each step from one line of ours to the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.left = most
        self.steps: set[tuple[int, int, int]] = set()
        """The code, the line before, and the line."""

    def run(self, act: Callable[[], object]) -> frozenset[tuple[int, int, int]]:
        """Do it; what it reached. Raises what it raises, and `Endless`."""
        self.steps, self.left = set(), self._most
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            act()
        finally:
            sys.settrace(before)
        return frozenset(self.steps)

    def _enter(self, frame: FrameType, event: str, argument: object) -> Any:
        """Looks only into code of ours, and of the tests' planted faults."""
        code = frame.f_code
        if not code.co_filename.startswith(_OURS) and "fuzz" not in code.co_filename:
            return None
        known, steps, last = hash(code), self.steps, 0

        def line(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal last
            if event == "line":
                here = frame.f_lineno
                steps.add((known, last, here))
                last = here
                self.left -= 1
                if self.left < 0:
                    raise Endless
            return line

        return line
