"""How an account has done since it was begun, kept beside its clock: no event says it.

The return is time-weighted: growth between one deposit, withdrawal or sweep and the next, linked
(growth = equity before the flow / equity after the last one), so that money paid in is no gain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from ledger.account.events import kinds as e
from ledger.account.state import Account, Cause
from ledger.market.quote import Market
from ledger.money import ONE, ZERO, plain, ratio, settle
from ledger.practice.sessions.statement import equity_of

_FLOWS = frozenset({e.Deposited, e.Withdrawn, e.Swept})
_FORCED = frozenset({e.ForceSold, e.Liquidated, e.DeficitRecorded})
_TELLING = _FLOWS | _FORCED
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Standing:
    """`growth` up to the last flow, `base` the equity after it; `None` where growth is not known.

    `wiped_out` counts how often a forced exit left nothing held and less than a hundredth of all
    that was paid in; `is_wiped_out` until money comes in again.
    """

    growth: Decimal | None = ONE
    base: Decimal = ZERO
    wiped_out: int = 0
    is_wiped_out: bool = False

    def after(
        self,
        before: tuple[Account, Market],
        then: tuple[Account, Market],
        events: Sequence[e.Event],
    ) -> Self:
        """What it is once these events have led from the one moment to the other."""
        if _TELLING.isdisjoint(map(type, events)):
            return self
        kinds = frozenset(map(type, events))
        found = self
        if kinds & _FLOWS:
            found = found._linked(equity_of(*before), equity_of(*then))
        if e.Deposited in kinds:
            found = replace(found, is_wiped_out=False)
        if kinds & _FORCED and not self.is_wiped_out and _is_ruin(*then):
            found = replace(found, is_wiped_out=True, wiped_out=self.wiped_out + 1)
        return found

    def _linked(self, equity: Decimal, left: Decimal) -> Self:
        if self.growth is None or self.base <= 0:
            return replace(self, base=left)
        return replace(self, growth=self.growth * max(equity, ZERO) / self.base, base=left)

    def time_weighted(self, equity: Decimal) -> Decimal | None:
        """The return up to now; `None` where it is not known, or nothing was ever paid in."""
        if self.growth is None or (self.growth == ONE and not self.base):
            return None
        since = max(equity, ZERO) / self.base if self.base > 0 else ONE
        return ratio(self.growth * since - 1)

    def kept(self) -> dict[str, Any]:
        """As the place of the clock has it."""
        growth = None if self.growth is None else plain(self.growth)
        return {
            "growth": growth,
            "base": plain(self.base),
            "wiped_out": self.wiped_out,
            "is_wiped_out": self.is_wiped_out,
        }


def standing_of(kept: Mapping[str, Any] | None) -> Standing:
    """As it was kept; of an account whose earlier program kept none, growth is never known."""
    if kept is None:
        return Standing(growth=None)
    return Standing(
        growth=None if kept["growth"] is None else Decimal(kept["growth"]),
        base=Decimal(kept["base"]),
        wiped_out=kept["wiped_out"],
        is_wiped_out=kept["is_wiped_out"],
    )


def summary(standing: Standing, account: Account, market: Market) -> dict[str, Any]:
    """An account in a line, for a list of thousands: read from its place, and not lived again."""
    equity, totals = equity_of(account, market), account.totals
    found, basis = standing.time_weighted(equity), "time-weighted"
    if found is None and totals.deposited:
        gained = equity + totals.withdrawn + account.savings - totals.deposited
        found, basis = ratio(gained / totals.deposited), "money-weighted"
    risk, without = open_risk(account, market)
    return {
        "venue": account.rulebook.id,
        "mode": account.mode.value,
        "symbols": list(account.instruments),
        "return": None if found is None else plain(found),
        "return_basis": None if found is None else basis,
        "open_risk": plain(risk),
        "without_stop": without,
        **standing.kept(),
    }


def open_risk(account: Account, market: Market) -> tuple[Decimal, list[str]]:
    """What open positions lose from here to their stops, and the symbols not wholly behind one."""
    risk, without = ZERO, []
    for position in account.positions():
        left, mark = abs(position.quantity), market.mark[position.symbol]
        for order in account.orders.values():
            if order.symbol == position.symbol and order.cause is Cause.STOP_LOSS and order.trigger:
                stopped = min(order.quantity, left)
                left -= stopped
                signed = stopped if position.quantity > 0 else -stopped
                gain = account.instruments[order.symbol].gain(signed, mark, order.trigger)
                risk += max(-gain, ZERO)
        if left:
            without.append(position.symbol)
    return settle(risk, account.currency), without


def _is_ruin(account: Account, market: Market) -> bool:
    least = account.totals.deposited * _HUNDREDTH
    return not account.positions() and equity_of(account, market) < least
