"""What must hold of any world's life: its books, its identity, its replay and its state hash."""

from ledger.account.fold.apply import apply
from ledger.account.state import Account
from ledger.books.entries import Leg, balances, disagreements, legs_of
from ledger.books.wire.fingerprint import state_hash
from ledger.market.rules.rulebook import AccountKind
from ledger.money import settle
from ledger.practice.sessions.statement import figures
from tests.worlds import D, World


class Audited(World):
    """A world that is audited after every bar."""

    def __init__(self, *arguments: object, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self.start: Account = self.account
        self.audited = self.account
        self.seen = 0
        self.legs: list[Leg] = []

    def audit(self) -> None:
        """Books and account agree after every event; the events alone make the same account."""
        for event in self.events[self.seen :]:
            self.legs += legs_of(self.audited, event)
            self.audited = apply(self.audited, event)
        self.seen = len(self.events)
        assert not disagreements(self.audited, balances(self.legs))
        assert self.audited == self.account
        assert state_hash(self.audited) == state_hash(self.account)
        if self.market.last:
            self._identity()

    def _identity(self) -> None:
        """equity = cash + market value - loan - accrued interest, or wallet + unrealized profit.

        And the second way: what was put in, and everything that was made, paid and absorbed.
        """
        told = figures(self.account, self.market, self.market.time)
        account = self.account
        if account.rulebook.kind is AccountKind.LOAN:
            owed = told.loan + told.accrued_interest
            assert told.equity == told.cash + told.market_value - owed
        else:
            assert told.equity == told.cash + told.unrealized_pnl
        totals = account.totals
        put_in = totals.deposited - totals.withdrawn + totals.absorbed
        made = totals.realized_pnl + totals.dividends + told.unrealized_pnl
        paid = (
            totals.interest
            + totals.fees_paid
            + totals.funding_paid
            + totals.overnight
            - totals.credit_interest
        )
        second = settle(put_in + made - paid, account.currency)
        # a value is rounded once when it is shown and once when its lots were paid
        assert abs(told.equity - second) <= D("0.000002") * max(len(account.positions()), 1)
