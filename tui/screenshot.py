"""The picture in the README: a shipped rehearsal, played by keys to a telling moment.

`python -m tui.screenshot OUT.svg [--size 120x40] [--scene call|thursday]`: the same keys a person
would press, in memory, without a terminal. The same picture each time.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from ledger.practice.library.files import assets
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.open_session import begin
from tui.app import TightropeApp
from tui.runtime.opened import Opened
from tui.screens.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Scene:
    """A rehearsal, the bars that pass before the first key, the keys, and the bars after them."""

    rehearsal: str
    before: int
    keys: tuple[str, ...]
    after: int


SCENES = {
    "call": Scene(
        "first-call",
        1,
        ("d", *"10000", "enter", "enter", "b", *"200", "tab", "tab", "tab", "tab", *"first try",
         "enter", "enter"),
        9,
    ),
    "thursday": Scene(
        "black-thursday-isolated",
        61,
        ("d", *"3000", "enter", "enter", "b", *"1.36", "tab", "ctrl+u", *"10", "enter", "enter"),
        37,
    ),
}  # fmt: skip
"""The first margin call; and the minute before a position is gone on 12 March 2020."""


async def picture(scene: Scene, size: tuple[int, int]) -> str:
    """The scene on the desk, as SVG."""
    file = assets() / "rehearsals" / f"{scene.rehearsal}.toml"
    session = begin(load_rehearsal(file), None, "rehearsal")
    for _ in range(scene.before):
        session.advance()
    session.commit()
    app = TightropeApp(None, opened=Opened(session), ascii_only=False)
    async with app.run_test(size=size) as pilot:
        while not isinstance(app.screen, Desk):
            await pilot.pause(0.02)
        await pilot.press(*scene.keys, *["full_stop"] * scene.after)
        await pilot.pause(0.2)
        return re.sub(r"terminal-\d+", "terminal-0", app.export_screenshot(title="Tightrope"))


def main(arguments: list[str] | None = None) -> int:
    """Write the picture to a file."""
    parser = argparse.ArgumentParser(prog="python -m tui.screenshot", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="120x40", metavar="WxH")
    parser.add_argument("--scene", choices=SCENES, default="call")
    options = parser.parse_args(arguments)
    size = re.fullmatch(r"([0-9]{1,3})x([0-9]{1,3})", options.size)
    if size is None:
        parser.error("--size: like 120x40")
    svg = asyncio.run(picture(SCENES[options.scene], (int(size[1]), int(size[2]))))
    options.out.write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
