"""From the desk into a fork, back to the trunk, or to the page that compares the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from textual.app import App

from tui.runtime.forking import Forking, Outcome, Target, Try
from tui.runtime.opened import Opened
from tui.screens.forks.compare import CompareScreen

IN_MEMORY = "This account is kept in memory only, and cannot be forked."


class Host(Protocol):
    """What is needed of the screen with the desk."""

    def show_desk(self, opened: Opened) -> object: ...

    def close_session(self) -> object: ...

    def tell_on_desk(self, text: str) -> object: ...


def go(
    app: App[Any], host: Host, opened: Opened, target: Target, done: Callable[[], object]
) -> None:
    """In a thread, since accounts are read; `done` when the desk hears keys again."""
    ledger = opened.ledger
    if ledger is None:
        host.tell_on_desk(IN_MEMORY)
        done()
        return
    if isinstance(target, Try) and target.ready:
        host.tell_on_desk("Running the other line to here …")
    forking = Forking(ledger, opened.session, host.close_session)

    def show(outcome: Outcome) -> None:
        if outcome.opened is not None:
            host.show_desk(outcome.opened)
        if outcome.sentence:
            host.tell_on_desk(outcome.sentence)
        pair = outcome.pair
        if pair is not None:
            plain = bool(getattr(app, "ascii_only", False))
            page = CompareScreen(ledger, pair, ascii_only=plain)
            app.call_after_refresh(lambda: app.push_screen(page))
        done()

    app.run_worker(lambda: app.call_from_thread(show, forking.go(target)), thread=True)
