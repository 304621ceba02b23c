"""The app: a first screen at once, and everything heavy behind it in a thread.

Nothing that takes time may be imported at the top of this file: no pydantic, no SQLite, no tapes.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from tui.opener import Door, Offer
    from tui.screens.desk_show import Opened

_LINES = ("T I G H T R O P E", "", "a flight simulator for margin trading", "", "opening …")


class First(Widget):
    """The very first screen: a name, and that something is coming."""

    DEFAULT_CSS = "First { width: 1fr; height: 1fr; }"

    def render_line(self, y: int) -> Strip:
        """A few words in the middle."""
        width, height = self.size
        row = y - (height - len(_LINES)) // 2
        text = _LINES[row] if 0 <= row < len(_LINES) else ""
        if getattr(self.app, "ascii_only", False):
            text = text.replace("…", "...")
        style = self.visual_style.rich_style
        return Strip([Segment(text.center(width), style)]).adjust_cell_length(width, style)


class TightropeApp(App[str]):
    """Holds the one session; `trouble` is what kept it from opening, if anything did."""

    TITLE = "Tightrope"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        ledger: Path | None,
        account: str | None = None,
        *,
        opened: Opened | None = None,
        ascii_only: bool | None = None,
    ) -> None:
        super().__init__()
        self._ledger, self._account = ledger, account
        self._given = opened
        self._door: Door | None = None
        self._opened: Opened | None = None
        self.ascii_only = not _speaks_utf8() if ascii_only is None else ascii_only
        self.trouble: BaseException | None = None

    def compose(self) -> ComposeResult:
        """Only what paints at once."""
        yield First()

    def on_mount(self) -> None:
        """Everything else starts when the first screen is up."""
        self.call_after_refresh(lambda: self.run_worker(self._open, thread=True))

    def _open(self) -> None:
        """In a thread: load, then say what there is."""
        from tui.opener import Door, Trouble
        from tui.screens import desk

        del desk
        door = Door(self._ledger)
        try:
            opened = self._given or door.last(self._account)
        except Trouble as trouble:
            self.trouble = trouble.__cause__ or trouble
            self.call_from_thread(self.exit, "", 0)
            return
        self.call_from_thread(self._found, door, opened)

    def _found(self, door: Door, opened: Opened | None) -> None:
        self._door = door
        if opened is not None:
            self.show_desk(opened)
            return
        from tui.screens.welcome import Welcome

        self.push_screen(Welcome(door.offers(), ascii_only=self.ascii_only), self._chosen)

    def _chosen(self, offer: Offer | None) -> None:
        """A rehearsal was picked, or nothing."""
        if offer is None:
            self.exit("")
            return
        self.run_worker(lambda: self._begin(offer), thread=True)

    def _begin(self, offer: Offer) -> None:
        from tui.opener import Trouble

        assert self._door is not None
        try:
            opened = self._door.begin(offer)
        except Trouble as trouble:
            self.trouble = trouble.__cause__ or trouble
            self.call_from_thread(self.exit, "", 0)
            return
        self.call_from_thread(self.show_desk, opened)

    def show_desk(self, opened: Opened) -> None:
        """From here on the session lives on the desk."""
        from tui.screens.desk import Desk

        self._opened = opened
        self.push_screen(Desk(opened, self.size, ascii_only=self.ascii_only))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the desk by its name, for the palette."""
        from tui.keymap import DESK, KEYMAP
        from tui.screens.desk import Desk

        desk = next((s for s in self.screen_stack if isinstance(s, Desk)), None)
        if desk is None:
            yield SystemCommand("quit", "Leave Tightrope", self.action_quit)
            return
        for key in KEYMAP:
            if key.where == DESK and key.action and key.id != "app.palette":
                yield SystemCommand(key.help, f"key {key.shown}", _presses(desk, key.action))

    async def action_quit(self) -> None:
        """The session is saved by every commit; this ends it."""
        self.exit("")

    def close_session(self) -> str:
        """Let the ledger go. What it failed with, if it did."""
        if self._opened is None:
            return ""
        try:
            self._opened.session.close()
        except Exception as fault:  # noqa: BLE001 - the last word belongs to the person
            return str(fault) or type(fault).__name__
        return ""


def _presses(desk: Screen[None], action: str) -> Callable[[], Awaitable[None]]:
    async def press() -> None:
        await desk.run_action(action)

    return press


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf8sig")


def run(ledger: Path, account: str | None = None) -> int:
    """The desk on a ledger; its exit status. Raises what kept it from opening."""
    app = TightropeApp(ledger, account)
    app.run()
    failed = app.close_session()
    if app.trouble is not None:
        raise app.trouble
    if failed:
        print(f"tightrope: {failed}", file=sys.stderr)
        return 1
    return app.return_code or 0
