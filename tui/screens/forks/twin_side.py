"""The twin of the account on the desk: what happens to it is said, and a page shows both."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App

from ledger.account.events.kinds import (
    ActionRefused,
    Event,
    ForceSold,
    Liquidated,
    MarginCallIssued,
    OrderRefused,
    VenueClosed,
)
from ledger.books.file.errors import LedgerError
from ledger.books.wire.codec import to_wire
from ledger.market.instrument import in_contracts
from ledger.practice.words.narration import narrate
from ledger.refused import Refused
from tui.runtime.conductor import Conductor, Snapshot, TwinShot
from tui.text.display import masked

if TYPE_CHECKING:
    from ledger.account.state import Account
    from ledger.practice.sessions.session import Session
    from ledger.practice.views.twin_view import Both, Past
    from tui.runtime.opened import Opened
    from tui.screens.forks.twin import TwinScreen


_FORCED = (ForceSold, Liquidated, VenueClosed)
_REFUSED = (OrderRefused, ActionRefused)
NO_TWIN = "This account has no twin: `tightrope new … --twin`, or the form of a new account."


class Foot(Protocol):
    """What the desk says at its foot."""

    notice_text: str

    def notice(self, text: str, meaning: str = "notice") -> None: ...


class Host(Protocol):
    """What is needed of the desk."""

    opened: Opened
    conductor: Conductor
    ascii_only: bool

    @property
    def picture(self) -> Foot: ...

    @property
    def snapshot(self) -> Snapshot | None: ...

    @property
    def app(self) -> App[Any]: ...

    def run_action(self, action: str) -> Awaitable[Any]: ...


class TwinSide:
    """Of an account in memory it keeps what was closed and refused; else that is on record."""

    def __init__(self, desk: Host) -> None:
        self._desk = desk
        self._pasts: tuple[Past, Past] | None = None
        self._page: TwinScreen | None = None

    def make_way(self, snapshot: Snapshot) -> None:
        """Close the page where the account itself is called: that is answered on the desk."""
        called = any(isinstance(event, MarginCallIssued) for _, event in snapshot.news)
        if called and self._page is not None and self._page.is_current:
            self._page.dismiss()

    def take(self, snapshot: Snapshot) -> None:
        """Say what happened to the twin that must be seen, and show it where the page is open."""
        twin = snapshot.twin
        if twin is None:
            return
        if self._desk.opened.ledger is None or self._page is not None:
            first, second = self._pasts or self._desk.opened.pasts()
            self._pasts = (
                first.after(snapshot.account.name, snapshot.news),
                second.after(twin.account.name, twin.news),
            )
        said = _said(snapshot, twin)
        if said:
            before = f"{self._desk.picture.notice_text.rstrip('.')}. " if snapshot.news else ""
            self._desk.picture.notice(f"{before}{said} v shows both.", "alert")
        if self._page is not None:
            self._page.take()

    def open(self) -> None:
        """Open the page, which lives while the clock runs."""
        from tui.screens.forks.twin import TwinScreen  # with what it shows

        desk, session = self._desk, self._desk.conductor.session
        if session.twin is None:
            desk.picture.notice(NO_TWIN)
            return
        if desk.opened.ledger is not None or self._pasts is None:
            try:
                self._pasts = desk.opened.pasts()
            except (Refused, LedgerError) as fault:
                desk.picture.notice(str(fault), "warned")
                return
        self._page = TwinScreen(
            self._both,
            desk.run_action,
            desk.conductor,
            lambda: desk.picture.notice_text,
            ascii_only=desk.ascii_only,
        )
        desk.app.push_screen(self._page, lambda _: self._closed())

    def _closed(self) -> None:
        self._page = None

    def _both(self) -> Both:
        """Both, as the ledger has them."""
        from ledger.practice.views.twin_view import Both, Past, side_of

        shot, pasts = self._desk.snapshot, self._pasts or (Past(), Past())
        assert shot is not None, "the desk is drawn"
        twin = shot.twin
        assert twin is not None, "it has one"
        return Both(
            side_of(shot.account, shot.market, pasts[0]),
            side_of(twin.account, twin.market, pasts[1]),
        )


def _said(snapshot: Snapshot, twin: TwinShot) -> str:
    """A sentence about the twin; empty if nothing sets it apart."""
    mine, its = ([event for _, event in news] for news in (snapshot.news, twin.news))
    name = f"twin ({_called(snapshot, twin)})"
    refused = [[event for event in side if isinstance(event, _REFUSED)] for side in (mine, its)]
    seen: list[Event] = [event for event in its if isinstance(event, _FORCED)]
    seen += [event for event in its if isinstance(event, MarginCallIssued)]
    if not refused[0]:
        seen += refused[1]
    if seen:
        contracts = in_contracts(twin.account.instruments)
        words = narrate(masked(to_wire(seen[0], 0, "")), twin.account.currency, contracts)
        more = f", and {len(seen) - 1} more" if len(seen) > 1 else ""
        return f"The {name}: {words}{more}."
    if refused[0] and its and not refused[1]:
        return f"The {name} took it."
    return ""


def twins_call(session: Session) -> str:
    """How a call that only the twin has is answered; empty if it has none.

    Its card would show the account's own prices and positions, and every answer is a command to
    both: so the answers are the keys that act on both.
    """
    twin = None if session.twin is None else session.twin.session.account
    if twin is None or all(call.expired for call in twin.calls.values()):
        return ""
    both = ", c closes the same part of both" if session.account.positions() else ""
    return (
        f"Only the twin ({_apart(session.account, twin)}) has a margin call. What you do goes to "
        f"both: d pays in{both}. Until the call is met or falls due there, the clock goes on; "
        "v shows both."
    )


def _called(snapshot: Snapshot, twin: TwinShot) -> str:
    return _apart(snapshot.account, twin.account)


def _apart(account: Account, twin: Account) -> str:
    """What tells a twin from the account itself."""
    return twin.mode.value if twin.mode is not account.mode else twin.rulebook.id
