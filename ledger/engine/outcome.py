"""How a closed trade is put on record: net result, R, and how far it went against and for it."""

from decimal import Decimal

from ledger.account import events as e
from ledger.account.demand import entry_price
from ledger.account.state import Position
from ledger.engine.draft import Draft
from ledger.money import ZERO, ratio, settle


def closed_event(
    draft: Draft, after: Position, before: Position, price: Decimal, by: str
) -> e.PositionClosed:
    """The end of a trade. `after` holds its sums, `before` what was held until the last trade.

    R = net result / R0, with fees, interest and funding in the result (`metrics.md`); without a
    stop at entry there is no R.
    """
    net = after.realized - after.fees - after.carry + after.absorbed
    adverse, favourable = _excursions(draft, before, price)
    return e.PositionClosed(
        at=draft.market.time,
        pocket=before.pocket,
        symbol=before.symbol,
        side=before.side,
        quantity=before.peak,
        entry_price=ratio(entry_price(draft.account, before)),
        exit_price=price,
        leverage=before.leverage,
        margin=settle(abs(before.basis) / before.leverage, draft.account.currency),
        realized_pnl=after.realized,
        net_pnl=settle(net, draft.account.currency),
        r_multiple=_in_r(net, before.risk),
        mae_r=_in_r(adverse, before.risk),
        mfe_r=_in_r(favourable, before.risk),
        closed_by=by,
    )


def _in_r(amount: Decimal, risk: Decimal | None) -> Decimal | None:
    return ratio(amount / risk) if risk else None


def _excursions(draft: Draft, position: Position, price: Decimal) -> tuple[Decimal, Decimal]:
    """Money furthest against and furthest for the position, on bar extremes up to its last bar.

    The last bar counts only with the prices it is known to have had before the exit: its open
    and the exit itself.
    """
    now = draft.market.time
    seen = [position.first_entry, price]
    past = draft.market.history.extremes(position.symbol, position.opened_at, now)
    if past is not None:
        seen += past
    bar = draft.market.bars.get(position.symbol)
    if bar is not None and position.opened_at < now:
        seen.append(bar.open)
    instrument = draft.account.instruments[position.symbol]
    size = position.peak * position.side.sign
    gains = [instrument.gain(size, position.first_entry, level) for level in (min(seen), max(seen))]
    return max(-min(gains), ZERO), max(*gains, ZERO)
