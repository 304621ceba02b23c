"""A rule book's margin requirement on a position, piecewise linear in the price.

Four shapes cover the rule books: a rate of market value (US brokers, with floors per share for
shorts), tiers of notional with maintenance amounts (perpetuals), what is owed (lenders that watch
assets against liabilities) and used margin (opening cost / leverage). All give *pieces*
(constant + slope x price), so that thresholds are solved exactly instead of searched.
"""

from bisect import bisect_right
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from ledger.frozen import later, quick, scratch
from ledger.market.instrument import Asset, Instrument
from ledger.money import ONE, ZERO, floor_to


class Basis(StrEnum):
    """What a schedule's requirement is based on."""

    VALUE = "value"
    """The market value of the position: a rate of it, or tiers."""
    LIABILITIES = "liabilities"
    """What is owed: the loan with its posted interest, and borrowed coins at the mark. A level `A
    <= theta x L` is `equity <= (theta - 1) x L` (`rules.md` section 0)."""
    USED_MARGIN = "used_margin"
    """Cost / leverage of a long, fixed when it opened; quantity / leverage x price of a short,
    which floats (`rules.md` section 6)."""


_VALUE, _LIABILITIES, _USED_MARGIN = Basis.VALUE, Basis.LIABILITIES, Basis.USED_MARGIN
"""Asked for at every price, and a member costs more to look up on its class."""


@scratch
@dataclass(frozen=True)
class Piece:
    """A requirement near one price: `constant + slope x price`, in the account's currency."""

    constant: Decimal
    slope: Decimal

    def at(self, price: Decimal) -> Decimal:
        return self.constant + self.slope * price


