"""The calls that a day's own trades bring about, beside the margin calls: raised, met, expired.

Only the trader's own act or a forced sale meets one; the market alone at a close, where it lifts
equity above initial margin.
"""

from collections.abc import Iterable
from decimal import Decimal

from ledger.account.day_call import DayCall
from ledger.account.event_terms import CallMetBy, DayCallKind
from ledger.account.events import kinds as e
from ledger.account.risk.margin import equity, overnight_excess, required_equity
from ledger.account.state import Account, Pocket
from ledger.engine.decision.draft import Draft
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Intraday, Judged, Level, Rung
from ledger.money import ONE, ZERO, round_up
from ledger.times import DAY, Time

_INITIAL, _INTRADAY = DayCallKind.INITIAL, DayCallKind.INTRADAY


def due_in(market: Market, symbols: Iterable[str], sessions: int) -> Time:
    """The close of the Nth session after this one; past the tape's end a session is a day."""
    if sessions == 0:
        return market.time
    ahead = market.sessions_of(symbols)
    if len(ahead) >= sessions:
        return ahead[sessions - 1]
    known = ahead[-1] if ahead else market.time
    return known + (sessions - len(ahead)) * DAY


def lacking(account: Account, market: Market) -> Decimal:
    """How much initial margin the night lacks, unrounded: below zero, or zero, if none.

    What the memorandum account has, or equity itself, whichever is more.
    """
    return -max(account.memorandum, overnight_excess(account, market.mark))


def standing(account: Account, kind: DayCallKind) -> DayCall | None:
    """The open call of a kind: there is one at a time."""
    return next((call for call in account.day_calls if call.kind is kind), None)


def issue(draft: Draft, kind: DayCallKind, amount: Decimal, sessions: int | None) -> None:
    """Raise one, unless one of its kind stands."""
    account = draft.account
    if standing(account, kind) is not None:
        return
    due = None
    if sessions is not None:
        symbols = account.main.positions or account.instruments
        due = due_in(draft.market, symbols, sessions)
    draft.record(
        e.DayCallIssued(
            at=draft.market.time, kind=kind, amount=round_up(amount, account.currency), due=due
        )
    )


def find_deficit(draft: Draft, pocket: Pocket, level: Level) -> None:
    """Raise an intraday deficit where a day that opened a position breaches its schedule."""
    terms = draft.account.rulebook.intraday
    if terms is None or level.schedule != terms.schedule or not draft.account.opened_today:
        return
    short = _deficit(draft, pocket, terms)
    own = max(equity(draft.account, pocket, draft.market.mark), ZERO)
    if short > min(terms.least, terms.least_share * own):
        issue(draft, _INTRADAY, short, terms.due_sessions)


def _deficit(draft: Draft, pocket: Pocket, terms: Intraday) -> Decimal:
    level = Level(
        rung=Rung.LIQUIDATION,
        schedule=terms.schedule,
        multiple=ONE,
        inclusive=False,
        judged=Judged.ALWAYS,
    )
    mark = draft.market.mark
    required = required_equity(draft.account, pocket, mark, level)
    return required - equity(draft.account, pocket, mark)


def meet(draft: Draft, by: CallMetBy) -> None:
    """End the calls that a trade or transfer has met."""
    for call in draft.account.day_calls:
        terms = draft.account.rulebook.intraday
        if call.kind is _INITIAL:
            short = lacking(draft.account, draft.market)
        else:
            short = _deficit(draft, draft.account.main, terms) if terms else ZERO
        if short <= 0:
            met(draft, call, by)


def met(draft: Draft, call: DayCall, by: CallMetBy) -> None:
    """Record that one is met."""
    draft.record(e.DayCallMet(at=draft.market.time, kind=call.kind, call=call.seq, by=by))


def expire_due(draft: Draft) -> None:
    """Expire what is due unmet: an intraday deficit freezes new credit. End a freeze whose time is
    over."""
    now = draft.market.time
    until = draft.account.frozen_until
    if until is not None and until <= now:
        draft.record(e.CreditRestored(at=now))
    terms = draft.account.rulebook.intraday
    for call in draft.account.day_calls:
        if call.expired or call.due is None or call.due > now:
            continue
        freezes = call.kind is _INTRADAY and terms is not None
        draft.record(
            e.DayCallExpired(
                at=now,
                kind=call.kind,
                call=call.seq,
                frozen_until=now + terms.frozen if freezes and terms else None,
            )
        )
