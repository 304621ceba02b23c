"""Incidents: what they change at once, and their end. What they stop meanwhile is in
`venue_state`."""

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
from ledger.frozen import event_from
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
"""The rule that an incident changes permanently."""


def start(draft: Draft, command: StartIncident) -> None:
    """Start an incident. Raises `Refusal` if something it needs is missing."""
    _check(draft, command)
    lasting = command.kind in LASTING
    draft.record(
        e.IncidentStarted(
            at=draft.market.time,
            kind=command.kind,
            until=draft.market.time + command.lasts if lasting else None,
            symbol=command.symbol,
            share=command.share,
            seconds=command.seconds,
            seed=command.seed,
            stops=command.stops if command.kind is IncidentKind.OUTAGE else None,
            rules=dict(change_of(command).rules) if command.kind in CHANGED else {},
        )
    )
    if command.kind is IncidentKind.OUTAGE:
        if command.stops is StopsThere.DIE:
            _lose_orders(draft)
        quiet_venue(draft)
    elif command.kind in _LOSSES:
        _lose(draft, _LOSSES[command.kind], command.share or ZERO)
    elif command.kind in CHANGED:
        change_rules.change(draft, change_of(command))
    elif command.kind is IncidentKind.DELISTING:
        _delist(draft, command.symbol or "")
    elif command.kind is IncidentKind.AUTO_DELEVERAGING:
        _deleverage(draft, command)


def _check(draft: Draft, command: StartIncident) -> None:
    if command.kind in LASTING and command.lasts <= 0:
        raise Refusal(f"{command.kind} needs hours above zero")
    parts = (*_LOSSES, IncidentKind.ORDER_REJECTS, IncidentKind.PARTIAL_FILLS)
    if command.kind in (*parts, IncidentKind.SPREAD_WIDENING) and not (
        command.share is not None and ZERO < command.share <= ONE
    ):
        raise Refusal(f"{command.kind} needs a share above 0, at most 1")
    if command.kind is IncidentKind.LATENCY and command.seconds <= 0:
        raise Refusal("latency needs seconds above zero")
    if command.kind in CHANGED:
        wrong = wrong_way(draft.account.rulebook, command)
        if wrong is not None:
            raise Refusal(f"{command.kind}: {wrong}")
    if command.kind is IncidentKind.DELISTING and command.symbol is None:
        raise Refusal("delisting needs a symbol")
    if command.symbol is not None:
        listed(draft, command.symbol)


def change_of(command: StartIncident) -> ChangeRules:
    """The change of rules that a cut or a hike makes."""
    figure = ZERO if command.figure is None else command.figure
    return ChangeRules(rules={CHANGED[command.kind]: plain(figure)}, cause=command.kind.value)


def wrong_way(book: Rulebook, command: StartIncident) -> str | None:
    """Why this is not a cut (or a hike) under this rule book; `None` if it is one.

    A rule with tiers has no single figure to compare with.
    """
    rule, figure = CHANGED[command.kind], command.figure
    if figure is None:
        return f"needs {rule}"
    now = rules_in_force(book, (rule,)).get(rule)
    cut = command.kind is IncidentKind.LEVERAGE_CUT
    if now is None or (figure < Decimal(now) if cut else figure > Decimal(now)):
        return None
    return f"{rule} is {now}; allowed: {'less' if cut else 'more'} than that"


def end_due(draft: Draft) -> None:
    """End the incidents whose time is over."""
    for incident in draft.account.incidents:
        if incident.until <= draft.market.time:
            draft.record(e.IncidentEnded(at=draft.market.time, kind=incident.kind))


def _lose_orders(draft: Draft) -> None:
    """Drop everything that rests at the venue, stops included."""
    for order in list(draft.account.orders.values()):
        protection.cancel(draft, order, CancelReason.OUTAGE)


def _lose(draft: Draft, kind: FeeKind, share: Decimal) -> None:
    """Lose a share of the wallet's cash, isolated margin included.

    Only of the trader's own: borrowed money and the proceeds of shorts are set off against what is
    owed for them. The value of positions stays.
    """
    account = draft.account
    for name, pocket in account.pockets.items():
        own = min(free_cash(account, pocket), equity(account, pocket, draft.market.mark))
        charge(draft, name, kind, settle(max(own, ZERO) * share, account.currency), "")


def _delist(draft: Draft, symbol: str) -> None:
    """Close out at the last price, and cancel every order."""
    for order in list(draft.account.orders.values()):
        if order.symbol == symbol:
            protection.cancel(draft, order, CancelReason.DELISTED)
    position = draft.account.position(symbol)
    if position is not None and position.quantity:
        _take(draft, position, abs(position.quantity), IncidentKind.DELISTING)


def _deleverage(draft: Draft, command: StartIncident) -> None:
    """Close a share of a winner, the one named or the largest, at the last price."""
    winner = _winner(draft, command.symbol)
    if winner is None:
        return
    lot = draft.account.instruments[winner.symbol].lot
    size = abs(winner.quantity)
    part = floor_to(size * (command.share or ONE), lot)
    _take(draft, winner, min(max(part, lot), size), IncidentKind.AUTO_DELEVERAGING)


def _winner(draft: Draft, symbol: str | None) -> Position | None:
    """The position with the largest unrealized gain; `None` if there is none."""
    account = draft.account

    def gain(position: Position) -> Decimal:
        alone = Pocket(name=position.pocket, positions={position.symbol: position})
        return unrealized(account, alone, draft.market.mark)

    held = [p for p in account.positions() if p.quantity and symbol in (None, p.symbol)]
    return max((p for p in held if gain(p) > 0), key=gain, default=None)


def _take(draft: Draft, position: Position, quantity: Decimal, kind: IncidentKind) -> None:
    """The venue closes at the last price, without a fee: the trader did not ask for it."""
    deal = Deal(quantity, draft.market.last[position.symbol])
    closed = event_from(e.VenueClosed, closing_fill(draft, position, deal), incident=kind)
    draft.record(closed)
    after_close(draft, position, deal, closed.realized_pnl, ClosedBy(kind))
    ladder.meet(draft, CallMetBy(kind), position.pocket, MAIN)
