"""When something falls due by the calendar: what needs no price, and what needs its bar.

Interest and rollover fees do not depend on the market, so time may pass over them (`Wait`).
Funding, borrow fees, nights and interest on cash are paid at the mark of their time, and options
are settled and calls expire at prices: the bars in which these fall must be run. So must those of
dividends and splits, which are on the tape (`Timeline.next_action`).
"""

from collections.abc import Iterable, Mapping

from ledger.account.state import Account, GoodFor
from ledger.engine.margin import carry_fees, credit, funding, loans, overnight
from ledger.engine.trades import expiry
from ledger.market.tapes.tape import FundingTape
from ledger.times import Time

_DAY = GoodFor.DAY  # a global is read faster than a member


def next_posting(account: Account, since: Time) -> Time | None:
    """The next time at which something falls due that needs no price."""
    if account.rulebook.interest.free:
        return carry_fees.next_rollover(account, since)
    loans_due = (loans.posting_after(account, p.loan) for p in account.pockets.values())
    return _first((*loans_due, carry_fees.next_rollover(account, since)))


def next_at_price(account: Account, rates: Mapping[str, FundingTape], since: Time) -> Time | None:
    """The next time at which something falls due at the price of that moment."""
    stamps: Iterable[Time | None] = ()
    if account.rulebook.funding is not None:
        stamps = (funding.next_stamp(account, rates, since, p) for p in account.positions())
    borrowed = carry_fees.next_borrow_fee(account, since)
    nightly = overnight.next_night(account, since)
    earned = credit.next_credit(account, since)
    return _first((*stamps, borrowed, nightly, earned, expiry.next_settlement(account)))


def next_at_open(account: Account) -> Time | None:
    """The first open that acts whatever its price: a call expires or an incident ends."""
    if not account.calls and not account.incidents and not account.day_calls:
        return None
    ends = (incident.until for incident in account.incidents)
    days = (call.due for call in account.day_calls if not call.expired)
    dues = (call.due for call in account.calls.values())
    return _first((*dues, *ends, *days, account.frozen_until))


def end_with_session(account: Account) -> frozenset[str]:
    """The symbols whose session's close acts whatever the price: their day orders end."""
    return frozenset(o.symbol for o in account.orders.values() if o.good_for is _DAY)


def idle(account: Account) -> bool:
    """Whether nothing is held, owed, earned, ordered or under way, so that no bar leads to
    anything."""
    if account.rulebook.credit is not None and account.main.cash > 0:
        return False
    if account.orders or account.calls or account.warned or account.incidents:
        return False
    if account.day_calls or account.awaits_close:
        return False
    return not any(p.positions or p.loan.principal for p in account.pockets.values())


def _first(times: Iterable[Time | None]) -> Time | None:
    return min((time for time in times if time is not None), default=None)
