"""Margin calls that a trade met on its way."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Answer, CallMetBy
from ledger.account.events import kinds as e
from ledger.frozen import quick, replace
from ledger.times import Time


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer to a call."""

    seq: int
    at: Time
    answer: Answer
    amount: Decimal | None
    symbol: str | None
    quantity: Decimal | None


@quick
@dataclass(frozen=True)
class CallOnTheWay:
    """A call of the pocket that a trade was in: how it came and how it ended.

    `expired_by` is `CallExpiredBy.DUE` or the schedule of a graver level; a call that expired is
    met by the sale that follows. One that still stands has no `ended_at`.
    """

    seq: int
    at: Time
    level: str
    shortfall: Decimal
    due: Time | None
    answers: tuple[Answered, ...] = ()
    expired_at: Time | None = None
    expired_by: str | None = None
    met_by: CallMetBy | None = None
    ended_at: Time | None = None
    ended_seq: int | None = None

    @property
    def time_to_answer(self) -> int | None:
        """Seconds from the call to the first answer; `None` without one."""
        return self.answers[0].at - self.at if self.answers else None

    @property
    def time_allowed(self) -> int | None:
        """Seconds that the call gave; `None` for a call without a deadline."""
        return None if self.due is None else self.due - self.at


CallEvent = e.MarginCallIssued | e.CallAnswered | e.MarginCallExpired | e.MarginCallMet


def issued(seq: int, event: e.MarginCallIssued) -> CallOnTheWay:
    """A call as it comes."""
    return CallOnTheWay(seq, event.at, event.level, event.shortfall, event.due)


def went_on(
    call: CallOnTheWay, seq: int, event: e.CallAnswered | e.MarginCallExpired | e.MarginCallMet
) -> CallOnTheWay:
    """The call after what happened to it."""
    match event:
        case e.CallAnswered():
            answer = Answered(
                seq, event.at, event.answer, event.amount, event.symbol, event.quantity
            )
            return replace(call, answers=(*call.answers, answer))
        case e.MarginCallExpired():
            return replace(call, expired_at=event.at, expired_by=event.by)
        case e.MarginCallMet():
            return replace(call, met_by=event.by, ended_at=event.at, ended_seq=seq)
