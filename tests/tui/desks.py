"""A desk to press keys on: an app without a terminal, ready when the session is shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from ledger.practice.sessions.session import Session
from tui.app import TightropeApp
from tui.runtime.opened import Opened
from tui.screens.desk.desk import Desk
from tui.widgets.lines import Lines

CALM = 4
"""Looks in a row at which nothing was waiting, not even for the next repaint."""
WIDE, NARROW = (120, 40), (80, 24)


class Hands:
    """Presses keys and reads the screen."""

    def __init__(self, pilot: Pilot[Exception], desk: Desk) -> None:
        self.pilot = pilot
        self.app = pilot.app
        self.desk = desk

    async def press(self, *keys: str) -> None:
        """Keys, or a text to type at one go after `~`; then until everything is on the screen."""
        for key in keys:
            for stroke in key[1:] if key.startswith("~") else [key]:
                name = _character_to_key(stroke) if len(stroke) == 1 else stroke
                self.app.post_message(Key(name, stroke if len(stroke) == 1 else None))
            await self.settle()

    async def settle(self) -> None:
        """Until the clock stands, the ledger has everything and every message was heard."""
        calm = 0
        for _ in range(3000):
            await asyncio.sleep(0.002)
            calm = 0 if self._has_work() else calm + 1
            if calm == CALM:
                return
        raise AssertionError("the desk does not come to rest")

    def _has_work(self) -> bool:
        conductor = self.desk.conductor
        if conductor.busy or conductor.pace.running:
            return True
        screen = self.app.screen
        if screen._layout_required or screen._dirty_widgets or screen._callbacks:
            return True  # what waits for the next repaint: a scroll, say
        pumps = [self.app, *self.app.screen_stack, *screen.walk_children()]
        return any(pump._message_queue.qsize() or pump._next_callbacks for pump in pumps)

    def text(self, name: str) -> str:
        """What lines on the topmost screen say."""
        return self.app.screen.query_one(f"#{name}", Lines).text

    def screen(self) -> str:
        """The whole screen as a grid of characters."""
        size = self.app.size
        strips = self.app.screen._compositor.render_strips(size)
        return "\n".join(strip.text.rstrip() for strip in strips)


@asynccontextmanager
async def desk(
    session: Session,
    size: tuple[int, int] = WIDE,
    *,
    ascii_only: bool = False,
    kept: Opened | None = None,
) -> AsyncIterator[Hands]:
    """The session on a desk of this size; `kept` says where it is kept, and its past."""
    app = TightropeApp(None, opened=kept or Opened(session), ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        for _ in range(1000):
            await asyncio.sleep(0.002)
            shown = next((s for s in app.screen_stack if isinstance(s, Desk)), None)
            if shown is not None and shown.view is not None:
                break
        assert isinstance(shown, Desk)
        hands = Hands(pilot, shown)
        await hands.settle()
        yield hands
