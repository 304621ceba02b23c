"""The fold of changes to positions: fills, their end, and isolated margin."""

from collections.abc import Mapping
from decimal import Decimal

from ledger.account.events import kinds as e
from ledger.account.lots import basis, split
from ledger.account.state import MAIN, Account, Lot, Pocket, Position
from ledger.frozen import replace
from ledger.money import ZERO


def fold_fill(account: Account, event: e.Fill, leverage: Decimal | None) -> Account:
    """The account after a trade. A forced trade has no leverage of its own: it only closes."""
    instrument = account.instruments[event.symbol]
    pocket = account.pockets.get(event.pocket) or Pocket(name=event.pocket)
    held = pocket.positions.get(event.symbol)
    signed = event.quantity * event.side.sign
    if held is None or held.quantity == 0 or (held.quantity > 0) == (signed > 0):
        lot = _lot(account, event)
        exact = instrument.notional(signed, event.price)
        position = _enlarged(held, event, lot, leverage or Decimal(1), exact)
    else:
        _, rest = split(held.lots, event.quantity, instrument.currency)
        position = replace(
            held,
            lots=rest,
            quantity=held.quantity + signed,
            basis=basis(instrument, rest),
            realized=held.realized + event.realized_pnl,
            held_shift=event.held_shift,
        )
    change = -event.value * event.side.sign if instrument.owned else event.realized_pnl
    pocket = replace(
        pocket,
        cash=pocket.cash + change,
        positions={**pocket.positions, event.symbol: position},
    )
    totals = replace(account.totals, realized_pnl=account.totals.realized_pnl + event.realized_pnl)
    return replace(account, pockets={**account.pockets, pocket.name: pocket}, totals=totals)


def _lot(account: Account, event: e.Fill) -> Lot:
    """The lot of an opening trade, with the rollover rate of its time."""
    terms, sign = account.rulebook.rollover, event.side.sign
    return Lot(
        quantity=event.quantity * sign,
        price=event.price,
        cost=event.value * sign,
        at=event.at,
        rollover=ZERO if terms is None else terms.fee,
    )


def _enlarged(
    held: Position | None, event: e.Fill, lot: Lot, leverage: Decimal, exact: Decimal
) -> Position:
    signed = lot.quantity
    if held is None or held.quantity == 0:
        return Position(
            symbol=event.symbol,
            pocket=event.pocket,
            lots=(lot,),
            quantity=signed,
            basis=exact,
            leverage=leverage,
            opened_at=event.at,
            peak=event.quantity,
            first_entry=event.price,
        )
    quantity = held.quantity + signed
    return replace(
        held,
        lots=(*held.lots, lot),
        quantity=quantity,
        basis=held.basis + exact,
        leverage=leverage,
        peak=max(held.peak, abs(quantity)),
    )


def fold_risk(account: Account, event: e.PositionOpened) -> Account:
    """The money at stake at the first stop, frozen from here on, and the start of the trade's
    course."""
    pocket = account.pockets[event.pocket]
    position = replace(pocket.positions[event.symbol], risk=event.risk, course=event.course)
    pocket = replace(pocket, positions={**pocket.positions, event.symbol: position})
    return replace(account, pockets={**account.pockets, pocket.name: pocket})


def fold_course(account: Account, event: e.PositionChanged) -> Account:
    """The trade's course up to this fill."""
    if event.course is None:
        return account
    pocket = account.pockets[event.pocket]
    position = replace(pocket.positions[event.symbol], course=event.course)
    pocket = replace(pocket, positions={**pocket.positions, event.symbol: position})
    return replace(account, pockets={**account.pockets, pocket.name: pocket})


def fold_leverage(account: Account, event: e.LeverageChanged) -> Account:
    """The whole position with another leverage."""
    pocket = account.pockets[event.pocket]
    position = replace(pocket.positions[event.symbol], leverage=event.leverage)
    pocket = replace(pocket, positions={**pocket.positions, event.symbol: position})
    return replace(account, pockets={**account.pockets, pocket.name: pocket})


def fold_position_closed(account: Account, event: e.PositionClosed) -> Account:
    """The position is removed; an isolated pocket goes with its last money."""
    pocket = account.pockets[event.pocket]
    positions = {s: p for s, p in pocket.positions.items() if s != event.symbol}
    closed = replace(pocket, positions=positions)
    return replace(account, pockets=with_pocket(account.pockets, closed))


def fold_margin_move(account: Account, event: e.MarginAdded | e.MarginRemoved) -> Account:
    """Money moved between the wallet and an isolated pocket; the first creates the pocket."""
    amount = event.amount if isinstance(event, e.MarginAdded) else -event.amount
    main = account.main
    pocket = account.pockets.get(event.pocket) or Pocket(name=event.pocket)
    pockets = {**account.pockets, MAIN: replace(main, cash=main.cash - amount)}
    moved = replace(pocket, cash=pocket.cash + amount)
    return replace(account, pockets=with_pocket(pockets, moved))


def with_pocket(pockets: Mapping[str, Pocket], pocket: Pocket) -> dict[str, Pocket]:
    """The pockets with this one; one with nothing left that owes nothing is removed."""
    left = {**pockets, pocket.name: pocket}
    if pocket.name != MAIN and not (pocket.positions or pocket.cash or pocket.loan.owed()):
        del left[pocket.name]
    return left
