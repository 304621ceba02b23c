"""Fast-forward: the clock skips the bars in which nothing can happen, and only those.

The engine states what can happen (`fences`, `next_due`); the tapes are searched for the first bar
in which it might. Interest posted on the way is decided by the same engine, posting by posting,
under the keys that a run through every bar would have given it. As a debt grows, the fence around
harm narrows and the one around recovery widens: a stretch is skipped if it is quiet both with the
debt at its start and with the one at its end.
"""

from collections import deque
from dataclasses import dataclass

from ledger.account.commands import Wait
from ledger.account.state import Account
from ledger.engine.bars import fences, next_due
from ledger.engine.decide import Decision, decide
from ledger.engine.trades import corporate_actions
from ledger.frozen import scratch
from ledger.market.quote import Market
from ledger.practice.sessions.search import Search
from ledger.practice.sessions.timeline import Timeline

_REACH, _LONGEST = 8, 64
"""Postings in a stretch: at first, and at most."""
_ENOUGH = 250
"""Postings after which a passage ends, so that they are written and a frame is shown."""


@scratch
@dataclass(frozen=True)
class Posting:
    """What is posted at one step, and its key: at the open, or up to the close."""

    index: int
    key: str
    decision: Decision


@scratch
@dataclass(frozen=True)
class Passage:
    """Bars up to `index` that can be skipped, and what is posted meanwhile."""

    index: int
    postings: tuple[Posting, ...]


def passage_of(
    timeline: Timeline, account: Account, market: Market, first: int, limit: int
) -> Passage | None:
    """The passage from step `first` on, of which at most the open was run, to before `limit`.

    `None` if the first step must be run.
    """
    end = quiet_before(timeline, account, market, first, limit)
    if next_due.idle(account) or next_due.next_posting(account, market.time) is None:
        return Passage(end - 1, ()) if first < end else None
    ahead = _Ahead(timeline, account, market, first, end)
    reach = _REACH
    while ahead.at < end and len(ahead.done) < _ENOUGH:
        stop, after = ahead.stretch(reach)
        loud = stop
        if after is not account:
            loud = _first_loud(timeline, after, market, ahead.at, stop)
        ahead.pass_to(loud)
        if loud == stop:
            reach = min(reach * 2, _LONGEST) or 1
        elif reach:
            reach = 0  # the next bar alone
        else:
            break
    return None if ahead.at == first else Passage(ahead.at - 1, tuple(ahead.done))


def quiet_before(
    timeline: Timeline, account: Account, market: Market, first: int, limit: int
) -> int:
    """The first step, at most `limit`, in which something might happen to the account as it is
    now: what is posted on the way may bring it nearer."""
    end = min(limit, len(timeline))
    if next_due.idle(account):
        return end
    end = _must_run(timeline, account, market, first, end)
    return _first_loud(timeline, account, market, first, end)


def _must_run(timeline: Timeline, account: Account, market: Market, first: int, limit: int) -> int:
    """The first step that must be run because something falls due in it, or the limit."""
    steps = [limit]
    priced = next_due.next_at_price(account, timeline.funding, market.time)
    if priced is not None:
        steps.append(timeline.first_reaching(priced))
    opening = next_due.next_at_open(account)
    if opening is not None:
        steps.append(timeline.index_at(opening))
    action = timeline.next_action(corporate_actions.concerned(account), first)
    if action is not None:
        steps.append(action)
    ending = next_due.end_with_session(account)
    if ending and first < limit:
        steps.append(timeline.session_end(first, ending))
    return max(min(steps), first)


def _first_loud(timeline: Timeline, account: Account, market: Market, at: int, stop: int) -> int:
    """The first step in which something might happen to the present account, or `stop`."""
    if at >= stop:
        return stop
    always, closing = fences.fence(account, market), fences.closing_fence(account, market)
    if always is None:
        return at
    step = Search(timeline, always).first_loud(at, stop)
    return _first_loud_close(timeline, Search(timeline, closing), at, step) if closing else step


def _first_loud_close(timeline: Timeline, closing: Search, at: int, stop: int) -> int:
    """The first step that ends a session at which something might happen, or `stop`."""
    while at < stop:
        loud = closing.first_loud(at, stop)
        if loud == stop:
            break
        last = timeline.session_end(loud)
        if last < stop and closing.first_loud(last, last + 1) == last:
            return last
        at = last + 1
    return stop


class _Ahead:
    """A look ahead: what is posted up to a step, and the account after it."""

    def __init__(
        self, timeline: Timeline, account: Account, market: Market, first: int, end: int
    ) -> None:
        self._timeline, self._end = timeline, end
        self._waiting: deque[Posting] = deque()
        self._head = Decision((), account, market)
        self.at = first
        self.account = account
        self.done: list[Posting] = []

    def stretch(self, reach: int) -> tuple[int, Account]:
        """A step ahead with about `postings` before it, and the account after them.

        With none it is the very next step.
        """
        following = self.at + 1
        stop = self._end if reach else following
        while self._look_on():
            last = self._waiting[-1].index
            if last >= following and len(self._waiting) > reach:
                stop = last if reach else following
                break
        passed = [posting for posting in self._waiting if posting.index < stop]
        return stop, passed[-1].decision.account if passed else self.account

    def _look_on(self) -> bool:
        """Let time pass up to the next posting, if it falls before the end."""
        time = next_due.next_posting(self._head.account, self._head.market.time)
        index = self._end if time is None else self._timeline.first_reaching(time)
        if time is None or index >= self._end:
            return False
        opens = self._timeline.times[index]
        early = time <= opens
        until = opens if early else self._timeline.closes(index)
        self._head = decide(self._head.account, self._head.market, Wait(until=until))
        key = f"{'open' if early else 'close'}:{opens}"
        self._waiting.append(Posting(index, key, self._head))
        return True

    def pass_to(self, step: int) -> None:
        """Every step before this one is quiet: commit to what is posted there."""
        self.at = step
        while self._waiting and self._waiting[0].index < step:
            posting = self._waiting.popleft()
            self.account = posting.decision.account
            self.done.append(posting)
