"""What a closing trade leaves behind: the loan repaid, margin freed, and who bears what is
unpaid."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Bearer
from ledger.account.events import kinds as e
from ledger.account.lots import basis, split
from ledger.account.risk.margin import proceeds_of
from ledger.account.risk.requirement import mode_of
from ledger.account.state import Account, Pocket, Position
from ledger.engine.decision.draft import Draft
from ledger.engine.margin.loans import accrue, cover, owed_now, repay, repay_from_cash
from ledger.frozen import replace, scratch
from ledger.market.rules.rulebook import Draws, Mode, Repays
from ledger.money import ZERO
from ledger.money import settle as to_scale


@scratch
@dataclass(frozen=True)
class Deal:
    """A quantity traded at a price after slippage (which is in price, per unit)."""

    quantity: Decimal
    price: Decimal
    slippage: Decimal = ZERO

    def of(self, quantity: Decimal) -> "Deal":
        """The part of it that trades this quantity."""
        return self if quantity == self.quantity else replace(self, quantity=quantity)


def repay_limit(
    draft: Draft, before: Position, quantity: Decimal, incoming: Decimal
) -> Decimal | None:
    """The most that a closing trade repays of the loan; `None` if there is no limit.

    Where a purchase was borrowed in full, its cost; where own cash stays out of it, what the trade
    brings in. With the last position everything that is owed falls due.
    """
    book = draft.account.rulebook
    others = any(p.quantity for s, p in _positions(draft, before.pocket) if s != before.symbol)
    last = not others and quantity == abs(before.quantity)
    if last or (book.repays is Repays.INCOMING and book.draws is not Draws.WHOLE):
        return None
    if book.draws is Draws.WHOLE and not draft.account.instruments[before.symbol].paid_in_full:
        closed, _ = split(before.lots, quantity, draft.account.currency)
        return max(sum((lot.cost for lot in closed), ZERO), ZERO)
    return max(incoming, ZERO)


def _positions(draft: Draft, name: str) -> list[tuple[str, Position]]:
    pocket = draft.account.pockets.get(name)
    return [*pocket.positions.items()] if pocket else []


def settle(
    draft: Draft, before: Position, deal: Deal, gain: Decimal, *, cures: bool = False
) -> None:
    """After the trade: a bought-back short paid for, the loan repaid, isolated margin freed.

    `gain` is what the trade realized after its fee. A trade that `cures` was forced: what it frees
    stays in its pocket, and so does what is sold while the pocket is under call.
    """
    name = before.pocket
    if name not in draft.account.pockets:
        return  # its money is used up, and nothing is owed
    instrument = draft.account.instruments[before.symbol]
    isolated = mode_of(draft.account, name) is Mode.ISOLATED
    whole = deal.quantity == abs(before.quantity)
    if isolated and not whole and not cures and name not in draft.account.calls:
        _leave_share(draft, before, deal, gain)
        return
    if instrument.owned:
        cover(draft, name, before.symbol)  # a short bought back for more than free cash
        incoming = instrument.notional(deal.quantity, deal.price) * before.side.sign
        repay_from_cash(draft, name, repay_limit(draft, before, deal.quantity, incoming))
        if isolated and whole:
            _repay_all(draft, name)
            absorb(draft, name, before.symbol)
        elif not _holds(draft.account.pockets.get(name)):
            absorb(draft, name, before.symbol)
    if isolated and whole:
        _release(draft, before, draft.account.pockets.get(name))


def absorb(draft: Draft, name: str, symbol: str) -> None:
    """With negative-balance protection, the venue bears what a pocket cannot pay after a trade."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or _holds(pocket) or not draft.account.rulebook.forced_exit.protected:
        return
    accrue(draft, name, draft.market.time)
    pocket = draft.pocket(name)
    owed = pocket.loan.owed() - pocket.cash
    if owed <= 0:
        return
    loan = pocket.loan
    draft.record(
        e.DeficitRecorded(
            at=draft.market.time,
            pocket=name,
            amount=owed,
            absorbed_by=Bearer.VENUE,
            symbol=symbol,
            interest=max(loan.accrued + loan.capitalized - max(pocket.cash, ZERO), ZERO),
        )
    )
    _repay_all(draft, name)


