"""Pages that are typed into at once: what is typed before one is there waits for it."""

from __future__ import annotations

from textual.screen import ScreenResultType

from tui.screens.page import PageScreen
from tui.type_ahead import Heard


class OrderedPage(PageScreen[ScreenResultType]):
    """Keys wait until `ready` is called: once what they are for is on the screen."""

    keys_in_order = True
    _is_ready = False

    @property
    def is_changing(self) -> bool:
        """Whether keys wait."""
        return not self._is_ready

    def ready(self) -> None:
        """Let the keys in that were typed meanwhile."""
        if not self._is_ready:
            self._is_ready = True
            self.app.post_message(Heard())
