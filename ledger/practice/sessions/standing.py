"""How an account has done since it was begun, stored beside its clock: no event states it.

The return is time-weighted: growth between one deposit, withdrawal or sweep and the next, linked
(growth = equity before the flow / equity after the last one), so that money paid in is not a gain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Self

from ledger.account.events import kinds as e
from ledger.account.state import Account, Cause, Position
from ledger.market.quote import Market
from ledger.money import ONE, ZERO, plain, ratio, settle
from ledger.practice.sessions.statement import equity_of

_FLOWS = frozenset({e.Deposited, e.Withdrawn, e.Swept})
_FORCED = frozenset({e.ForceSold, e.Liquidated, e.DeficitRecorded})
_TELLING = _FLOWS | _FORCED
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Standing:
    """`growth` up to the last flow, `base` the equity after it; `growth` is `None` if unknown.

    `wiped_out` counts how often a forced exit left nothing held and less than a hundredth of
    everything paid in; `is_wiped_out` holds until money is paid in again.
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
        """The standing after these events have led from one moment to the other."""
        if _TELLING.isdisjoint(map(type, events)):
            return self
        kinds = frozenset(map(type, events))
        standing = self
        if kinds & _FLOWS:
            standing = standing._linked(equity_of(*before), equity_of(*then))
        if e.Deposited in kinds:
            standing = replace(standing, is_wiped_out=False)
        if kinds & _FORCED and not self.is_wiped_out and _is_ruin(*then):
            standing = replace(standing, is_wiped_out=True, wiped_out=self.wiped_out + 1)
        return standing

    def _linked(self, equity: Decimal, left: Decimal) -> Self:
        if self.growth is None or self.base <= 0:
            return replace(self, base=left)
        return replace(self, growth=self.growth * max(equity, ZERO) / self.base, base=left)

    def time_weighted(self, equity: Decimal) -> Decimal | None:
        """The return up to now; `None` if it is unknown, or nothing was ever paid in."""
        if self.growth is None or (self.growth == ONE and not self.base):
            return None
        since = max(equity, ZERO) / self.base if self.base > 0 else ONE
        return ratio(self.growth * since - 1)

    def written(self) -> dict[str, Any]:
        """As the place of the clock has it."""
        growth = None if self.growth is None else plain(self.growth)
        return {
            "growth": growth,
            "base": plain(self.base),
            "wiped_out": self.wiped_out,
            "is_wiped_out": self.is_wiped_out,
        }


def standing_of(written: Mapping[str, Any] | None) -> Standing:
    """The standing as it was stored; without one, from an older version, growth stays unknown."""
    if written is None:
        return Standing(growth=None)
    return Standing(
        growth=None if written["growth"] is None else Decimal(written["growth"]),
        base=Decimal(written["base"]),
        wiped_out=written["wiped_out"],
        is_wiped_out=written["is_wiped_out"],
    )


def summary(standing: Standing, account: Account, market: Market) -> dict[str, Any]:
    """An account in a line, for a list of thousands: read from its place, without a replay."""
    equity, totals = equity_of(account, market), account.totals
    gain, basis = standing.time_weighted(equity), "time-weighted"
    if gain is None and totals.deposited:
        gained = equity + totals.withdrawn + account.savings - totals.deposited
        gain, basis = ratio(gained / totals.deposited), "money-weighted"
    risk, without = open_risk(account, market)
    return {
        "venue": account.rulebook.id,
        "mode": account.mode.value,
        "symbols": list(account.instruments),
        "return": None if gain is None else plain(gain),
        "return_basis": None if gain is None else basis,
        "open_risk": plain(risk),
        "without_stop": without,
        **standing.written(),
    }


def open_risk(account: Account, market: Market) -> tuple[Decimal, list[str]]:
    """What open positions lose from here to their stops, and the symbols not fully covered by
    one."""
    risk, without = ZERO, []
    for position in account.positions():
        lost, left = risk_to_stop(account, market, position)
        risk += lost
        if left:
            without.append(position.symbol)
    return settle(risk, account.currency), without


def risk_to_stop(account: Account, market: Market, position: Position) -> tuple[Decimal, Decimal]:
    """What a position loses from here to its stops, and the quantity that none of them covers."""
    risk, left, mark = ZERO, abs(position.quantity), market.mark[position.symbol]
    for order in account.orders.values():
        if order.symbol == position.symbol and order.cause is Cause.STOP_LOSS and order.trigger:
            stopped = min(order.quantity, left)
            left -= stopped
            signed = stopped if position.quantity > 0 else -stopped
            gain = account.instruments[order.symbol].gain(signed, mark, order.trigger)
            risk += max(-gain, ZERO)
    return risk, left


def _is_ruin(account: Account, market: Market) -> bool:
    least = account.totals.deposited * _HUNDREDTH
    return not account.positions() and equity_of(account, market) < least
