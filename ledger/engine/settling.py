"""What a closing trade leaves behind: the loan repaid, margin freed, what cannot be paid borne."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account import events as e
from ledger.account.demand import mode_of
from ledger.account.lots import split
from ledger.account.state import Pocket, Position
from ledger.engine.draft import Draft
from ledger.engine.loans import accrue, cover, owed_now, repay, repay_from_cash
from ledger.frozen import replace, scratch
from ledger.market.rulebook import Draws, Mode, Repays
from ledger.money import ZERO
from ledger.money import settle as to_scale


@scratch
@dataclass(frozen=True)
class Deal:
    """A quantity traded at a price that is already after slippage (in price, per unit)."""

    quantity: Decimal
    price: Decimal
    slippage: Decimal = ZERO

    def of(self, quantity: Decimal) -> "Deal":
        """The part of it that trades this much."""
        return self if quantity == self.quantity else replace(self, quantity=quantity)


def repay_limit(
    draft: Draft, before: Position, quantity: Decimal, incoming: Decimal
) -> Decimal | None:
    """How much of the loan a closing trade repays at most; `None` where nothing limits it.

    Where a purchase was borrowed whole, what it cost; where own cash stays out of it, what the
    trade brings in. With the last position everything that is owed falls due.
    """
    book = draft.account.rulebook
    if book.draws is Draws.WHOLE:
        closed, _ = split(before.lots, quantity, draft.account.currency)
        return max(sum((lot.cost for lot in closed), ZERO), ZERO)
    others = any(p.quantity for s, p in _positions(draft, before.pocket) if s != before.symbol)
    if book.repays is Repays.INCOMING or (not others and quantity == abs(before.quantity)):
        return None
    return max(incoming, ZERO)


def _positions(draft: Draft, name: str) -> list[tuple[str, Position]]:
    pocket = draft.account.pockets.get(name)
    return [*pocket.positions.items()] if pocket else []


def settle(draft: Draft, before: Position, deal: Deal, gain: Decimal) -> None:
    """After the trade: a bought-back short paid for, the loan repaid, isolated margin freed.

    `gain` is what the trade realized after its fee.
    """
    name = before.pocket
    share = deal.quantity / abs(before.quantity)
    instrument = draft.account.instruments[before.symbol]
    isolated = mode_of(draft.account, name) is Mode.ISOLATED
    if not instrument.owned:
        if isolated:
            _release(draft, before, share, gain)
        return
    cover(draft, name)  # a short bought back for more than free cash
    incoming = instrument.notional(deal.quantity, deal.price) * before.side.sign
    repay_from_cash(draft, name, repay_limit(draft, before, deal.quantity, incoming))
    if isolated and share == 1:
        _repay_all(draft, name)
        absorb(draft, name)
        _release(draft, before, share, gain)
    elif not _holds(draft.account.pockets.get(name)):
        absorb(draft, name)


def absorb(draft: Draft, name: str) -> None:
    """With negative-balance protection the venue bears what a pocket cannot pay."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or _holds(pocket) or not draft.account.rulebook.forced_exit.protected:
        return
    accrue(draft, name, draft.market.time)
    pocket = draft.pocket(name)
    owed = pocket.loan.owed() - pocket.cash
    if owed <= 0:
        return
    draft.record(
        e.DeficitRecorded(at=draft.market.time, pocket=name, amount=owed, absorbed_by="venue")
    )
    _repay_all(draft, name)


def _repay_all(draft: Draft, name: str) -> None:
    """Pay what is owed as far as the pocket's cash goes, whatever the book repays by itself."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or not pocket.loan.owed():
        return
    amount = min(owed_now(draft, name), pocket.cash)
    if amount > 0:
        repay(draft, name, amount)


def _holds(pocket: Pocket | None) -> bool:
    return pocket is not None and any(p.quantity for p in pocket.positions.values())


def record_deficit(draft: Draft, name: str) -> None:
    """Without protection, what is still owed after everything was sold stays a debt."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or _holds(pocket):
        return
    owed = pocket.loan.owed() - pocket.cash
    if owed > 0:
        draft.record(
            e.DeficitRecorded(at=draft.market.time, pocket=name, amount=owed, absorbed_by="trader")
        )


def _release(draft: Draft, before: Position, share: Decimal, gain: Decimal) -> None:
    """Isolated margin goes back to the wallet with the part of the position that it carried.

    A loss larger than that part's margin is met by the rest of the pocket, never by the wallet.
    """
    pocket = draft.account.pockets.get(before.pocket)
    if pocket is None or (share < 1 and before.pocket in draft.account.calls):
        return  # while called, what a sale frees stays behind the wall: it is what cures
    freed = pocket.cash
    if share < 1:
        freed = to_scale((pocket.cash - gain) * share + gain, draft.account.currency)
    if freed > 0:
        draft.record(
            e.MarginRemoved(
                at=draft.market.time, symbol=before.symbol, pocket=pocket.name, amount=freed
            )
        )
