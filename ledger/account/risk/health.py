"""Health in the venue's own measure, and its levels in that measure.

Six measures, one vocabulary of levels (warning, call, liquidation):

| name | value | unhealthy when |
| --- | --- | --- |
| `equity_ratio` | equity / gross market value | low |
| `margin_ratio` | requirement of the last level / equity | high |
| `margin_level` | assets / liabilities, or equity / used margin by the book's basis | low |
| `used_margin_level` | equity / requirement, where that is the margin used | low |
| `risk_rate` | assets / liabilities | low |
| `debt_ratio` | liabilities / assets | high |
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.risk.margin import equity, required_equity
from ledger.account.risk.requirement import Prices, level_for, requirement
from ledger.account.state import Account, Pocket
from ledger.market.rules.rulebook import Level, Rung
from ledger.market.rules.schedule import Basis, Schedule
from ledger.money import ONE, ZERO


@dataclass(frozen=True, slots=True)
class Health:
    """Health in the venue's own measure, with the thresholds that apply now."""

    name: str
    value: Decimal | None
    call: Decimal | None
    liquidation: Decimal | None


def health(account: Account, pocket: Pocket, prices: Prices) -> Health:
    """The pocket's health; it has no value without a position, or without the debt it measures."""
    return Health(
        account.rulebook.health,
        measure(account, pocket, prices),
        threshold(account, pocket, prices, Rung.CALL),
        threshold(account, pocket, prices, Rung.LIQUIDATION),
    )


def rises(name: str) -> bool:
    """Whether a higher value of the measure is worse."""
    return name in ("margin_ratio", "debt_ratio")


def measure(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    """The venue's measure at these prices."""
    if gross(account, pocket, prices) == 0:
        return None
    return MEASURES[account.rulebook.health](account, pocket, prices)


def threshold(account: Account, pocket: Pocket, prices: Prices, rung: Rung) -> Decimal | None:
    """The rung's level in the venue's measure."""
    level = account.rulebook.level(rung)
    whole = gross(account, pocket, prices)
    if level is None or whole == 0:
        return None
    book = account.rulebook
    level = level_for(account, pocket, level)
    if book.health == "equity_ratio":
        return required_equity(account, pocket, prices, level) / whole
    if book.health == "margin_ratio":
        last = level_for(account, pocket, book.levels[-1])
        return last.multiple * level.share / (last.share * level.multiple)
    if book.health == "debt_ratio":
        return level.share / (level.share + level.multiple)
    ratio = level.multiple / level.share
    used = book.health == "used_margin_level" or _on_used_margin(account)
    return ratio if used else ONE + ratio


def gross(account: Account, pocket: Pocket, prices: Prices) -> Decimal:
    """Market value of what is held, shorts counted positive."""
    return sum(
        (
            abs(account.instruments[symbol].notional(position.quantity, prices[symbol]))
            for symbol, position in pocket.positions.items()
        ),
        ZERO,
    )


def _on_used_margin(account: Account) -> bool:
    return _watched(account).basis is Basis.USED_MARGIN


def _watched(account: Account) -> Schedule:
    return account.rulebook.schedule(account.rulebook.levels[-1].schedule)


def _equity_ratio(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    return equity(account, pocket, prices) / gross(account, pocket, prices)


def _margin_ratio(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    own = equity(account, pocket, prices)
    last: Level = account.rulebook.levels[-1]
    return required_equity(account, pocket, prices, last) / own if own > 0 else None


def _margin_level(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    own = equity(account, pocket, prices)
    base = requirement(account, pocket, prices, _watched(account))
    if not base:
        return None
    return own / base if _on_used_margin(account) else (own + base) / base


def _used_margin_level(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    base = requirement(account, pocket, prices, _watched(account))
    return equity(account, pocket, prices) / base if base else None


def _debt_ratio(account: Account, pocket: Pocket, prices: Prices) -> Decimal | None:
    owed = requirement(account, pocket, prices, _watched(account))
    assets = equity(account, pocket, prices) + owed
    return owed / assets if assets > 0 else None


MEASURES: dict[str, Callable[[Account, Pocket, Prices], Decimal | None]] = {
    "equity_ratio": _equity_ratio,
    "margin_ratio": _margin_ratio,
    "margin_level": _margin_level,
    "used_margin_level": _used_margin_level,
    "risk_rate": _margin_level,
    "debt_ratio": _debt_ratio,
}
