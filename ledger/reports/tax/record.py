"""An account's events as deals and flows of money, which is all that tax asks of them.

A contract is bought and sold at its notional value, so that its gain is that of its rows. One that
is settled in a coin is valued at the coin's price of the moment; the coins that it brings, costs or
takes are the coin's own purchases and sales.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import Bearer, FeeKind, Side
from ledger.account.events import kinds as e
from ledger.market.instrument import Instrument
from ledger.money import ZERO, settle
from ledger.reports.tax.deals import Asset, Deal, Divided, part_of
from ledger.reports.tax.law import AssetClass
from ledger.times import Time

_OF_A_DEAL = frozenset({FeeKind.TRADE, FeeKind.LIQUIDATION})
_FORCED = (e.ForceSold, e.Liquidated)


class FlowKind(StrEnum):
    """Money that came or went without a sale."""

    INTEREST_PAID = "interest_paid"
    INTEREST_ACCRUED = "interest_accrued"
    """Charged, whether paid or not."""
    DIVIDEND = "dividend"
    IN_LIEU = "payment_in_lieu"
    """What a short seller owed for a dividend."""
    FUNDING = "funding"
    OVERNIGHT = "overnight"
    INTEREST_RECEIVED = "interest_received"
    BORROW_FEE = "borrow_fee"
    OTHER_FEE = "other_fee"
    ABSORBED = "absorbed_by_venue"
    """A loss beyond the account's money, which the venue bore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One such amount in the currency of the return; above zero if it was received."""

    seq: int
    at: Time
    kind: FlowKind
    symbol: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRecord:
    """What an account did, in order. `coin_prices` are those at which contracts that are settled in
    a coin were closed, by the number of the event."""

    currency: str
    deals: tuple[Deal | Divided, ...]
    flows: tuple[Flow, ...]
    coin_prices: Mapping[int, Decimal]
    last: Time


def class_of(instrument: Instrument, said: Mapping[str, AssetClass]) -> AssetClass:
    """What the law takes an instrument for: what is said of it, or a coin's."""
    return said.get(instrument.symbol, AssetClass.DIGITAL)


@dataclass(slots=True)
class _Reader:
    said: Mapping[str, AssetClass]
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    currency: str = ""
    coin: str | None = None
    deals: list[Deal | Divided] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    held: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    coins: Decimal = ZERO
    coin_prices: dict[int, Decimal] = field(default_factory=dict)
    latest: dict[str, list[int]] = field(default_factory=dict)
    """The deals that a symbol's last fill made, by their places in the list."""
    price: Decimal | None = None
    """The coin's price."""

    def opened(self, event: e.AccountOpened) -> None:
        self.instruments = event.instruments
        settled = {x.currency for x in event.instruments.values() if x.inverse}
        self.coin = event.currency if event.currency in settled else None
        self.currency = "USD" if self.coin else event.currency

    def fill(self, seq: int, event: e.Fill) -> None:
        instrument, held = self.instruments[event.symbol], self.held[event.symbol]
        if instrument.inverse:
            self.price = self.coin_prices[seq] = event.price
        self.held[event.symbol] = held + event.quantity * event.side.sign
        against = held * event.side.sign < 0
        closing = min(abs(held), event.quantity) if against else ZERO
        first = len(self.deals)
        value = abs(event.value)
        asset = self._asset(instrument)
        at_close = part_of(value, closing, event.quantity, asset.currency) if closing else ZERO
        for opens, quantity, amount in (
            (False, closing, at_close),
            (True, event.quantity - closing, value - at_close),
        ):
            if quantity:
                self.deals.append(
                    Deal(
                        seq=seq,
                        at=event.at,
                        asset=asset,
                        side=event.side,
                        opens=opens,
                        quantity=quantity,
                        amount=amount,
                        forced=isinstance(event, _FORCED),
                    )
                )
        self.latest[event.symbol] = list(range(first, len(self.deals)))
        if instrument.inverse:
            self._coins(seq, event.at, event.realized_pnl)

    def _asset(self, instrument: Instrument) -> Asset:
        currency = instrument.currency if instrument.inverse else self.currency
        what = class_of(instrument, self.said)
        return Asset(symbol=instrument.symbol, what=what, currency=currency)

    def fee(self, seq: int, event: e.FeeCharged) -> None:
        deals = [self.deals[n] for n in self.latest.get(event.symbol, ())]
        if event.kind in _OF_A_DEAL and deals and deals[0].at == event.at:
            self._fee_of_deals(event)
            if self.coin:
                self._coins(seq, event.at, -event.amount)
            return
        kind = FlowKind.BORROW_FEE if event.kind is FeeKind.BORROW else FlowKind.OTHER_FEE
        self.flow(seq, event.at, kind, -event.amount, event.symbol)

    def _fee_of_deals(self, event: e.FeeCharged) -> None:
        places = self.latest[event.symbol]
        left, amount = sum((self._deal(n).quantity for n in places), ZERO), event.amount
        for place in places:
            deal = self._deal(place)
            part = part_of(amount, deal.quantity, left, deal.asset.currency)
            amount, left = amount - part, left - deal.quantity
            self.deals[place] = replace(deal, fee=deal.fee + part)

    def _deal(self, place: int) -> Deal:
        deal = self.deals[place]
        assert isinstance(deal, Deal)
        return deal

    def split(self, seq: int, event: e.Split) -> None:
        held = self.held[event.symbol]
        if held:
            asset = self._asset(self.instruments[event.symbol])
            made = Divided(
                seq=seq, at=event.at, asset=asset, ratio=event.ratio, total=event.quantity
            )
            self.deals.append(made)
            self.held[event.symbol] = event.quantity.copy_sign(held)

    def flow(self, seq: int, at: Time, kind: FlowKind, amount: Decimal, symbol: str = "") -> None:
        """Note an amount in the account's currency, and the coins that it is made of."""
        if self.coin and kind is not FlowKind.INTEREST_ACCRUED:
            self._coins(seq, at, amount)
        if self.coin:
            amount = settle(amount * (self.price or ZERO), self.currency)
        if amount:
            made = Flow(seq=seq, at=at, kind=kind, symbol=symbol, amount=amount)
            self.flows.append(made)

    def moved(self, seq: int, event: e.Deposited | e.Withdrawn | e.Swept) -> None:
        if self.coin:
            deposited = isinstance(event, e.Deposited)
            self._coins(seq, event.at, event.amount * (1 if deposited else -1), transfer=True)

    def _coins(self, seq: int, at: Time, amount: Decimal, *, transfer: bool = False) -> None:
        """Coins that came or went, at the coin's price."""
        assert self.coin is not None
        if amount < 0:
            amount = -min(-amount, self.coins)
        if not amount:
            return
        self.coins += amount
        self.deals.append(
            Deal(
                seq=seq,
                at=at,
                asset=Asset(symbol=self.coin, what=AssetClass.DIGITAL, currency=self.currency),
                side=Side.BUY if amount > 0 else Side.SELL,
                opens=amount > 0,
                quantity=abs(amount),
                amount=settle(abs(amount) * (self.price or ZERO), self.currency),
                transfer=transfer and amount < 0,
            )
        )


