"""A working copy for one decision: its events so far, and the account as it is after them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ledger.account.event_terms import JudgedBy
from ledger.account.events.kinds import Event
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Pocket
from ledger.market.quote import Market


class Draft:
    """What one command has led to so far. Steps read `account` and `market` and `record` events.

    It lives for one `decide` and is thrown away: nothing outside sees it change.
    """

    __slots__ = ("account", "ahead", "events", "market", "passed")

    def __init__(self, account: Account, market: Market) -> None:
        self.account = account
        self.market = market
        self.events: list[Event] = []
        self.ahead: Sequence[Mapping[str, Decimal]] | None = None
        """Prices still to come in the bars that end now; `None` before any of it."""
        self.passed: Sequence[Mapping[str, Decimal]] = ()
        """Prices passed already, at the ends of the moves that are done."""

    def record(self, event: Event) -> None:
        """Record an event; the next step already sees the account after it."""
        self.account = apply(self.account, event)
        self.events.append(event)

    def pocket(self, name: str) -> Pocket:
        """The pocket as it is now. Raises `KeyError` if there is none of this name."""
        return self.account.pockets[name]

    def judged_by(self, *symbols: str) -> JudgedBy:
        """The price by which a pocket of these symbols is judged, as it is recorded."""
        return JudgedBy.MARK if self.market.has_mark(*symbols) else JudgedBy.LAST

    def copy(self) -> "Draft":
        """A second draft from here on, to try something out."""
        other = Draft(self.account, self.market)
        other.ahead, other.passed = self.ahead, self.passed
        return other