def _repay_all(draft: Draft, name: str) -> None:
    """Pay what is owed as far as the pocket's cash goes, whatever the book repays automatically."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or not pocket.loan.owed():
        return
    amount = min(owed_now(draft, name), pocket.cash)
    if amount > 0:
        repay(draft, name, amount)


def _holds(pocket: Pocket | None) -> bool:
    return pocket is not None and any(p.quantity for p in pocket.positions.values())


def record_deficit(draft: Draft, name: str) -> None:
    """Without protection, what is still owed after everything was sold remains a debt."""
    pocket = draft.account.pockets.get(name)
    if pocket is None or _holds(pocket):
        return
    owed = pocket.loan.owed() - pocket.cash
    if owed > 0:
        draft.record(
            e.DeficitRecorded(
                at=draft.market.time, pocket=name, amount=owed, absorbed_by=Bearer.TRADER
            )
        )


def _release(draft: Draft, before: Position, pocket: Pocket | None) -> None:
    """When a position is closed, return everything behind its wall to the wallet."""
    if pocket is not None:
        _free(draft, before, pocket.cash)


def _free(draft: Draft, before: Position, amount: Decimal) -> None:
    if amount > 0:
        draft.record(
            e.MarginRemoved(
                at=draft.market.time, symbol=before.symbol, pocket=before.pocket, amount=amount
            )
        )


def _leave_share(draft: Draft, before: Position, deal: Deal, gain: Decimal) -> None:
    """The closed part takes its share of the pocket's equity along; the rest keeps its own.

    Its share of the debt is paid from its proceeds. What has to stay in cash is the rest's share of
    equity less what the rest itself adds to equity, whatever lots the books take first; so the
    liquidation price stays the same, whatever the price of the close. Source: `decisions.md`, a
    partial close of an isolated position.

    A loss larger than that share is met by the rest of the pocket, never by the wallet.
    """
    instrument, currency = draft.account.instruments[before.symbol], draft.account.currency
    size, name = abs(before.quantity), before.pocket
    closed, remaining_lots = split(before.lots, deal.quantity, currency)
    brought = gain
    if instrument.owned:
        brought += sum((lot.cost for lot in closed), ZERO)
    cash = draft.pocket(name).cash - brought
    own = cash + instrument.equity_value(before.quantity, before.basis, deal.price)
    remaining = before.quantity - deal.quantity * before.side.sign
    stays = own * abs(remaining) / size
    stays -= instrument.equity_value(remaining, basis(instrument, remaining_lots), deal.price)
    due = to_scale(owed_now(draft, name) * deal.quantity / size, currency)
    paid = min(due, draft.pocket(name).cash)
    if paid > 0:
        repay(draft, name, paid)
    cover(draft, name, before.symbol)  # if the loss exceeds the rest of the pocket
    _free(draft, before, draft.pocket(name).cash - to_scale(stays, currency))


def held_shift(account: Account, before: Position, quantity: Decimal) -> Decimal:
    """How much more the lender holds for the rest of an isolated short than its lots brought in.

    The books close the oldest lots while the wall lets go a share of everything; where the lots
    were sold at different prices the two differ.
    """
    instrument = account.instruments[before.symbol]
    isolated = mode_of(account, before.pocket) is Mode.ISOLATED
    size = abs(before.quantity)
    if not (isolated and instrument.owned and before.quantity < 0 < size - quantity):
        return ZERO
    _, remaining_lots = split(before.lots, quantity, account.currency)
    held = proceeds_of(before) * (size - quantity) / size
    return to_scale(held, account.currency) - sum(
        (max(-lot.cost, ZERO) for lot in remaining_lots), ZERO
    )
