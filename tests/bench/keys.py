"""How fast a key is answered at full speed: `python -m tests.bench.keys [--presses N]`.

Twenty positions are open, every bar revalues them all, and the keys come at any moment of a frame.
"""

import argparse
import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.bench.stage import desk, told, twenty_positions
from tests.terminal import Screen, Terminal
from tui.cli.output import say

BARS = 30_000
ANSWERED = 0.050
"""Seconds that are promised, at the 95th percentile."""
PAUSE = 0.037
"""Seconds between an answer and the next key: not in step with any frame."""

PANELS = ("2", ">2 Chart"), ("3", ">3 Positions"), ("4", ">4 Orders"), ("5", ">5 Ledger")
FRAMES = ("]", " 5m "), ("[", " 1m ")


def main() -> None:
    """Print the latencies, and how many bars went by meanwhile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=200)
    presses = parser.parse_args().presses
    with TemporaryDirectory() as folder:
        ledger = twenty_positions(Path(folder), BARS)
        with desk(ledger) as terminal:
            terminal.wait_for(">3 Positions", patience=60)
            run_at_full_speed(terminal)
            first, begun = bar(terminal.screen), monotonic()
            panels = list(islice(latencies(terminal, PANELS), presses))
            frames = list(islice(latencies(terminal, FRAMES), presses))
            rate = (bar(terminal.screen) - first) / (monotonic() - begun)
    say(told("another panel", panels) + f"  promised {1000 * ANSWERED:.0f} at p95")
    say(told("another timeframe", frames) + f"  promised {1000 * ANSWERED:.0f} at p95")
    say(f"the clock ran {rate:.0f} bars a second with 20 positions open")


def run_at_full_speed(terminal: Terminal) -> None:
    """The clock as fast as it can be set."""
    terminal.press(">" * 20)
    terminal.press(" ")
    at = bar(terminal.screen)
    terminal.wait_for(lambda screen: bar(screen) > at + 100)


def bar(screen: Screen) -> int:
    """Which bar of the tape the clock stands at."""
    found = re.search(r"bar ([0-9,]+)/", screen.lines[0])
    return int(found[1].replace(",", "")) if found else 0


def latencies(terminal: Terminal, keys: tuple[tuple[str, str], ...]) -> Iterator[float]:
    """Seconds from each key to what it brings about."""
    for key, answer in cycle(keys):
        terminal.press(key)
        yield terminal.wait_for(answer)
        terminal.read_for(PAUSE)


if __name__ == "__main__":
    main()
