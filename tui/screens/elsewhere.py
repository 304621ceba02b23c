"""Ways from the desk to the other pages, and back: the first page, accounts, markets, forks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from textual.app import App
from textual.screen import Screen

from tui.runtime.forking import Outcome, Target
from tui.runtime.onward import AGAIN, NEXT, next_after, same_again
from tui.runtime.opened import Opened
from tui.runtime.opener import Door, GoOn, Made, Offer, Own


class Host(Protocol):
    """What is needed of the app that holds the one session."""

    @property
    def door(self) -> Door: ...

    @property
    def opened(self) -> Opened | None: ...

    @property
    def ledger_page(self) -> Callable[[], Screen[Any]] | None: ...

    @property
    def journal_page(self) -> Callable[[], Screen[Any] | None] | None: ...

    @property
    def review_page(self) -> Callable[[], Screen[Any] | None] | None: ...

    def chosen(self, chosen: Offer | GoOn | Own | Made | str | None) -> None: ...

    def show_desk(self, opened: Opened) -> object: ...

    def desk_left(self) -> object: ...

    def close_session(self) -> None: ...

    def tell_on_desk(self, text: str) -> object: ...


class Elsewhere:
    """Shows the page that was asked for; what is chosen there goes to the host.

    Pages are imported when they are asked for: none of them may delay the first paint.
    """

    def __init__(self, app: App[Any], host: Host, ledger: Path | None, *, ascii_only: bool) -> None:
        self._app, self._host = app, host
        self._ledger, self._ascii = ledger, ascii_only

    def leave(self, target: Target) -> None:
        """Go where the desk asked to: a page by its name, or another line of this account."""
        opened = self._host.opened
        pages = {
            "rehearsals": self.first_page,
            "accounts": self.accounts,
            "market": self._market,
            "new": self._new,
            NEXT: self._next,
        }
        if isinstance(target, str) and target in pages:
            pages[target]()
        elif target == AGAIN and opened is not None:
            self._again(opened)
            return
        elif opened is not None:
            from tui.screens.forks.going import go

            go(self._app, self._host, opened, target, self._host.desk_left)
            return
        self._host.desk_left()

    def first_page(self) -> None:
        """What can be begun, practised, played from history and reviewed."""
        from ledger.practice.accounts.known import known
        from tui.runtime.first_page import entries
        from tui.screens.welcome import Welcome

        ledger_page = self._host.ledger_page
        welcome = Welcome(
            entries(self._host.door, ledger_page=ledger_page is not None),
            known=known(self._ledger),
            ledger_page=ledger_page,
            journal_page=self._host.journal_page or self._journal,
            review_page=self._host.review_page or self._review,
            ledger=self._ledger,
            first=self._host.opened is None,
            ascii_only=self._ascii,
        )
        self._app.push_screen(welcome, self._host.chosen)

    def _journal(self) -> Screen[Any] | None:
        """The journal of the account used last, while none is on the desk."""
        from tui.screens.records.ways import journal_of_file

        if self._ledger is None:
            return None
        return journal_of_file(self._ledger, None, ascii_only=self._ascii)

    def _review(self) -> Screen[Any] | None:
        """The review of the account used last, while none is on the desk."""
        from tui.screens.records.ways import review_of_file

        if self._ledger is None:
            return None
        return review_of_file(self._ledger, None, ascii_only=self._ascii)

    def accounts(self, *, from_first: bool = False) -> None:
        """Every account of the ledger: to go on with one, or to put them in order."""
        from tui.runtime.account_book import AccountBook
        from tui.screens.accounts.list import AccountsScreen

        ledger, plain = self._ledger, self._ascii
        if ledger is not None:  # in memory there is one
            from tui.screens.forks.compare import CompareScreen

            opened = self._host.opened
            here = None if opened is None else opened.session.account.name
            book = AccountBook(ledger, here, self._host.close_session)
            screen = AccountsScreen(
                book, lambda pair: CompareScreen(ledger, pair, ascii_only=plain), ascii_only=plain
            )
            self._app.push_screen(screen, lambda left: self._left_accounts(left, from_first))

    def _left_accounts(self, left: Opened | Own | None, from_first: bool) -> None:
        if isinstance(left, Opened):
            self._host.show_desk(left)
        elif left is not None:
            self._host.chosen(left)
        elif from_first or self._host.opened is None:
            self.first_page()

    def _next(self) -> None:
        """What follows in the course; the first page after its last."""
        opened = self._host.opened
        following = None if opened is None else next_after(opened.session.rehearsal)
        if following is None:
            self.first_page()
        else:
            self._host.chosen(following)

    def _again(self, opened: Opened) -> None:
        """The same once more, in a thread: accounts are read."""
        door, let_go = self._host.door, self._host.close_session

        def show(outcome: Outcome) -> None:
            if outcome.opened is not None:
                self._host.show_desk(outcome.opened)
            if outcome.sentence:
                self._host.tell_on_desk(outcome.sentence)
            self._host.desk_left()

        def begin() -> None:
            self._app.call_from_thread(show, same_again(door, opened, let_go))

        self._app.run_worker(begin, thread=True)

    def _new(self) -> None:
        from ledger.practice.accounts.known import known
        from tui.screens.first.tape_chooser import TapeChooser

        page = TapeChooser(known(self._ledger), ascii_only=self._ascii)
        self._app.push_screen(page, self._host.chosen)

    def _market(self) -> None:
        from tui.screens.market import MarketScreen

        self._app.push_screen(MarketScreen(ascii_only=self._ascii), self._host.chosen)
