"""One step of the clock: before the open, at the open, inside the bar, at the close."""

from functools import partial

from ledger.account.state import Account, Convention
from ledger.engine.bars import next_due
from ledger.engine.bars.price_path import walk
from ledger.engine.bars.ways import Way, at, closes, inside, opens
from ledger.engine.calls import close_test, day_calls, forced_exit, ladder
from ledger.engine.commands import incidents
from ledger.engine.decision.draft import Draft
from ledger.engine.margin import carry_fees, credit, funding, loans, overnight
from ledger.engine.margin.carry_fees import Due, Turn
from ledger.engine.orders import protection
from ledger.engine.orders.trailing import follow
from ledger.engine.orders.venue_state import quiet_venue
from ledger.engine.trades import corporate_actions, expiry
from ledger.frozen import replace
from ledger.market.quote import Market, Step
from ledger.times import Time


def open_bar(draft: Draft, step: Step) -> None:
    """Points 1 to 3: what fell due, expired calls, and everything that acts at the open.

    A split comes before what falls due at the open itself, a dividend after it.

    The trader's own actions (point 4) follow as commands; then `close_bar`.
    """
    since, here = draft.market.time, opens(draft, step)
    if next_due.idle(draft.account):  # no bar leads to anything: only the prices move
        draft.market = _entering(draft.market, step, here)
        return
    fall_due(draft, step, since, step.time - 1)
    draft.market = _entering(draft.market, step, here)
    left = corporate_actions.split(draft, step)  # from here on at prices of the new units
    incidents.end_due(draft)
    quiet_venue(draft)
    fall_due(draft, step, max(since, step.time - 1), step.time)
    corporate_actions.pay(draft, step, left)
    ladder.expire_due(draft)
    day_calls.expire_due(draft)
    before = len(draft.events)
    walk(draft, here, rungs=False)  # orders that the open has passed, before calls and liquidations
    forced_exit.enforce_expired(draft)
    close_test.enforce_expired(draft)
    walk(draft, here, orders=len(draft.events) != before)


def _entering(market: Market, step: Step, here: Way) -> Market:
    return replace(
        market,
        time=step.time,
        last=here.last,
        mark=here.mark,
        bars=step.bars,
        trading=frozenset(step.bars),
        marked=frozenset(step.marks),
        sessions=step.sessions,
        elsewhere=step.elsewhere,
    )


def close_bar(draft: Draft, step: Step) -> None:
    """Points 5 to 7: both extremes in the convention's order, accruals inside the bar, the close.

    What is in a bar is known only now, when it ends. Day orders end with the session's close, after
    everything that the close itself caused.
    """
    if step.later_marks or draft.market.bars is not step.bars:
        marked = frozenset((*step.marks, *step.later_marks))
        draft.market = replace(draft.market, bars=step.bars, marked=marked)
    worst = draft.account.convention is Convention.WORST
    known = frozenset(draft.account.orders) if worst else None
    ways = [*inside(draft, step), end := closes(draft, step)]
    ends = [way.last for way in ways]
    for number, way in enumerate(ways):
        draft.passed, draft.ahead = ends[:number], ends[number:]
        if way.gap:
            draft.market = at(draft.market, way)
        walk(draft, way, known=known)
    draft.passed, draft.ahead = ends, ()
    follow(draft)
    fall_due(draft, step, step.time, step.closes)
    draft.market = replace(draft.market, time=step.closes)
    expiry.settle_expired(draft)
    walk(draft, end, closing=step, orders=False)
    close_test.judge(draft, step)
    ladder.recover(draft)
    if step.session_end:
        protection.end_session(draft, step)
    draft.market = replace(draft.market, trading=frozenset(), bars={})


def settle_here(draft: Draft) -> None:
    """After a trader's command: let everything act that now acts at the present price."""
    if draft.market.trading:
        walk(draft, Way(draft.market.last, draft.market.mark))


def wait(draft: Draft, until: Time) -> None:
    """Let time pass without a bar: interest and flat funding fall due, nothing trades."""
    since = draft.market.time
    nothing = Step(time=since, closes=until, bars={})
    fall_due(draft, nothing, since, until)
    draft.market = replace(draft.market, time=max(since, until), trading=frozenset(), bars={})


def fall_due(draft: Draft, step: Step, since: Time, until: Time) -> None:
    """Interest, carry fees, funding and nights with since < time <= until, in time order.

    Within the same second in the order of their `Turn`, then of the account's pockets and symbols.
    Later ones see what earlier ones changed.
    """
    while _carries(draft.account):
        postings = _postings(draft, until)
        stamps = carry_fees.fees_due(draft, since, until)
        stamps += overnight.nights_due(draft, since, until)
        stamps += credit.credit_due(draft, since, until)
        for paid in funding.stamps(draft, step, since, until):
            stamps.append(Due(paid[0], Turn.FUNDING, partial(funding.pay, draft, *paid)))
        if not postings and not stamps:
            return
        time = min(one.time for one in (*postings, *stamps))
        if now := [one for one in postings if one.time == time]:
            for posting in now:  # one for each pocket: its next is due later
                posting.pay()
            continue
        for stamp in sorted((one for one in stamps if one.time == time), key=lambda one: one.turn):
            stamp.pay()
        since = time


def _carries(account: Account) -> bool:
    """Whether time may cost anything: an isolated pocket exists only while a position is held."""
    if not account.rulebook.carries:
        return False
    main = account.main
    if account.rulebook.credit is not None and main.cash > 0:
        return True
    return bool(main.positions or main.loan.principal or len(account.pockets) > 1)


def _postings(draft: Draft, until: Time) -> list[Due]:
    """The next interest posting of each pocket up to a time."""
    if draft.account.rulebook.interest.free:
        return []
    postings = []
    for name in draft.account.pockets:
        time = loans.next_posting(draft, name)
        if time is not None and time <= until:
            postings.append(Due(time, Turn.INTEREST, partial(loans.post, draft, name, time)))
    return postings