NOTHING = Piece(ZERO, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortRule:
    """FINRA 4210(c): a short's requirement is a rate of value, but never less than a sum per
    share."""

    rate: Decimal
    per_share: Decimal
    low_price: Decimal
    low_rate: Decimal
    low_per_share: Decimal

    def piece(self, price: Decimal) -> Piece:
        """The requirement for one share."""
        low = price < self.low_price
        rate, floor = (self.low_rate, self.low_per_share) if low else (self.rate, self.per_share)
        return Piece(floor, ZERO) if floor > rate * price else Piece(ZERO, rate)

    def breaks(self) -> tuple[Decimal, ...]:
        """Prices at which the binding rule changes."""
        floors = ((self.low_per_share, self.low_rate), (self.per_share, self.rate))
        return (self.low_price, *(floor / rate for floor, rate in floors if rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBand:
    """What longs of a price below `below` keep, of their value."""

    below: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRule:
    """What a leveraged fund keeps for each multiple of its index: a long no more than its value.

    Source: FINRA Regulatory Notice 09-53 (25% and 30% a multiple: a threefold fund 75 and 90%).
    """

    long: Decimal
    short: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From `floor` notional on: maintenance rate and the largest leverage allowed."""

    floor: Decimal
    rate: Decimal
    max_leverage: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rate that grows with the quantity: the greater of `rate` and `per_unit` x quantity, at most
    all of the value. Leverage shrinks as the rate grows.

    Source: Crypto.com, initial margin rate = min(1, max(1 / leverage, unit rate x quantity)).
    """

    rate: Decimal
    per_unit: Decimal
    max_leverage: Decimal

    def at(self, size: Decimal) -> Decimal:
        """The rate of a quantity."""
        return min(max(self.rate, self.per_unit * size), ONE)

    def most(self, size: Decimal) -> Decimal:
        """The largest leverage of a quantity: initial margin is the same multiple of the rate at
        every size."""
        most = floor_to(self.max_leverage * self.rate / self.at(size), _LEVERAGE_STEP)
        return max(most, ONE)


_LEVERAGE_STEP = Decimal("0.01")


@quick
@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One named maintenance requirement: `house`, `exchange` or `venue`.

    `long_rate` with `short` (or `long_rate` alone for both sides) is a rate of market value;
    `tiers` replace it with notional tiers, `line` with a rate by quantity; `amount` replaces the
    amounts the tiers imply.
    A requirement is never below zero, however large the amount. `at_entry` freezes the requirement
    at the entry price; `close_fee` adds the fee of closing, always at the price of the close
    (`rules.md` section 5, families i and iii).
    """

    name: str
    long_rate: Decimal = ZERO
    short: ShortRule | None = None
    tiers: tuple[Tier, ...] = ()
    amount: Decimal | None = None
    at_entry: bool = False
    close_fee: Decimal = ZERO
    basis: Basis = _VALUE
    symbols: tuple[str, ...] = later(())
    """Of these instruments only; the schedule of the same name without any is for all others."""
    line: Line | None = later(None)
    assets: tuple[Asset, ...] = later(())
    """Of these classes only, unless one names the symbol."""
    long_low: tuple[PriceBand, ...] = later(())
    """Rates of cheap longs, the lowest price first; from the last one's price on `long_rate`."""
    fund: FundRule | None = later(None)

    @property
    def is_default(self) -> bool:
        """Whether it holds for every instrument that no other of its name is for."""
        return not self.symbols and not self.assets

    def names(self, instrument: Instrument) -> bool:
        """Whether it is for this instrument in particular, by symbol or class."""
        return instrument.symbol in self.symbols or instrument.asset in self.assets

    def of(self, instrument: Instrument) -> "Schedule":
        """The requirement on positions in an instrument: a leveraged fund keeps more."""
        if self.fund is None or instrument.fund_leverage == ONE:
            return self
        made = self._of_funds.get(instrument.fund_leverage)
        if made is None:
            made = self._of_funds[instrument.fund_leverage] = self._raised(instrument.fund_leverage)
        return made

    @cached_property
    def _of_funds(self) -> "dict[Decimal, Schedule]":
        return {}

    def _raised(self, leverage: Decimal) -> "Schedule":
        """The same with no rate below a leveraged fund's."""
        assert self.fund is not None, "asked for only where there is one"
        multiple = abs(leverage)
        long, short = min(self.fund.long * multiple, ONE), self.fund.short * multiple
        bands = (PriceBand(below=b.below, rate=max(b.rate, long)) for b in self.long_low)
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values |= {"long_rate": max(self.long_rate, long), "long_low": tuple(bands)}
        return Schedule(**{**values, "short": self._short_at_least(short), "fund": None})

    def _short_at_least(self, rate: Decimal) -> ShortRule:
        if self.short is None:
            least = max(self.long_rate, rate)
            return ShortRule(
                rate=least, per_share=ZERO, low_price=ZERO, low_rate=least, low_per_share=ZERO
            )
        return ShortRule(
            rate=max(self.short.rate, rate),
            per_share=self.short.per_share,
            low_price=self.short.low_price,
            low_rate=max(self.short.low_rate, rate),
            low_per_share=self.short.low_per_share,
        )

    @cached_property
    def _floors(self) -> list[Decimal]:
        return [tier.floor for tier in self.tiers]

    @cached_property
    def amounts(self) -> tuple[Decimal, ...]:
        """Maintenance amounts that make the requirement continuous at the tiers' edges.

        cum(n) = floor(n) x (rate(n) - rate(n-1)) + cum(n-1), as Binance and Phemex publish it.
        """
        if self.amount is not None:
            return (self.amount,) * len(self.tiers)
        amounts = [ZERO]
        for below, tier in zip(self.tiers, self.tiers[1:], strict=False):
            amounts.append(tier.floor * (tier.rate - below.rate) + amounts[-1])
        return tuple(amounts)

    @cached_property
    def _edges(self) -> tuple[Decimal, ...]:
        """Notionals at which another tier begins, or from which a tier's rate exceeds its
        amount."""
        begins = []
        for number, tier in enumerate(self.tiers):
            amount, end = self.amounts[number], self._floors[number + 1 : number + 2]
            binds = amount / tier.rate if tier.rate and amount > 0 else ZERO
            if binds > tier.floor and (not end or binds < end[0]):
                begins.append(binds)
        return tuple(sorted({*self._floors[1:], *begins}))

    @cached_property
    def jumps(self) -> bool:
        """Whether the requirement may drop where a tier ends: with one amount for several tiers,
        but not with the amounts that the tiers imply."""
        whole = self.amount is not None and len(self.tiers) > 1
        return whole and self.basis is _VALUE and not self.at_entry

    @cached_property
    def knows_entry(self) -> bool:
        """Whether the requirement depends on the entry price."""
        return self.at_entry or self.basis is _USED_MARGIN

    def tier_of(self, notional: Decimal) -> int:
        """Index of the tier a notional falls in; a notional on a floor is in the higher tier."""
        return max(bisect_right(self._floors, notional) - 1, 0)

    def piece(
        self, quantity: Decimal, price: Decimal, entry: Decimal, leverage: Decimal = ONE
    ) -> Piece:
        """The requirement of a signed quantity near a price.

        A pocket's debt in money belongs to no single position: `of_debt` adds it.
        """
        if not quantity:
            return NOTHING
        if self.basis is not _VALUE:
            return self._of_lender(quantity, price, entry, leverage)
        piece = self._at(quantity, price)
        if self.at_entry:
            piece = Piece(self._at(quantity, entry).at(entry), ZERO)
        if not self.close_fee:
            return piece
        fee = abs(quantity) * self.close_fee * (ONE if price >= 0 else -ONE)
        return Piece(piece.constant, piece.slope + fee)

    def _of_lender(
        self, quantity: Decimal, price: Decimal, entry: Decimal, leverage: Decimal
    ) -> Piece:
        fraction = ONE / leverage if self.basis is _USED_MARGIN else ONE
        if quantity < 0:  # borrowed assets are owed at the mark
            return Piece(ZERO, -quantity * fraction * (ONE if price >= 0 else -ONE))
        used = self.basis is _USED_MARGIN
        return Piece(abs(quantity * entry) / leverage if used else ZERO, ZERO)

    def of_debt(self, owed: Decimal) -> Decimal:
        """The part of the requirement that is the pocket's debt in money."""
        return owed if owed and self.basis is _LIABILITIES else ZERO

    def _at(self, quantity: Decimal, price: Decimal) -> Piece:
        size = abs(quantity)
        if self.tiers:
            index = self.tier_of(size * abs(price))
            # a negative price (oil, April 2020) still has a positive notional
            slope = size * self.tiers[index].rate * (ONE if price >= 0 else -ONE)
            piece = Piece(-self.amounts[index], slope)
            return piece if piece.constant >= 0 or piece.at(price) > 0 else NOTHING
        if self.line is not None:
            return Piece(ZERO, size * self.line.at(size) * (ONE if price >= 0 else -ONE))
        if quantity < 0 and self.short is not None:
            per_share = self.short.piece(price)
            return Piece(per_share.constant * size, per_share.slope * size)
        rate = self.long_rate
        if self.long_low and quantity > 0:
            rate = next((band.rate for band in self.long_low if price < band.below), rate)
        return Piece(ZERO, size * rate * (ONE if price >= 0 else -ONE))

    def per_unit(
        self, quantity: Decimal, price: Decimal, entry: Decimal, leverage: Decimal = ONE
    ) -> Decimal:
        """How much of the requirement closing one unit removes, within the same tier.

        Against liabilities that is its price: what a sale brings pays the debt.
        """
        if self.basis is _LIABILITIES:
            return abs(price)
        if self.basis is _USED_MARGIN:
            return abs(entry if quantity > 0 else price) / leverage
        asked_at = entry if self.at_entry else price
        piece = self._at(quantity, asked_at)
        each = piece.slope * asked_at if self.tiers else piece.at(asked_at)
        return each / abs(quantity) + abs(price) * self.close_fee

    def breaks(self, quantity: Decimal) -> tuple[Decimal, ...]:
        """Prices at which the requirement of this quantity changes its piece."""
        if self.at_entry or not quantity or self.basis is not _VALUE:
            return ()
        if self.tiers:
            return tuple(notional / abs(quantity) for notional in self._edges)
        if quantity > 0:
            return tuple(band.below for band in self.long_low)
        return self.short.breaks() if self.short is not None else ()

    def max_leverage(self, notional: Decimal, size: Decimal = ZERO) -> Decimal | None:
        """The leverage that the notional's tier, or the line at this exposure, allows; `None` if
        the rule limits none."""
        if self.line is not None:
            return self.line.most(size)
        return self.tiers[self.tier_of(notional)].max_leverage if self.tiers else None