def record_of(
    events: Iterable[tuple[int, e.Event]],
    said: Mapping[str, AssetClass],
    coin_price: Decimal | None = None,
) -> TaxRecord:
    """Read an account's events. `said` is what the law takes each symbol for; `coin_price` is that
    of the coin an account is kept in, before its first trade."""
    reader = _Reader(said, price=coin_price)
    last = 0
    for seq, event in events:
        last = event.at
        match event:
            case e.AccountOpened():
                reader.opened(event)
            case e.Fill():
                reader.fill(seq, event)
            case e.FeeCharged():
                reader.fee(seq, event)
            case e.Split():
                reader.split(seq, event)
            case e.Deposited() | e.Withdrawn() | e.Swept():
                reader.moved(seq, event)
            case _:
                _flow(reader, seq, event)
    return TaxRecord(
        currency=reader.currency,
        deals=tuple(reader.deals),
        flows=tuple(reader.flows),
        coin_prices=reader.coin_prices,
        last=last,
    )


def _flow(reader: _Reader, seq: int, event: e.Event) -> None:
    match event:
        case e.InterestAccrued():
            reader.flow(seq, event.at, FlowKind.INTEREST_ACCRUED, -event.amount)
        case e.LoanRepaid():
            paid = event.interest_part + event.capitalized_part
            reader.flow(seq, event.at, FlowKind.INTEREST_PAID, -paid)
        case e.FundingPaid():
            reader.flow(seq, event.at, FlowKind.FUNDING, -event.amount, event.symbol)
        case e.OvernightCharged():
            reader.flow(seq, event.at, FlowKind.OVERNIGHT, -event.amount, event.symbol)
        case e.CreditInterestPaid():
            reader.flow(seq, event.at, FlowKind.INTEREST_RECEIVED, event.amount)
        case e.DividendPaid():
            kind = FlowKind.DIVIDEND if event.side is Side.BUY else FlowKind.IN_LIEU
            reader.flow(seq, event.at, kind, event.amount, event.symbol)
        case e.DeficitRecorded() if event.absorbed_by is not Bearer.TRADER:
            reader.flow(seq, event.at, FlowKind.ABSORBED, event.amount, event.symbol or "")
        case _:
            pass
