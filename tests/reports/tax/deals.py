"""Deals written as people write them: `bought("2020-02-10", 100, 2_500)`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from ledger.account.event_terms import Side
from ledger.practice.library.files import assets
from ledger.practice.tax.law_file import LawFile, parse_law
from ledger.reports.tax.deals import Asset, Deal, Divided
from ledger.reports.tax.law import AssetClass

Amount = int | str


@cache
def law_of(country: str) -> LawFile:
    """The shipped rules of a country."""
    path = assets() / "tax" / f"{country}.toml"
    return parse_law(path.read_text(), path.name)


@dataclass
class Deals:
    """Deals in one asset, numbered from 1."""

    what: AssetClass = AssetClass.SECURITY
    currency: str = "USD"
    symbol: str = "ABC"
    made: list[Deal | Divided] = field(default_factory=list)

    def bought(self, day: str, quantity: Amount, amount: Amount, fee: Amount = 0) -> "Deals":
        return self._deal(day, Side.BUY, quantity, amount, fee)

    def sold(self, day: str, quantity: Amount, amount: Amount, fee: Amount = 0) -> "Deals":
        return self._deal(day, Side.SELL, quantity, amount, fee, opens=False)

    def shorted(self, day: str, quantity: Amount, amount: Amount, fee: Amount = 0) -> "Deals":
        return self._deal(day, Side.SELL, quantity, amount, fee)

    def covered(self, day: str, quantity: Amount, amount: Amount, fee: Amount = 0) -> "Deals":
        return self._deal(day, Side.BUY, quantity, amount, fee, opens=False)

    def delivered(self, day: str, quantity: Amount) -> "Deals":
        return self._deal(day, Side.BUY, quantity, 0, 0, opens=False, delivers=True)

    def divided(self, day: str, ratio: str, total: Amount) -> "Deals":
        made = Divided(
            seq=len(self.made) + 1,
            at=_noon(day),
            asset=self._asset,
            ratio=ratio,
            total=Decimal(total),
        )
        self.made.append(made)
        return self

    @property
    def _asset(self) -> Asset:
        return Asset(symbol=self.symbol, what=self.what, currency=self.currency)

    def _deal(
        self,
        day: str,
        side: Side,
        quantity: Amount,
        amount: Amount,
        fee: Amount,
        *,
        opens: bool = True,
        delivers: bool = False,
    ) -> "Deals":
        made = Deal(
            seq=len(self.made) + 1,
            at=_noon(day),
            asset=self._asset,
            side=side,
            opens=opens,
            quantity=Decimal(quantity),
            amount=Decimal(amount),
            fee=Decimal(fee),
            delivers=delivers,
        )
        self.made.append(made)
        return self


def _noon(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp())
