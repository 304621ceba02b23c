"""Incidents: what they change at once, and their end. What they stop meanwhile: `weather`."""

from decimal import Decimal

from ledger.account.commands import ChangeRules, StartIncident
from ledger.account.event_terms import CallMetBy, CancelReason, ClosedBy, FeeKind
from ledger.account.events import kinds as e
from ledger.account.incident import LASTING, IncidentKind, StopsThere
from ledger.account.risk.margin import equity, free_cash, unrealized
from ledger.account.state import MAIN, Pocket, Position
from ledger.engine.calls import ladder
from ledger.engine.commands import change_rules
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.orders import protection
from ledger.engine.orders.acceptance import listed
from ledger.engine.orders.venue_state import quiet_venue
from ledger.engine.trades.fills import after_close, charge, closing_fill
from ledger.engine.trades.settlement import Deal
from ledger.frozen import told_by
from ledger.market.rules.in_force import rules_in_force
from ledger.market.rules.rulebook import Rulebook
from ledger.money import ONE, ZERO, floor_to, plain, settle

_LOSSES = {
    IncidentKind.INSOLVENCY: FeeKind.INSOLVENCY,
    IncidentKind.HACK: FeeKind.HACK,
}
CHANGED = {
    IncidentKind.LEVERAGE_CUT: "max_leverage",
    IncidentKind.MAINTENANCE_HIKE: "maintenance_margin",
    IncidentKind.RATE_HIKE: "loan_rate",
}
"""The rule that an incident changes, for good."""


def start(draft: Draft, wish: StartIncident) -> None:
    """Let an incident strike. Raises `Refusal` for one that lacks what it needs."""
    _check(draft, wish)
    lasting = wish.kind in LASTING
    draft.record(
        e.IncidentStarted(
            at=draft.market.time,
            kind=wish.kind,
            until=draft.market.time + wish.lasts if lasting else None,
            symbol=wish.symbol,
            share=wish.share,
            seconds=wish.seconds,
            seed=wish.seed,
            stops=wish.stops if wish.kind is IncidentKind.OUTAGE else None,
            rules=dict(change_of(wish).rules) if wish.kind in CHANGED else {},
        )
    )
    if wish.kind is IncidentKind.OUTAGE:
        if wish.stops is StopsThere.DIE:
            _lose_orders(draft)
        quiet_venue(draft)
    elif wish.kind in _LOSSES:
        _lose(draft, _LOSSES[wish.kind], wish.share or ZERO)
    elif wish.kind in CHANGED:
        change_rules.change(draft, change_of(wish))
    elif wish.kind is IncidentKind.DELISTING:
        _delist(draft, wish.symbol or "")
    elif wish.kind is IncidentKind.AUTO_DELEVERAGING:
        _deleverage(draft, wish)


def _check(draft: Draft, wish: StartIncident) -> None:
    if wish.kind in LASTING and wish.lasts <= 0:
        raise Refusal(f"{wish.kind} needs hours above zero")
    parts = (*_LOSSES, IncidentKind.ORDER_REJECTS, IncidentKind.PARTIAL_FILLS)
    if wish.kind in (*parts, IncidentKind.SPREAD_WIDENING) and not (
        wish.share is not None and ZERO < wish.share <= ONE
    ):
        raise Refusal(f"{wish.kind} needs a share above 0, at most 1")
    if wish.kind is IncidentKind.LATENCY and wish.seconds <= 0:
        raise Refusal("latency needs seconds above zero")
    if wish.kind in CHANGED:
        wrong = wrong_way(draft.account.rulebook, wish)
        if wrong is not None:
            raise Refusal(f"{wish.kind}: {wrong}")
    if wish.kind is IncidentKind.DELISTING and wish.symbol is None:
        raise Refusal("delisting needs a symbol")
    if wish.symbol is not None:
        listed(draft, wish.symbol)


def change_of(wish: StartIncident) -> ChangeRules:
    """The change of rules that a cut or a hike is."""
    figure = ZERO if wish.figure is None else wish.figure
    return ChangeRules(rules={CHANGED[wish.kind]: plain(figure)}, cause=wish.kind.value)


def wrong_way(book: Rulebook, wish: StartIncident) -> str | None:
    """Why a cut is none at this book, or a hike none; `None` where it is one.

    A rule that goes by tiers has no single figure to compare with.
    """
    rule, figure = CHANGED[wish.kind], wish.figure
    if figure is None:
        return f"needs {rule}"
    now = rules_in_force(book, (rule,)).get(rule)
    cut = wish.kind is IncidentKind.LEVERAGE_CUT
    if now is None or (figure < Decimal(now) if cut else figure > Decimal(now)):
        return None
    return f"{rule} is {now}; allowed: {'less' if cut else 'more'} than that"


def end_due(draft: Draft) -> None:
    """End what has lasted its time."""
    for incident in draft.account.incidents:
        if incident.until <= draft.market.time:
            draft.record(e.IncidentEnded(at=draft.market.time, kind=incident.kind))


def _lose_orders(draft: Draft) -> None:
    """Everything that rests at the venue is gone, stops too."""
    for order in list(draft.account.orders.values()):
        protection.cancel(draft, order, CancelReason.OUTAGE)


def _lose(draft: Draft, kind: FeeKind, share: Decimal) -> None:
    """A share of the wallet's cash is gone, margin behind isolated walls included.

    Only of what is the trader's own: lent money, and what a short sale brought, are set off against
    what is owed for them. What positions are worth stays.
    """
    account = draft.account
    for name, pocket in account.pockets.items():
        own = min(free_cash(account, pocket), equity(account, pocket, draft.market.mark))
        charge(draft, name, kind, settle(max(own, ZERO) * share, account.currency), "")


def _delist(draft: Draft, symbol: str) -> None:
    """Close out at the last price, and take every order back."""
    for order in list(draft.account.orders.values()):
        if order.symbol == symbol:
            protection.cancel(draft, order, CancelReason.DELISTED)
    position = draft.account.position(symbol)
    if position is not None and position.quantity:
        _take(draft, position, abs(position.quantity), IncidentKind.DELISTING)


def _deleverage(draft: Draft, wish: StartIncident) -> None:
    """Close the share of a winner, the one named or the largest, at the last price."""
    winner = _winner(draft, wish.symbol)
    if winner is None:
        return
    lot = draft.account.instruments[winner.symbol].lot
    size = abs(winner.quantity)
    part = floor_to(size * (wish.share or ONE), lot)
    _take(draft, winner, min(max(part, lot), size), IncidentKind.AUTO_DELEVERAGING)


def _winner(draft: Draft, symbol: str | None) -> Position | None:
    """The position with the largest unrealized gain; `None` where nobody wins."""
    account = draft.account

    def gain(position: Position) -> Decimal:
        alone = Pocket(name=position.pocket, positions={position.symbol: position})
        return unrealized(account, alone, draft.market.mark)

    held = [p for p in account.positions() if p.quantity and symbol in (None, p.symbol)]
    return max((p for p in held if gain(p) > 0), key=gain, default=None)


def _take(draft: Draft, position: Position, quantity: Decimal, kind: IncidentKind) -> None:
    """The venue closes at the last price; there is no fee on what nobody asked for."""
    deal = Deal(quantity, draft.market.last[position.symbol])
    closed = told_by(e.VenueClosed, closing_fill(draft, position, deal), incident=kind)
    draft.record(closed)
    after_close(draft, position, deal, closed.realized_pnl, ClosedBy(kind))
    ladder.meet(draft, CallMetBy(kind), position.pocket, MAIN)
