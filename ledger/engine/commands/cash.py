"""Money in and out: deposits, withdrawals, borrowing, isolated margin, savings."""

from decimal import Decimal

from ledger.account.event_terms import CallMetBy
from ledger.account.events import kinds as e
from ledger.account.risk.margin import breached, equity, free_cash
from ledger.account.risk.requirement import mode_of
from ledger.account.state import MAIN, Pocket
from ledger.engine.calls import ladder
from ledger.engine.decision.draft import Draft
from ledger.engine.decision.refusal import Refusal
from ledger.engine.margin import leaving, lending
from ledger.engine.margin.loans import accrue, draw, owed_now, repay, repay_from_cash
from ledger.engine.orders.acceptance import held_in
from ledger.engine.orders.venue_state import check_open, check_withdrawals
from ledger.market.rules.rulebook import AccountKind, Draws, Mode, Repays
from ledger.money import LARGEST, ONE, ZERO, atom, fits, plain, round_down, settle


def check_amount(draft: Draft, amount: Decimal) -> Decimal:
    """The amount at the currency's scale.

    Raises `Refusal` if it is not positive, too fine or too large.
    """
    currency = draft.account.currency
    if amount <= 0:
        raise Refusal("the amount must be above zero")
    if not fits(amount, atom(currency)):
        raise Refusal(f"the smallest amount of {currency} is {plain(atom(currency))}")
    if amount >= LARGEST:
        raise Refusal(f"larger than this ledger can hold ({plain(LARGEST)})")
    return settle(amount, currency)


def deposit(draft: Draft, amount: Decimal) -> None:
    """Take in a deposit: it repays the loan where the book does so automatically, and may meet a
    call."""
    amount = check_amount(draft, amount)
    draft.record(e.Deposited(at=draft.market.time, amount=amount))
    if draft.account.rulebook.repays is Repays.INCOMING:
        repay_from_cash(draft, MAIN)
    ladder.meet(draft, CallMetBy.DEPOSIT, MAIN)


def withdraw(draft: Draft, amount: Decimal) -> None:
    """Pay out what margin does not need; where cash is short, the loan is drawn."""
    check_withdrawals(draft)
    amount = check_amount(draft, amount)
    most = _withdrawable(_posted(draft))
    if amount > most:
        unlent = lending.refused(draft, leaves=amount) if _owes(draft) else None
        margin = unlent is None or amount > _available(draft)
        why = "; the rest is needed as margin" if margin else f": {unlent}"
        raise Refusal(f"at most {plain(most)} can be withdrawn{why}", most)
    lacking = amount - free_cash(draft.account, draft.account.main)
    if lacking > 0:
        draw(draft, MAIN, lacking)
    draft.record(e.Withdrawn(at=draft.market.time, amount=amount))


def _withdrawable(draft: Draft) -> Decimal:
    """What may be withdrawn: own cash, and what would be lent on a running debit balance."""
    leaves = _leavable(draft)
    drawn = _lends(draft) and lending.refused(draft) is None
    return leaves if drawn else min(leaves, _own_cash(draft))


def _leavable(draft: Draft) -> Decimal:
    """What margin and the lender's minimum equity allow to leave: a loan, new or old, must be
    covered by what is left. Source: FINRA 4210(b), on withdrawals."""
    available = _available(draft)
    if not _owes(draft):
        return available
    room = round_down(lending.lendable(draft), draft.account.currency)
    return max(min(available, room), ZERO)


def _available(draft: Draft) -> Decimal:
    return leaving.available(draft, draft.account.main)


def _own_cash(draft: Draft) -> Decimal:
    own = free_cash(draft.account, draft.account.main)  # accrued interest has a fraction
    return max(round_down(own, draft.account.currency), ZERO)


def _owes(draft: Draft) -> bool:
    return draft.account.main.loan.owed() > 0


def _lends(draft: Draft) -> bool:
    """Whether a withdrawal beyond the cash adds to the loan: a debit balance that runs already."""
    book = draft.account.rulebook
    lends = book.kind is AccountKind.LOAN and book.repays is Repays.INCOMING
    return lends and book.draws is not Draws.NOTHING and draft.account.main.loan.principal > 0


