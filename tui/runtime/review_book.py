"""The reviews of one account, as a screen needs them: read, and written into.

As with the journal, the session of an account on the desk writes; otherwise the account is opened
for what is written alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger.account.commands import CreateRule, ReviewFinding
from ledger.books.file.errors import LedgerError
from ledger.practice.review.history import Progress, unheard
from ledger.practice.review.weekly.span import Length
from ledger.practice.review.weekly.week import WeeklyReview, WeekReader
from ledger.refused import Refused
from tui.runtime.journal_book import Then

Said = CreateRule | ReviewFinding
Pen = Callable[[Said, Then], None]


class ReviewBook:
    """`pen` writes from the screen's thread; without one, writing is done in a thread, after
    whoever else has the ledger open in this program has `let_go`."""

    def __init__(
        self,
        ledger: Path,
        account: str | None,
        *,
        pen: Pen | None = None,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        self.ledger = ledger
        self.pen = pen
        self._let_go = let_go
        self._reader = WeekReader(ledger, account)

    @property
    def account(self) -> str | None:
        """The account's name, once it was read."""
        return self._reader.account

    def read(self, length: Length, day: int | None, progress: Progress = unheard) -> WeeklyReview:
        """The review of a week or month: in a thread, since trades are run again. Raises `Refused`
        or a `LedgerError`."""
        return self._reader.read(length, day, progress)

    def write(self, command: Said) -> str:
        """Write without a pen: in a thread. Returns what went wrong, if anything."""
        from ledger.practice.sessions.open_session import resume  # it loads the engine

        self._let_go()
        try:
            session = resume(self.ledger, self.account)
            try:
                session.send(command)
            finally:
                session.close()
        except (Refused, LedgerError) as fault:
            return str(fault)
        return ""
