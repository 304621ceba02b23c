"""The session plan, held against what was done: a breach is found at the event that makes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ledger.account.event_terms import Answer, CallMetBy, ClosedBy
from ledger.account.events import kinds as e
from ledger.account.plan import PlanTerms, SessionPlan
from ledger.account.state import Account
from ledger.money import ZERO, plain, trim
from ledger.reports.grade.bars import NO_BARS, Bars
from ledger.reports.grade.guarded import Guarded
from ledger.reports.grade.past import Moment, exposed, valued, worth
from ledger.reports.grade.sums import sum_said
from ledger.times import DAY, Time

Prices = Mapping[str, Decimal]

SLIPPED = Decimal("1.2")
"""A loss may exceed its limit by a fifth: costs, and a stop that slipped."""
_FEES = Decimal("1.05")
"""A position bought with all that may be used has slightly more leverage once its fee is paid."""

ANSWERS = {
    CallMetBy.DEPOSIT: Answer.DEPOSIT,
    CallMetBy.REPAYMENT: Answer.DEPOSIT,
    CallMetBy.SALE: Answer.SELL,
    CallMetBy.HEDGE: Answer.HEDGE,
    CallMetBy.MARKET: Answer.WAIT,
}
"""What a trader did about a call, by what met it."""


class Limit(StrEnum):
    """A limit of the plan that was broken."""

    LOSS = "loss_per_trade"
    LEVERAGE = "max_leverage"
    TRADES = "max_trades"
    ANSWER = "answer_to_call"
    ASIDE = "put_aside"
    DAILY = "daily_loss"
    FLOOR = "trailing_floor"


LOSSES = frozenset({Limit.LOSS, Limit.DAILY, Limit.FLOOR})
"""The loss limits: breaking one outweighs everything that was done well."""


_WITHOUT_MONEY = {
    Limit.LOSS: "more was lost on a trade than the plan allows",
    Limit.DAILY: "more was lost in a day than the plan allows",
    Limit.FLOOR: "equity fell below the floor",
    Limit.ASIDE: "less was put aside than the plan says",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was broken, and how, with the figures."""

    limit: Limit
    at: Time
    said: str

    @property
    def without_money(self) -> str:
        """The same where money is hidden."""
        return _WITHOUT_MONEY.get(self.limit, self.said)


