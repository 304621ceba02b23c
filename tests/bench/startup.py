"""How long the desk takes to start: `python -m tests.bench.startup [--runs N]`.

From the start of the process until something is on the screen, until the desk is, and until it has
answered a key pressed at that moment. Byte code is compiled by a run that is not counted. An app
of Textual's with one word on it is measured too: what this machine takes for that is no fault here.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.bench.stage import compiled, crash, desk, told
from tests.terminal import Terminal
from tui.cli.output import say

EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("ready")

Empty().run()
"""

PAINT, USABLE = 0.35, 0.7
"""Seconds that are promised, at the median."""


def main() -> None:
    """Print the figures of some runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.db"
        crash(ledger)
        once(ledger)
        floors = [floor() for _ in range(runs)]
        paints, desks, answers = zip(*(once(ledger) for _ in range(runs)), strict=True)
    say(told("an app with one word", floors))
    say(told("first paint", list(paints)) + f"  promised {1000 * PAINT:.0f}")
    say(told("the desk is shown", list(desks)) + f"  promised {1000 * USABLE:.0f}")
    say(told("it has answered a key", list(answers)))


def floor() -> float:
    """Seconds until an app that does nothing is on the screen."""
    with Terminal([sys.executable, "-c", EMPTY], environment=compiled()) as terminal:
        terminal.wait_for("ready")
        return monotonic() - terminal.started


def once(ledger: Path) -> tuple[float, float, float]:
    """Seconds to the first paint, to the desk, and to its first answer."""
    with desk(ledger) as terminal:
        terminal.wait_for(lambda screen: any(screen.lines))
        paint = monotonic() - terminal.started
        terminal.wait_for(">3 Positions")
        shown = monotonic() - terminal.started
        terminal.press("4")
        terminal.wait_for(">4 Orders")
        answered = monotonic() - terminal.started
        terminal.press("q")
        terminal.wait_end()
    return paint, shown, answered


if __name__ == "__main__":
    main()
