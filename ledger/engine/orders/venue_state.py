"""What running incidents stop, for every step that places, fills or pays.

Chance is passed in: which orders a venue rejects follows from the incident's seed and the order's
number, so that the same run rejects the same orders.
"""

from decimal import Decimal
from hashlib import sha256

from ledger.account.incident import Incident, IncidentKind
from ledger.account.state import Account, Cause, Order
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.frozen import replace
from ledger.market.quote import Market
from ledger.money import ZERO, floor_to
from ledger.times import Time

_SIZES = 2**32
# a global is read faster than a member
_DOWN, _REJECTS = IncidentKind.OUTAGE, IncidentKind.ORDER_REJECTS
_THIN, _WIDE = IncidentKind.PARTIAL_FILLS, IncidentKind.SPREAD_WIDENING


def running(draft: Draft, kind: IncidentKind) -> Incident | None:
    """The running incident of a kind; if several, the one that hurts most."""
    if not draft.account.incidents:
        return None
    incidents = (incident for incident in draft.account.incidents if incident.kind is kind)
    return max(incidents, key=_harm, default=None)


def _harm(incident: Incident) -> Decimal:
    """How much an incident hurts, compared within its kind; the less of an order fills, the
    worse."""
    share = incident.share or ZERO
    return -share if incident.kind is _THIN else share


def quiet_venue(draft: Draft) -> None:
    """While the venue is down nothing trades there, whatever the tape shows."""
    if running(draft, _DOWN):
        draft.market = replace(draft.market, trading=frozenset())


def taken_up(account: Account, market: Market, time: Time | None) -> Market:
    """The market of a clock that was left on a tape, as it is for this account.

    The tape does not know that the venue is down, nor how long the trader waited after its last
    bar: that is the `time` at which the clock was left, if recorded.
    """
    draft = Draft(account, market if time is None else replace(market, time=time))
    quiet_venue(draft)
    return draft.market


def check_open(draft: Draft) -> None:
    """Raises `Refusal` while the venue takes no orders at all."""
    if running(draft, _DOWN):
        raise Refusal("the venue is down: it takes no orders")


def check_withdrawals(draft: Draft) -> None:
    """Raises `Refusal` while withdrawals are halted."""
    if running(draft, IncidentKind.WITHDRAWAL_FREEZE):
        raise Refusal("withdrawals are frozen")
    if running(draft, _DOWN):
        raise Refusal("the venue is down: it pays nothing out")


def check_order(draft: Draft, symbol: str, number: int | None = None) -> None:
    """Raises `Refusal` for an order that bounces, is rejected by chance, or is for a delisted
    symbol.

    The chance is drawn by the `number` of the command, else by that of the order.
    """
    check_open(draft)
    if symbol in draft.account.delisted:
        raise Refusal(f"{symbol} is delisted")
    rejects = running(draft, _REJECTS)
    if rejects is None or rejects.share is None:
        return
    number = draft.account.orders_made if number is None else number
    drawn = sha256(f"{rejects.seed}:{number}".encode()).digest()
    if Decimal(int.from_bytes(drawn[:4], "big")) < rejects.share * _SIZES:
        raise Refusal("rejected by the venue, which is overloaded: send it again")


def arrived(draft: Draft, order: Order) -> bool:
    """Whether an order has reached the venue: the trader's own are late while latency lasts.

    An order sent before it began has arrived.
    """
    if not draft.account.incidents or order.cause is not Cause.TRADER:
        return True
    delays = (
        incident.seconds
        for incident in draft.account.incidents
        if incident.kind is IncidentKind.LATENCY and incident.since <= order.placed_at
    )
    return draft.market.time >= order.placed_at + max(delays, default=0)


def fillable(draft: Draft, order: Order) -> Decimal:
    """How much of a trader's order finds a counterparty: at least a lot, all of it without
    incidents."""
    thin = running(draft, _THIN)
    if thin is None or thin.share is None or order.cause is not Cause.TRADER:
        return order.quantity
    lot = draft.account.instruments[order.symbol].lot
    return min(max(floor_to(order.quantity * thin.share, lot), lot), order.quantity)


def filling_whole(account: Account) -> Account:
    """The account as if every order found its counterparty at once."""
    calm = tuple(one for one in account.incidents if one.kind not in (IncidentKind.LATENCY, _THIN))
    return account if len(calm) == len(account.incidents) else replace(account, incidents=calm)


def half_spread(draft: Draft) -> Decimal:
    """What a wide spread adds to the slippage of an order that takes liquidity, as a fraction of
    the price."""
    wide = running(draft, _WIDE)
    return ZERO if wide is None or wide.share is None else wide.share / 2
