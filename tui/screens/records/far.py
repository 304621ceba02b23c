"""How far a thread has come, told to the screen that waits for it, a few times a second."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from tui.text.bar import bar

if TYPE_CHECKING:
    from textual.app import App

_REFRESH = 0.2


class Far:
    """Called in the thread with how much of how much is done; `show` hears a bar in the screen's
    own thread. Work that takes no longer than a moment shows none."""

    def __init__(self, app: App[object], show: Callable[[str], object], words: str = "") -> None:
        self._app, self._show, self._words = app, show, words
        self._next = monotonic() + _REFRESH

    def __call__(self, done: int, total: int) -> None:
        now = monotonic()
        if now >= self._next:
            self._next = now + _REFRESH
            self._app.call_from_thread(self._show, f"{self._words} {bar(done, total)}".lstrip())
