"""Initial margin at a session's close: tested through the special memorandum account, and sold or
called where it lacks.

The account keeps what initial margin was ever free at a close, less what purchases took since: a
position whose price falls is not asked for more, a new one is.
"""

from ledger.account.event_terms import CallMetBy, ClosedBy, DayCallKind
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity, overnight_margin
from ledger.account.state import MAIN
from ledger.engine.calls import day_calls, forced_exit, ladder, restoring
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Step
from ledger.market.rules.rulebook import Unmet
from ledger.money import ONE, ZERO, ceil_to, round_down, round_up, settle

_INITIAL = DayCallKind.INITIAL


def judge(draft: Draft, step: Step) -> None:
    """The test at a close, on record after a day with trades or where the account has more."""
    account, terms = draft.account, draft.account.rulebook.close_test
    held = account.main.positions
    if terms is None or not (held or account.traded_today):
        return
    if not step.ends_session(held or account.instruments):
        return
    mark, currency = draft.market.mark, account.currency
    own = equity(account, account.main, mark)
    required = overnight_margin(account, account.main, mark)
    free = round_down(own - required, currency)
    if account.traded_today or free > account.memorandum:
        draft.record(
            e.InitialMarginTested(
                at=draft.market.time,
                equity=settle(own, currency),
                required=round_up(required, currency),
                memorandum=max(account.memorandum, free),
            )
        )
    short = day_calls.lacking(draft.account, draft.market)
    standing = day_calls.standing(draft.account, _INITIAL)
    if short <= 0:
        if standing is not None:
            day_calls.met(draft, standing, CallMetBy.MARKET)
    elif terms.unmet is Unmet.SOLD:
        sell(draft)
    else:
        day_calls.issue(draft, _INITIAL, short, terms.due_sessions)


def enforce_expired(draft: Draft) -> None:
    """The broker's sale at the first price after a call for initial margin has expired."""
    call = day_calls.standing(draft.account, _INITIAL)
    if call is None or not call.expired:
        return
    sell(draft)
    if day_calls.standing(draft.account, _INITIAL) is not None and not _sellable(draft):
        return  # what is left does not trade now
    if (still := day_calls.standing(draft.account, _INITIAL)) is not None:
        day_calls.met(draft, still, CallMetBy(ClosedBy.FORCED_SALE))


def _sellable(draft: Draft) -> bool:
    trading = draft.market.trading
    return any(p.quantity and p.symbol in trading for p in draft.account.main.positions.values())


def sell(draft: Draft) -> None:
    """Sell as much as frees the initial margin that is lacking, in the book's order."""
    if day_calls.lacking(draft.account, draft.market) <= 0:
        return
    forced_exit.cancel_entries(draft, MAIN)
    while (short := day_calls.lacking(draft.account, draft.market)) > 0 and _sellable(draft):
        account, market = draft.account, draft.market
        position = restoring.first_to_go(account, account.main, market)
        instrument = account.instruments[position.symbol]
        price, _ = forced_exit.exit_price(draft, position)
        rate = ONE if instrument.paid_in_full else account.rulebook.initial_margin
        each = rate * abs(instrument.notional(ONE, price))
        size = held = abs(position.quantity)
        if each > ZERO:
            size = min(ceil_to(short / each, instrument.lot), held)
        forced_exit.close_forced(
            draft, position, size, {s: market.mark[s] for s in account.main.positions}
        )
    ladder.meet(draft, CallMetBy(ClosedBy.FORCED_SALE), MAIN)