def borrow(draft: Draft, amount: Decimal) -> None:
    """Draw on the loan, up to what equity carries."""
    check_open(draft)
    amount = check_amount(draft, amount)
    account = draft.account
    book = account.rulebook
    if book.kind is not AccountKind.LOAN:
        raise Refusal(f"{book.id} lends no money")
    if unlent := lending.refused(draft):
        raise Refusal(unlent)
    owing = _posted(draft)
    own = equity(owing.account, owing.account.main, draft.market.mark)
    most_leverage = book.most_leverage(mode_of(account, MAIN))
    owed = owing.account.main.loan.owed() + lending.owed_things(draft)
    most = round_down(max(own * (most_leverage - ONE) - owed, ZERO), account.currency)
    if amount > most or _gone_at_once(draft, amount):
        most = _largest_loan(draft, most)
        raise Refusal(f"at most {plain(most)} more can be borrowed", most)
    draw(draft, MAIN, amount)


def _posted(draft: Draft) -> Draft:
    """The account as drawing on its loan would find it: with interest posted to this moment."""
    trial = draft.copy()
    accrue(trial, MAIN, draft.market.time)
    return trial


def _gone_at_once(draft: Draft, amount: Decimal) -> bool:
    """Whether what is held would be closed out at once with this much more debt and its costs."""
    trial = draft.copy()
    draw(trial, MAIN, amount)
    main = trial.account.main
    held = any(position.quantity for position in main.positions.values())
    last = trial.account.rulebook.levels[-1]
    return held and breached(trial.account, main, draft.market.mark, last)


def _largest_loan(draft: Draft, most: Decimal) -> Decimal:
    """Up to `most`, how much may be borrowed without being closed out; by bisection, in whole
    units."""
    unit = atom(draft.account.currency)
    if not most or not _gone_at_once(draft, most):
        return most
    passes, fails = 0, int(most / unit)
    while fails - passes > 1:
        middle = (passes + fails) // 2
        if _gone_at_once(draft, middle * unit):
            fails = middle
        else:
            passes = middle
    return passes * unit


def repay_loan(draft: Draft, amount: Decimal) -> None:
    """Repay the loan from free cash."""
    check_open(draft)
    amount = check_amount(draft, amount)
    owed = owed_now(draft, MAIN)
    if owed == 0:
        raise Refusal("nothing is owed")
    most = min(owed, max(free_cash(draft.account, draft.account.main), ZERO))
    if amount > most:
        raise Refusal(f"at most {plain(most)} can be repaid; {plain(owed)} is owed", most)
    repay(draft, MAIN, amount)
    ladder.meet(draft, CallMetBy.REPAYMENT, MAIN)


def sweep(draft: Draft, amount: Decimal) -> None:
    """Move realized profit out of reach of every margin rule."""
    check_withdrawals(draft)
    amount = check_amount(draft, amount)
    totals = draft.account.totals
    made = totals.realized_pnl + totals.dividends + totals.credit_interest
    made -= totals.interest + totals.fees_paid + totals.funding_paid + totals.overnight
    most = max(min(made - draft.account.savings, _leavable(draft), _own_cash(draft)), ZERO)
    if amount > most:
        raise Refusal(f"at most {plain(most)} of realized profit can be moved", most)
    draft.record(e.Swept(at=draft.market.time, amount=amount))


def _isolated(draft: Draft, symbol: str) -> Pocket:
    position = held_in(draft, symbol)
    if mode_of(draft.account, position.pocket) is not Mode.ISOLATED:
        raise Refusal(
            f"{symbol} is held with cross margin, which already draws on the whole wallet"
        )
    return draft.pocket(position.pocket)


def add_margin(draft: Draft, symbol: str, amount: Decimal) -> None:
    """Move more of the wallet's cash behind an isolated position."""
    check_open(draft)
    amount = check_amount(draft, amount)
    pocket = _isolated(draft, symbol)
    most = min(_available(draft), _own_cash(draft))
    if amount > most:
        raise Refusal(f"the wallet can provide at most {plain(most)}", most)
    draft.record(
        e.MarginAdded(at=draft.market.time, symbol=symbol, pocket=pocket.name, amount=amount)
    )
    ladder.meet(draft, CallMetBy.DEPOSIT, pocket.name)


def remove_margin(draft: Draft, symbol: str, amount: Decimal) -> None:
    """Take back margin of an isolated position that its initial margin and the book's restrictions
    do not need."""
    check_open(draft)
    amount = check_amount(draft, amount)
    pocket = _isolated(draft, symbol)
    own = round_down(free_cash(draft.account, pocket), draft.account.currency)
    most = max(min(leaving.available(draft, pocket), own), ZERO)
    if amount > most:
        raise Refusal(f"at most {plain(most)} can be taken from {symbol}", most)
    draft.record(
        e.MarginRemoved(at=draft.market.time, symbol=symbol, pocket=pocket.name, amount=amount)
    )
