"""The picture in the README: a shipped rehearsal, played by keys to its margin call.

`python -m tui.screenshot OUT.svg [--size 120x40] [--call]`: the same keys a person would press, in
memory, without a terminal. Twice the same picture.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path

from ledger.practice.files import assets
from ledger.practice.opening import begin
from ledger.practice.rehearsal import load_rehearsal
from tui.app import TightropeApp
from tui.screens.desk import Desk
from tui.screens.desk_parts import Opened

_DEPOSIT = ("d", *"3000", "enter", "enter")
_ENTRY = ("b", *"1.36", "tab", "ctrl+u", *"10", "tab", "tab", "enter", "enter")
_BARS_BEFORE, _BARS_AFTER = 60, 37
"""10:00 on 12 March 2020, and the minute before the position is gone."""


async def picture(size: tuple[int, int], *, call: bool = False) -> str:
    """Black Thursday on the desk, as SVG: the last minutes, or the margin call itself."""
    session = begin(
        load_rehearsal(assets() / "rehearsals" / "black-thursday-isolated.toml"), None, "rehearsal"
    )
    for _ in range(_BARS_BEFORE + 1):
        session.advance()
    session.commit()
    app = TightropeApp(None, opened=Opened(session), ascii_only=False)
    async with app.run_test(size=size) as pilot:
        while not isinstance(app.screen, Desk):
            await pilot.pause(0.02)
        desk = app.screen
        await pilot.press(*_DEPOSIT, *_ENTRY)
        await pilot.press(*["full_stop"] * _BARS_AFTER)
        if not call:
            desk.notice("space runs the clock, . steps, b buys, ? shows every key")
        await pilot.pause(0.2)
        return re.sub(r"terminal-\d+", "terminal-0", app.export_screenshot(title="Tightrope"))


def main(arguments: list[str] | None = None) -> int:
    """Write the picture to a file."""
    parser = argparse.ArgumentParser(prog="python -m tui.screenshot", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="120x40", metavar="WxH")
    parser.add_argument("--call", action="store_true", help="with the margin call open")
    given = parser.parse_args(arguments)
    found = re.fullmatch(r"([0-9]{1,3})x([0-9]{1,3})", given.size)
    if found is None:
        parser.error("--size: like 120x40")
    svg = asyncio.run(picture((int(found[1]), int(found[2])), call=given.call))
    given.out.write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
