"""How near a pocket came to its liquidation while a margin call stood."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.risk.margin import breached
from ledger.account.risk.threshold import threshold_prices
from ledger.account.state import Account, Pocket
from ledger.market.rules.rulebook import Rung
from ledger.money import ZERO, ratio
from ledger.practice.forks.fork import Trunk
from ledger.practice.sessions.along.going import order_of
from ledger.practice.sessions.session import Place
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.reports.trades.call_history import CallRecord
from ledger.times import Time

Prices = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """The moment at which a position's price was nearest to its liquidation price: `distance` is
    what lies between the two over `price`, zero where it was reached."""

    at: Time
    symbol: str
    price: Decimal
    liquidation: Decimal
    distance: Decimal
    tick: Decimal


def closest_of(trunk: Trunk, calls: Sequence[CallRecord]) -> dict[int, Closest]:
    """The closest approach of each call, by its number; nothing for one without a liquidation
    price.

    Looked at are the prices by which the call was judged as it came, and then the price of each bar
    that hurts most, up to the end of the call, with all positions of the pocket at theirs.
    """
    if not calls:
        return {}
    walk = _Walk(trunk.timeline, calls[-1].call.seq)
    first = calls[0].call.seq
    walk.run(trunk, trunk.account_at(first - 1), first)
    return walk.found


@dataclass(slots=True)
class _Walk:
    """Along the record, with the calls that stand, by pocket."""

    timeline: Timeline
    last: int
    standing: dict[str, int] = field(default_factory=dict)
    found: dict[int, Closest] = field(default_factory=dict)

    def run(self, trunk: Trunk, account: Account, first: int) -> None:
        place = None
        for group, events in trunk.told_after(first - 1):
            if place is not None:
                self._between(account, place, group.place)
            for seq, event in enumerate(events, group.last + 1 - len(events)):
                account = apply(account, event)
                self._hear(account, seq, event)
            if not self.standing and group.last >= self.last:
                return
            place = group.place
        if place is not None:
            self._between(account, place, trunk.stands_at())

    def _hear(self, account: Account, seq: int, event: e.Event) -> None:
        if isinstance(event, e.MarginCallIssued):
            self.standing[event.pocket] = seq
            self._look(account, event.pocket, event.prices, event.at)
        elif isinstance(event, e.MarginCallMet):
            self.standing.pop(event.pocket, None)

    def _between(self, account: Account, place: Place, end: Place) -> None:
        """The bars that closed between two places, with the account as it stood."""
        for name in self.standing:
            pocket = account.pockets.get(name)
            if pocket is None or not pocket.positions:
                continue
            after = place.index + (place.phase is not Phase.OPEN)
            upto = end.index + (end.phase is Phase.CLOSED)
            if order_of(place) < order_of(end):
                self._bars(account, pocket, range(max(after, 0), upto))

    def _bars(self, account: Account, pocket: Pocket, bars: Iterable[int]) -> None:
        alone = len(pocket.positions) == 1
        worst: tuple[Decimal, Time, Prices] | None = None
        for index in bars:
            prices = self._hurting(pocket, index)
            time = self.timeline.times[index]
            if not alone:
                self._look(account, pocket.name, prices, time)
                continue
            ((symbol, position),) = pocket.positions.items()
            hurts = prices[symbol].copy_sign(position.quantity)
            if worst is None or hurts < worst[0]:
                worst = hurts, time, prices
        if worst is not None:
            self._look(account, pocket.name, worst[2], worst[1])

    def _hurting(self, pocket: Pocket, index: int) -> Prices:
        """The price of a bar that hurts most, for each position of a pocket."""
        step = self.timeline.step(index, ending=True)
        prices = dict(self.timeline.market(index, Phase.CLOSED).mark)
        for symbol, position in pocket.positions.items():
            begun = step.marks.get(symbol)
            judged = [] if begun is None else [begun, *step.later_marks.get(symbol, ())]
            traded = step.bars.get(symbol)
            bars = judged or ([] if traded is None else [traded])
            if bars and position.quantity > 0:
                prices[symbol] = min(bar.low for bar in bars)
            elif bars:
                prices[symbol] = max(bar.high for bar in bars)
        return prices

    def _look(self, account: Account, name: str, prices: Prices, at: Time) -> None:
        level, pocket = account.rulebook.level(Rung.LIQUIDATION), account.pockets.get(name)
        if level is None or pocket is None or not pocket.positions:
            return
        reached = breached(account, pocket, prices, level)
        for symbol, met in threshold_prices(account, pocket, prices, level).items():
            price = prices[symbol]
            if met is None or price <= 0:
                continue
            away = ZERO if reached else ratio(abs(price - met) / price)
            known = self.found.get(self.standing[name])
            if known is None or away < known.distance:
                self.found[self.standing[name]] = Closest(
                    at=at,
                    symbol=symbol,
                    price=price,
                    liquidation=met,
                    distance=away,
                    tick=account.instruments[symbol].tick,
                )
