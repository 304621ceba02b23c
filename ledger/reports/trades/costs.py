"""What a trade cost, each kind by itself, in the account's currency."""

from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.event_terms import FeeKind
from ledger.account.lots import basis
from ledger.account.state import Lot
from ledger.market.instrument import Instrument
from ledger.money import ZERO, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs are above zero; funding, nights and dividends that were received are below.

    `interest` is all that was posted to the trade, and a closing trade posts it to its second
    before it deals: nothing is left to accrue. Where a lender counts whole periods, nothing is owed
    for one that has not ended. `dividends` are what a short owed less what a long received.
    """

    trade_fees: Decimal = ZERO
    borrow_fees: Decimal = ZERO
    other_fees: Decimal = ZERO
    interest: Decimal = ZERO
    funding: Decimal = ZERO
    overnight: Decimal = ZERO
    dividends: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All costs, less what was received."""
        fees = self.trade_fees + self.borrow_fees + self.other_fees
        return fees + self.interest + self.funding + self.overnight + self.dividends


@dataclass(slots=True)
class CostSums:
    """Costs while a trade is running."""

    fees: dict[FeeKind, Decimal] = field(default_factory=dict)
    interest: Decimal = ZERO
    funding: Decimal = ZERO
    overnight: Decimal = ZERO
    dividends: Decimal = ZERO

    def charge(self, kind: FeeKind, amount: Decimal) -> None:
        """One more fee."""
        self.fees[kind] = self.fees.get(kind, ZERO) + amount

    def frozen(self, currency: str) -> Costs:
        """The sums as they are now; interest that an older record left to be shared is rounded."""
        own = {FeeKind.TRADE, FeeKind.BORROW}
        return Costs(
            trade_fees=self.fees.get(FeeKind.TRADE, ZERO),
            borrow_fees=self.fees.get(FeeKind.BORROW, ZERO),
            other_fees=sum((x for kind, x in self.fees.items() if kind not in own), ZERO),
            interest=settle(self.interest, currency) if self.interest else ZERO,
            funding=self.funding,
            overnight=self.overnight,
            dividends=self.dividends,
        )


def share_by_cost(
    amount: Decimal, held: dict[str, tuple[Instrument, tuple[Lot, ...]]]
) -> dict[str, Decimal]:
    """Interest that an older record assigned to no trade: the longs' of its pocket, by cost."""
    costs = {
        symbol: abs(basis(instrument, lots))
        for symbol, (instrument, lots) in held.items()
        if lots and lots[0].quantity > 0
    }
    whole = sum(costs.values(), ZERO)
    return {symbol: amount * cost / whole for symbol, cost in costs.items()} if whole else {}