@dataclass(slots=True)
class Limits:
    """Counts and measures as the events and the bars between them pass by, while a plan is in
    force."""

    bars: Bars = NO_BARS
    breaches: list[Breach] = field(default_factory=list)
    opened: int = 0
    gained: Decimal = ZERO
    aside: Decimal = ZERO
    _next: int = 0
    """The first bar that was not looked at yet."""
    _broken: bool = False
    """Whether the market moved something inside it: then only its close is known."""
    _last: Decimal | None = None
    """What the account was worth when it was last looked at."""
    _lowest: Decimal | None = None
    """What equity fell to below the floor; `None` above it."""
    _currency: str = ""
    _day: int | None = None
    _began: Decimal = ZERO
    _highest: Decimal = ZERO
    _said: set[tuple[Limit, int]] = field(default_factory=set)

    def begin(self, at: Time) -> None:
        """Leave out the bars that have ended by a time."""
        self._next = self.bars.ended(at)

    def take(self, moment: Moment, guarded: Guarded | None = None) -> list[Breach]:
        """The breaches of one event; `guarded` is the trade that it closed, if it closed one."""
        plan, event = moment.before.plan, moment.event
        passed = self.reach(moment.before, event.at)
        self._broken |= moment.moved_by_market
        if isinstance(event, e.SessionPlanned):
            self._day = self._last = self._lowest = None
        if plan is None or moment.after.plan is None:
            return passed
        self._currency = moment.after.currency
        found = [*self._measured(plan, moment)]
        match event:
            case e.PositionOpened():
                self.opened += 1
                found += self._too_many(plan, event)
            case e.PositionClosed():
                self.gained += event.net_pnl
                found += _lost(event, guarded)
            case e.OrderFilled() | e.Withdrawn() | e.Swept():
                found += _levered(plan, moment)
            case e.MarginCallMet() | e.MarginCallExpired():
                found += _answered(plan, event)
        if isinstance(event, e.Swept):
            self.aside += event.amount
        return passed + self._new(found)

    def reach(self, account: Account, until: Time) -> list[Breach]:
        """The breaches in the bars that have ended by a time, with nothing happening meanwhile."""
        first, end = self._next, self.bars.ended(until)
        if end <= first:
            return []
        whole, self._next, self._broken = not self._broken, end, False
        plan = account.plan
        if plan is None or (plan.daily_loss is None and plan.trailing_floor is None):
            return []
        marks = self.bars.marks(account, first, end, whole=whole)
        return [breach for mark in marks for breach in self.look(account, mark.equity, mark.at)]

    def look(self, account: Account, equity: Decimal, at: Time) -> list[Breach]:
        """The breaches that a price brings about, between two events."""
        if account.plan is None:
            return []
        self._currency = account.currency
        found = self._new([*self._fallen(account.plan, equity, at)])
        self._last = equity
        return found

    def close(
        self,
        account: Account,
        until: Time,
        held: Mapping[str, Guarded],
        prices: Prices,
    ) -> list[Breach]:
        """The breaches up to the end, and what is only known then: the share of profit that was put
        aside, and what the trades still `held` have lost at these prices."""
        passed = self.reach(account, until)
        if account.plan is None:
            return passed
        self._currency = account.currency
        lost = [each for symbol in held for each in _losing(account, held[symbol], until, prices)]
        return passed + self._new(lost) + self._kept_back(account.plan, until)

    def _kept_back(self, plan: PlanTerms | None, until: Time) -> list[Breach]:
        if plan is None or plan.put_aside is None or self.gained <= 0:
            return []
        due = plan.put_aside * self.gained
        if self.aside >= due:
            return []
        said = f"{self._money(self.aside)} was put aside, and the plan says {self._money(due)}"
        return self._new([Breach(Limit.ASIDE, until, said)])

    def _new(self, found: list[Breach]) -> list[Breach]:
        """Those not said before: a limit of a day is broken once a day."""
        fresh = [each for each in found if (each.limit, each.at // DAY) not in self._said]
        lasting = {(each.limit, each.at // DAY) for each in fresh if each.limit is not Limit.LOSS}
        self._said |= lasting
        self.breaches += fresh
        return fresh

    def _measured(self, plan: SessionPlan, moment: Moment) -> Iterator[Breach]:
        if plan.daily_loss is None and plan.trailing_floor is None and plan.max_trades is None:
            return
        at, event = moment.event.at, moment.event
        equity = worth(moment.after, moment.prices)
        self._turn(at, worth(moment.before, moment.prices))
        if isinstance(event, e.Deposited | e.Withdrawn | e.Swept):
            flow = event.amount if isinstance(event, e.Deposited) else -event.amount
            self._began += flow
            self._highest += flow
        yield from self._fallen(plan, equity, at)
        self._last = equity if self._last is not None else None

    def _money(self, amount: Decimal) -> str:
        return sum_said(amount, self._currency)

    def _turn(self, at: Time, equity: Decimal) -> None:
        """A new day begins with the last equity of the one before, or where that is not known, with
        that before its first event."""
        if self._day == at // DAY:
            return
        began = equity if self._last is None else self._last
        if self._day is None:
            self._highest = began
        self._day, self._began, self.opened = at // DAY, began, 0

    def _fallen(self, plan: PlanTerms, equity: Decimal, at: Time) -> Iterator[Breach]:
        self._turn(at, equity)
        self._highest = max(self._highest, equity)
        if plan.daily_loss is not None and self._began > 0:
            lost, most = self._began - equity, self._began * plan.daily_loss
            if lost > most:
                did, may = self._money(lost), self._money(most)
                said = f"{did} was lost in a day, and the plan allows {may}"
                yield Breach(Limit.DAILY, at, said)
        if plan.trailing_floor is not None and self._highest > 0:
            yield from self._below(self._highest * (1 - plan.trailing_floor), equity, at)

    def _below(self, floor: Decimal, equity: Decimal, at: Time) -> Iterator[Breach]:
        """Whoever stays below the floor breaks it again only by falling lower."""
        if equity >= floor:
            self._lowest = None
        elif self._lowest is None or equity < self._lowest:
            self._lowest = equity
            said = f"equity fell to {self._money(equity)}, below the floor at {self._money(floor)}"
            yield Breach(Limit.FLOOR, at, said)

    def _too_many(self, plan: SessionPlan, event: e.PositionOpened) -> Iterator[Breach]:
        most = plan.max_trades
        if most is not None and self.opened > most:
            said = f"trade {self.opened} of the day, and the plan allows {most}"
            yield Breach(Limit.TRADES, event.at, said)


def _lost(event: e.PositionClosed, guarded: Guarded | None) -> Iterator[Breach]:
    """A loss beyond the limit, unless a stop within the plan was there and the market jumped it."""
    if guarded is None or guarded.planned is None or -event.net_pnl <= guarded.planned * SLIPPED:
        return
    if event.closed_by is ClosedBy.STOP_LOSS and guarded.within:
        return
    yield Breach(Limit.LOSS, event.at, _lost_said(guarded, -event.net_pnl))


def _lost_said(guarded: Guarded, lost: Decimal) -> str:
    most = guarded.said(guarded.planned or ZERO)
    return f"{guarded.said(lost)} was lost on {guarded.symbol}, and the plan allows {most}"


def _losing(account: Account, guarded: Guarded, until: Time, prices: Prices) -> Iterator[Breach]:
    """A loss beyond the limit in a trade that is still open, with no stop that holds it."""
    position, symbol = account.position(guarded.symbol), guarded.symbol
    if position is None or guarded.planned is None or guarded.within:
        return
    price = valued(account, prices)[symbol]
    open_result = account.instruments[symbol].unrealized(position.quantity, position.basis, price)
    made = position.realized + open_result - position.fees - position.carry + position.absorbed
    if -made > guarded.planned * SLIPPED:
        yield Breach(Limit.LOSS, until, _lost_said(guarded, -made))


def _levered(plan: SessionPlan, moment: Moment) -> Iterator[Breach]:
    """Leverage after a trade that made the positions larger, or after money was taken out: their
    gross value over equity."""
    if plan.max_leverage is None:
        return
    before, after = (exposed(each, moment.prices) for each in (moment.before, moment.after))
    equity = worth(moment.after, moment.prices)
    taken_out = isinstance(moment.event, e.Withdrawn | e.Swept)
    if not after or (after <= before and not taken_out):
        return
    if equity > 0 and after <= plan.max_leverage * equity * _FEES:
        return
    taken = f"{after / equity:.1f}x" if equity > 0 else "no equity left"
    said = f"leverage of {taken}, and the plan allows {plain(trim(plan.max_leverage))}x"
    yield Breach(Limit.LEVERAGE, moment.event.at, said)


def _answered(plan: SessionPlan, event: e.MarginCallMet | e.MarginCallExpired) -> Iterator[Breach]:
    if plan.answer_to_call is None:
        return
    answer = ANSWERS.get(event.by) if isinstance(event, e.MarginCallMet) else Answer.WAIT
    if answer is not None and answer is not plan.answer_to_call:
        did = (
            "the call was left to wait" if answer is Answer.WAIT else f"the answer was to {answer}"
        )
        yield Breach(Limit.ANSWER, event.at, f"{did}, and the plan says to {plan.answer_to_call}")
