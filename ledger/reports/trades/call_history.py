"""Each margin call of an account: why it came, what was done about it, and what was sold."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from dataclasses import replace as with_figures
from decimal import Decimal

from ledger.account.event_terms import CallMetBy, JudgedBy
from ledger.account.events import kinds as e
from ledger.money import ZERO, ratio
from ledger.reports.trades.calls import CallOnTheWay, issued, went_on
from ledger.reports.trades.round_trip import TradeFold
from ledger.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale (or a purchase that covered) while a call stood; `realized` is before costs.

    `fed` are the symbols with an open loss that were kept while this one was closed with a gain.
    """

    seq: int
    at: Time
    symbol: str
    quantity: Decimal
    price: Decimal
    realized: Decimal
    forced: bool
    fed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """A call from its coming to its end, in its pocket. `health` is in the venue's measure, at the
    prices by which it was judged; `sale_to_cure` is the value whose sale would have ended it."""

    call: CallOnTheWay
    pocket: str
    health: Decimal | None
    threshold: Decimal | None
    judged_by: JudgedBy
    sale_to_cure: Decimal
    would_sell: dict[str, Decimal]
    trades: tuple[int, ...] = ()
    sold: tuple[Sold, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether it was met, or expired."""
        return self.call.ended_at is not None or self.call.expired_at is not None

    @property
    def cured_itself(self) -> bool:
        """Whether the market alone ended it."""
        return self.call.met_by is CallMetBy.MARKET and not self.sold

    @property
    def share_of_time(self) -> Decimal | None:
        """The time to the first answer over the time allowed; `None` without one of the two."""
        took, allowed = self.call.time_to_answer, self.call.time_allowed
        if took is None or not allowed:
            return None
        return ratio(Decimal(took) / Decimal(allowed))

    @property
    def fed(self) -> bool:
        """Whether a winner was sold for it while a loser was kept."""
        return any(sale.fed for sale in self.sold)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSums:
    """All calls of an account: how many ended, and how many of those the market ended."""

    calls: int
    ended: int
    cured: int
    answered: int
    forced: int
    """Ended by a forced sale or a liquidation."""
    fed: int

    @property
    def share_cured(self) -> Decimal | None:
        """The share of ended calls that cured themselves."""
        return ratio(Decimal(self.cured) / self.ended) if self.ended else None


def calls_of(numbered: Iterable[tuple[int, e.Event]]) -> tuple[CallRecord, ...]:
    """Every call, in the order in which they came, from all numbered events of an account."""
    fold = _Fold()
    for seq, event in numbered:
        fold.take(seq, event)
    return tuple(fold.calls[seq] for seq in sorted(fold.calls))


def sums(calls: Iterable[CallRecord]) -> CallSums:
    """What the calls come to."""
    known = list(calls)
    ended = [each for each in known if each.is_over]
    return CallSums(
        calls=len(known),
        ended=len(ended),
        cured=sum(each.cured_itself for each in ended),
        answered=sum(bool(each.call.answers) for each in known),
        forced=sum(any(sale.forced for sale in each.sold) for each in known),
        fed=sum(each.fed for each in known),
    )


@dataclass(slots=True)
class _Fold:
    """The calls so far, and the one that stands in each pocket. A call that expired stands until
    the sale that follows has met it."""

    trades: TradeFold = field(default_factory=TradeFold)
    calls: dict[int, CallRecord] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)
    prices: dict[str, Decimal] = field(default_factory=dict)

    def take(self, seq: int, event: e.Event) -> None:
        match event:
            case e.MarginCallIssued():
                self._came(seq, event)
            case e.CallAnswered() | e.MarginCallExpired() | e.MarginCallMet():
                self._went_on(seq, event)
            case e.OrderFilled() | e.ForceSold() | e.Liquidated():
                self._filled(seq, event)
        self.trades.take(seq, event)

    def _came(self, seq: int, event: e.MarginCallIssued) -> None:
        self.prices |= event.prices
        held = [x for x in self.trades.running.values() if x.pocket == event.pocket]
        self.standing[event.pocket] = seq
        self.calls[seq] = CallRecord(
            call=issued(seq, event),
            pocket=event.pocket,
            health=event.health,
            threshold=event.threshold,
            judged_by=event.judged_by,
            sale_to_cure=event.sale_to_cure,
            would_sell=event.would_sell,
            trades=tuple(sorted(each.number for each in held)),
        )

    def _went_on(
        self, seq: int, event: e.CallAnswered | e.MarginCallExpired | e.MarginCallMet
    ) -> None:
        number = self.standing.get(event.pocket)
        if number is None:
            return
        known = self.calls[number]
        self.calls[number] = with_figures(known, call=went_on(known.call, seq, event))
        if isinstance(event, e.MarginCallMet):
            del self.standing[event.pocket]

    def _filled(self, seq: int, event: e.OrderFilled | e.ForceSold | e.Liquidated) -> None:
        self.prices[event.symbol] = event.price
        number, held = self.standing.get(event.pocket), self.trades.running.get(event.symbol)
        if number is None or held is None or event.side is held.side:
            return
        known = self.calls[number]
        sale = Sold(
            seq=seq,
            at=event.at,
            symbol=event.symbol,
            quantity=event.quantity,
            price=event.price,
            realized=event.realized_pnl,
            forced=not isinstance(event, e.OrderFilled),
            fed=self._losers(event) if event.realized_pnl > 0 else (),
        )
        self.calls[number] = with_figures(known, sold=(*known.sold, sale))

    def _losers(self, event: e.Fill) -> tuple[str, ...]:
        """What else was held in the pocket at a loss, at the latest prices on record."""
        losers = []
        for symbol, held in self.trades.running.items():
            price = self.prices.get(symbol)
            if symbol == event.symbol or held.pocket != event.pocket or price is None:
                continue
            gains = (held.instrument.gain(lot.quantity, lot.price, price) for lot in held.lots)
            if sum(gains, ZERO) < 0:
                losers.append(symbol)
        return tuple(sorted(losers))
