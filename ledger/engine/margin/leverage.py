"""Leverage belongs to the position: an order for more at another one changes it for the whole.

It is tested as if the whole were opened at that leverage, with what stands behind it and what the
order adds (`decisions.md`), and recorded before the fill: no requirement changes in silence.
"""

from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity, initial_of, posted_margin
from ledger.account.risk.requirement import mode_of
from ledger.account.state import Order, Pocket, Position
from ledger.engine.decision.draft import Draft
from ledger.frozen import replace
from ledger.market.rules.rulebook import Mode
from ledger.money import plain, round_down, round_up, trim


def changed_by(draft: Draft, order: Order) -> Position | None:
    """The position whose leverage the opening part of an order would change, if any."""
    held = draft.account.position(order.symbol)
    if held is None or not held.quantity or held.side is not order.side:
        return None
    return held if held.leverage != order.leverage else None


def restated(draft: Draft, order: Order, pocket: Pocket) -> Pocket:
    """A pocket with its position in the order's symbol at the order's leverage."""
    held = changed_by(draft, order)
    if held is None or held.pocket != pocket.name:
        return pocket
    position = replace(held, leverage=order.leverage)
    return replace(pocket, positions={**pocket.positions, order.symbol: position})


def uncarried(draft: Draft, order: Order) -> str | None:
    """Why the margin behind an isolated position does not carry it at the order's leverage; `None`
    if it does.

    The order brings its own part's margin, so it is the existing position that must be carried.
    """
    held = changed_by(draft, order)
    if held is None or mode_of(draft.account, held.pocket) is not Mode.ISOLATED:
        return None
    account, mark = draft.account, draft.market.mark
    value = account.instruments[order.symbol].notional(held.quantity, mark[order.symbol])
    required = max(
        initial_of(account, order.symbol, held.quantity, mark, order.leverage),
        posted_margin(account.rulebook, value, order.leverage),
    )
    behind = equity(account, account.pockets[held.pocket], mark)
    if behind >= required:
        return None
    lacking = round_up(required - behind, account.currency)
    return (
        f"{_x(order.leverage)} would be the leverage of the whole position: what you hold needs "
        f"{_money(required, account.currency)} for that, {_money(behind, account.currency)} is "
        f"behind it; add {plain(trim(lacking))} to it first, or stay at {_x(held.leverage)}"
    )


def _x(leverage: Decimal) -> str:
    return f"{plain(trim(leverage))}x"


def _money(amount: Decimal, currency: str) -> str:
    return f"{plain(trim(round_down(amount, currency)))} {currency}"


def change(draft: Draft, order: Order) -> None:
    """Record that the whole position has the order's leverage from now on."""
    held = changed_by(draft, order)
    if held is None:
        return
    draft.record(
        e.LeverageChanged(
            at=draft.market.time,
            pocket=held.pocket,
            symbol=held.symbol,
            side=held.side,
            quantity=abs(held.quantity),
            was=held.leverage,
            leverage=order.leverage,
        )
    )
