"""The conductor's notebook: events as they are decided, and the account as it stands after them."""

from ledger.account.apply import apply
from ledger.account.events import Event
from ledger.account.state import Account, Pocket
from ledger.market.quote import Market


class Draft:
    """What one command has led to so far. Steps read `account` and `market` and `record` facts.

    It lives for one `decide` and is thrown away: nothing outside sees it change.
    """

    __slots__ = ("account", "events", "market")

    def __init__(self, account: Account, market: Market) -> None:
        self.account = account
        self.market = market
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        """Write a fact down; the next step already sees the account after it."""
        self.account = apply(self.account, event)
        self.events.append(event)

    def pocket(self, name: str) -> Pocket:
        """The pocket as it stands now."""
        return self.account.pockets[name]

    def copy(self) -> "Draft":
        """A second notebook from here on, to try something out."""
        return Draft(self.account, self.market)
