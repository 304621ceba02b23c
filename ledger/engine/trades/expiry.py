"""Options at expiry: exercised in cash against the underlying's price, or worthless."""

from ledger.account.event_terms import CancelReason, ClosedBy
from ledger.account.events import kinds as e
from ledger.account.state import Account, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.orders import protection
from ledger.engine.trades.fills import after_close, closing_fill
from ledger.engine.trades.settlement import Deal
from ledger.frozen import event_from
from ledger.market.instrument import OptionTerms
from ledger.times import Time


def settle_expired(draft: Draft) -> None:
    """Settle every option whose time has come at its exercise value, without a fee.

    Orders on it end with it. Source: European options exercise by themselves when in the money.
    """
    for symbol, instrument in draft.account.instruments.items():
        terms = instrument.option
        if terms is None or terms.expires > draft.market.time:
            continue
        for order in list(draft.account.orders.values()):
            if order.symbol == symbol:
                protection.cancel(draft, order, CancelReason.EXPIRED)
        position = draft.account.position(symbol)
        if position is not None and position.quantity:
            _settle(draft, position, terms)


def next_settlement(account: Account) -> Time | None:
    """When the first option expires that is held or ordered."""
    ends = {s: i.option.expires for s, i in account.instruments.items() if i.option is not None}
    if not ends:
        return None
    concerned = {order.symbol for order in account.orders.values()}
    concerned.update(position.symbol for position in account.positions())
    return min((end for symbol, end in ends.items() if symbol in concerned), default=None)


def _settle(draft: Draft, position: Position, terms: OptionTerms) -> None:
    underlying = draft.market.last[terms.on]
    deal = Deal(abs(position.quantity), terms.intrinsic(underlying))
    settled = event_from(
        e.OptionSettled, closing_fill(draft, position, deal), underlying_price=underlying
    )
    draft.record(settled)
    after_close(draft, position, deal, settled.realized_pnl, ClosedBy.EXPIRY)
