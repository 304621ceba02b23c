"""The app: a first screen at once, and everything heavy behind it in a thread.

Nothing that takes time may be imported at the top of this file: no pydantic, no SQLite, no tapes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen
from textual.widget import Widget

from ledger.text import clean
from tui.border import Border, speaks_utf8
from tui.settings import settings_file
from tui.text import display
from tui.type_ahead import AT_ONCE, Heard, TypeAhead
from tui.widgets.first import First
from tui.widgets.scrollbar import use_bars

if TYPE_CHECKING:
    from tui.runtime.opened import Opened
    from tui.runtime.opener import Door, GoOn, Made, Offer, Own
    from tui.runtime.remembered import Remembered
    from tui.screens.desk.desk import Desk
    from tui.screens.elsewhere import Elsewhere


class TightropeApp(App[Exception]):
    """Holds the one session; `crash` is an error of our own that ended it, if any."""

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
        play: str | Callable[[Door], Opened] | None = None,
        settings: Path | None = None,
    ) -> None:
        """`play` is a scenario by its name, or opens the first session in another way; `settings`
        is the file of remembered settings; without it nothing is remembered."""
        super().__init__()
        self._settings_file = settings
        self._remembered: Remembered | None = None
        self._play = play
        self._ledger, self._account = ledger, account
        self._given = opened
        self._door: Door | None = None
        self._elsewhere: Elsewhere | None = None
        self.opened: Opened | None = None
        self._let_go: Opened | None = None
        self.ascii_only = not speaks_utf8() if ascii_only is None else ascii_only
        use_bars(ascii_only=self.ascii_only)
        display.choose(display.Display.ALL)
        self.crash: Exception | None = None
        self._desk: Desk | None = None
        self._border = Border()
        self._type_ahead = TypeAhead(super().on_event, self._receiver, self._form_opens)

    async def on_event(self, event: Event) -> None:
        """Note that a key waits for its answer: the clock gives up its next frame. Keep keys in
        order, also those for a form that is not there yet."""
        if isinstance(event, Key) and self._desk is not None:
            self._desk.conductor.key_pressed()
        at_once = isinstance(event, Key) and event.key in AT_ONCE
        if isinstance(event, Key | Paste) and not event.is_forwarded and not at_once:
            await self._type_ahead.take(event)
        else:
            await super().on_event(event)

    @on(Heard)
    async def key_heard(self, message: Heard) -> None:
        """Hand on what was typed after this key."""
        await self._type_ahead.heard(message)

    def _receiver(self) -> Widget | None:
        """The widget that gets the next key on the desk; on other screens keys need no order."""
        ordered = getattr(self.screen, "keys_in_order", False)
        return (self.focused or self.screen) if ordered else None

    def _form_opens(self) -> bool:
        """Whether a form was requested on the desk that cannot be typed into yet; or the desk
        itself, or another page, is only being opened."""
        return len(self.screen_stack) == 1 or bool(getattr(self.screen, "is_changing", False))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own filters, and the border after them."""
        return [*super().get_line_filters(), self._border]

    def copy_to_clipboard(self, text: str) -> None:
        """Copy without hidden characters: the text may be pasted into a shell."""
        super().copy_to_clipboard(clean(text, len(text), newlines=True))

    def _handle_exception(self, error: Exception) -> None:
        """Keep the error for the caller, which reports it like any other."""
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's page of code and variables."""
        self._close_messages_no_wait()

    def compose(self) -> ComposeResult:
        """Only what paints at once."""
        yield First()

    def on_mount(self) -> None:
        """Start everything else when the first screen is up."""
        self.call_after_refresh(lambda: self.run_worker(self._open, thread=True))
        if not self.is_headless and sys.stdin.isatty():
            self.set_interval(1, self._end_with_the_terminal)

    def _end_with_the_terminal(self) -> None:
        """End when the terminal is gone, so that the ledger is released."""
        from tui.runtime.hang_up import hung_up

        if hung_up(sys.stdin.fileno()):
            self.exit()

    def _open(self) -> None:
        """Load in a thread, then show what there is."""
        from tui.runtime.opener import Door
        from tui.screens.desk import desk
        from tui.screens.elsewhere import Elsewhere

        del desk
        self._door = Door(self._ledger)
        self._elsewhere = Elsewhere(self, self, self._ledger, ascii_only=self.ascii_only)
        self._attempt(self._first_session, self._found)

    def _first_session(self, door: Door) -> Opened | None:
        if isinstance(self._play, str):
            return door.begin(door.scenario(self._play))
        if self._play is not None:
            return self._play(door)
        return self._given or door.last(self._account)

    def _attempt(
        self, act: Callable[[Door], Opened | None], then: Callable[[Opened | None], object]
    ) -> None:
        """Open a session. If that fails, end the app; the reason is printed afterwards."""
        from ledger.books.file.errors import LedgerError
        from ledger.refused import Refused

        try:
            opened = act(self.door)
        except (Refused, LedgerError) as fault:
            self.call_from_thread(self.exit, fault)
            return
        self.call_from_thread(then, opened)

    def _found(self, opened: Opened | None) -> None:
        if opened is not None:
            self.show_desk(opened)
        else:
            self.elsewhere.first_page()
        self.post_message(Heard())

    @property
    def door(self) -> Door:
        """Opens sessions; there once the first page has been painted."""
        assert self._door is not None
        return self._door

    @property
    def elsewhere(self) -> Elsewhere:
        """The ways to the other pages; there as soon as the door is."""
        assert self._elsewhere is not None
        return self._elsewhere

    @property
    def ledger_page(self) -> Callable[[], Screen[Any]] | None:
        """Shows the full ledger; `None` before there is a desk."""
        return None if self._desk is None else self._desk.ledger_page

    @property
    def journal_page(self) -> Callable[[], Screen[Any] | None] | None:
        """Shows the journal of the account on the desk; `None` before there is a desk."""
        return None if self._desk is None else self._desk.pages.journal_page

    @property
    def review_page(self) -> Callable[[], Screen[Any] | None] | None:
        """Shows the review of the account on the desk; `None` before there is a desk."""
        return None if self._desk is None else self._desk.pages.review_page

    def on_desk_leaving(self, message: Desk.Leaving) -> None:
        """Leave for another rehearsal, a synthetic market, an account, or another line."""
        self.elsewhere.leave(message.to)

    def desk_left(self) -> None:
        """What the desk asked for is there, and keys are heard by it."""
        if self._desk is not None:
            self._desk.is_leaving = False
        self.post_message(Heard())

    def chosen(self, chosen: Offer | GoOn | Own | Made | str | None) -> None:
        """Begin what was picked or made, if anything."""
        if isinstance(chosen, str):
            self.elsewhere.accounts(from_first=True)
        elif chosen is not None:
            self.run_worker(
                lambda: self._attempt(lambda d: self._begin(d, chosen), self._found), thread=True
            )
        elif self.opened is None:
            self.exit()

    def _begin(self, door: Door, chosen: Offer | GoOn | Own | Made) -> Opened:
        """Release the ledger, which has one writer, and begin the new session."""
        self.close_session()
        return door.begin(chosen)

    def show_desk(self, opened: Opened) -> None:
        """Put a session on the desk, where it lives from now on."""
        from tui.screens.desk.desk import Desk

        desk = Desk(opened, self.size, ascii_only=self.ascii_only)
        if self.opened is None:
            self.push_screen(desk)
        else:
            self.switch_screen(desk)
        self.opened, self._desk = opened, desk
        self._recall(desk)
        if opened.missing:
            self.tell_on_desk(f"What the file had in store will not happen: {opened.missing}")

    def tell_on_desk(self, text: str) -> None:
        """Show a line on the desk, once that is shown."""
        desk = self._desk
        if desk is not None:
            self.call_after_refresh(lambda: desk.picture.notice(text, "warned"))

    def _recall(self, desk: Desk) -> None:
        """Restore the settings of the last time."""
        from tui.runtime.remembered import Remembered

        if self._settings_file is None:
            return
        self._remembered = Remembered(self._settings_file)
        if wrong := self._remembered.recall(self, desk.conductor, desk.panels):
            self.tell_on_desk(wrong)
        desk.panels.record.tell_anew()  # its lines were made before it was known what is hidden

    def remember(self) -> str:
        """Store the settings made on the desk. Returns what went wrong, if anything."""
        if self._desk is None or self._remembered is None:
            return ""
        return self._remembered.store(self, self._desk.conductor, self._desk.panels)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the desk by name, for the command palette."""
        from tui.keymap import DESK, KEYMAP

        if self._desk is None:
            yield SystemCommand("quit", "Leave Tightrope", self.action_quit)
            return
        for key in KEYMAP:
            if key.where == DESK and key.action and key.id != "app.palette":
                yield SystemCommand(
                    key.help, f"key {key.shown}", partial(self._desk.run_action, key.action)
                )

    async def action_quit(self) -> None:
        """End the session, which every commit saves. A filled form is not saved: leaving is
        confirmed, once."""
        from tui.screens.card import LeaveCard  # not before the first paint

        typed = self._desk is not None and self._desk.side.has_typed
        if not typed or isinstance(self.screen, LeaveCard):
            self.exit()
            return
        card = LeaveCard(ascii_only=self.ascii_only)
        self.push_screen(card, lambda answer: self.exit() if answer else None)

    @property
    def unwritten(self) -> BaseException | None:
        """What the ledger failed with while it was written to; `None` while all is well."""
        session = None if self.opened is None else self.opened.session
        return None if session is None or session.only_looks else session.failure

    def close_session(self) -> None:
        """Release the ledger. Raises what it failed with."""
        if self.opened is not None and self.opened is not self._let_go:
            self._let_go = self.opened
            self.opened.session.close()


def run(
    ledger: Path,
    account: str | None = None,
    play: str | Callable[[Door], Opened] | None = None,
    *,
    say: Callable[[str], object],
) -> int:
    """Run the desk on a ledger; returns its exit status. Raises what could not be opened or saved.

    `play` is as for the app; `say` is given problems that do not end it.
    """
    app = TightropeApp(ledger, account, play=play, settings=settings_file())
    from tui.exit_status import RunFailed

    sys.setswitchinterval(0.001)  # the writer's thread must not delay a key for longer
    fault = app.run()
    app.close_session()
    if unsaved := app.remember():
        say(unsaved)
    if app.crash is not None:
        raise app.crash
    if fault is not None:
        raise fault
    if app.unwritten is not None:
        raise RunFailed(str(app.unwritten))
    return app.return_code or 0
