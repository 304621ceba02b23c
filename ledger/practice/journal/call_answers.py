"""What each answer to a margin call would have left: the account run again, as forks are, with the
call answered one way as soon as it came and every later command given again.

A line goes as far as the account's own clock has come: nothing of a future that has not been played
is told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ledger.account.event_terms import Answer
from ledger.account.state import Account
from ledger.market.quote import Market
from ledger.practice.forks.attribution import standing
from ledger.practice.forks.fork import Trunk, check_ended, trunk_in
from ledger.practice.forks.ready import NotAllowed, answered, run_again
from ledger.practice.sessions.statement import equity_of

Progress = Callable[[int, int], object]
"""Hears how many lines of how many are run."""

TRIED = (Answer.DEPOSIT, Answer.SELL, Answer.WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What one answer would have left where the clock stands: equity with savings.

    `paid_in` is what would have been paid in beyond what was, and `better` what the account would
    have made beyond what it made. All are `None` for an answer that the rules refuse, with a
    `reason`.
    """

    answer: Answer
    left: Decimal | None = None
    paid_in: Decimal | None = None
    better: Decimal | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLines:
    """A call by the number of its event: what is left as it was played, and by each answer."""

    call: int
    played: Decimal
    lines: tuple[Left, ...]


def other_answers(
    path: Path,
    account: str | None,
    calls: Sequence[int],
    progress: Progress = lambda _done, _total: None,
) -> tuple[CallLines, ...]:
    """What each answer to some calls would have left.

    Raises `Refused` (a graded attempt or an exam that still runs, a tape that is gone), and what
    `Ledger.open` raises.
    """
    if not calls:
        return ()
    with trunk_in(path, account, read_only=True) as trunk:
        check_ended(trunk)
        return tuple(_answers(trunk, calls, progress))


def _answers(trunk: Trunk, calls: Sequence[int], progress: Progress) -> Iterator[CallLines]:
    account, market = trunk.account_at(trunk.branch.last_seq), trunk.market_at(trunk.stands_at())
    total = len(calls) * len(TRIED)
    for number, call in enumerate(calls):
        lines = []
        for place, answer in enumerate(TRIED):
            progress(number * len(TRIED) + place, total)
            lines.append(_line(trunk, call, answer, (account, market)))
        yield CallLines(call=call, played=_left(account, market), lines=tuple(lines))


def _line(trunk: Trunk, call: int, answer: Answer, played: tuple[Account, Market]) -> Left:
    try:
        session, _ = run_again(trunk, answered(trunk, call, answer))
    except NotAllowed as refused:
        return Left(answer=answer, reason=refused.reason)
    account, market = session.account, session.market
    return Left(
        answer=answer,
        left=_left(account, market),
        paid_in=_paid_in(account) - _paid_in(played[0]),
        better=standing(account, market).result - standing(*played).result,
    )


def _left(account: Account, market: Market) -> Decimal:
    return equity_of(account, market) + account.savings


def _paid_in(account: Account) -> Decimal:
    return account.totals.deposited - account.totals.withdrawn
