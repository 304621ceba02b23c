"""A world played: every command with the account and the market around it, and its events."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from random import Random
from signal import SIGALRM, alarm, signal

from ledger.account import commands as c
from ledger.account.events.kinds import Event
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Position, open_account
from ledger.engine.decide import decide
from ledger.market.quote import Market
from tests.laws.worlds.drawing import START, Setting, draw
from tests.laws.worlds.trader import Trader, plan


@dataclass(frozen=True)
class Moment:
    """One command and what it led to."""

    command: c.Command
    before: Account
    market: Market
    events: tuple[Event, ...]
    after: Account
    market_after: Market

    @property
    def wished(self) -> bool:
        """Whether it was the trader's (or a venue's), so that no price moved."""
        return not isinstance(self.command, c.OpenBar | c.CloseBar | c.Wait)


@dataclass
class Play:
    """What happened in one world, in order."""

    setting: Setting
    moments: list[Moment] = field(default_factory=list)

    @cached_property
    def steps(self) -> list[tuple[Account, Event, Account]]:
        """Every event with the account before and after it."""
        found = []
        for moment in self.moments:
            account = moment.before
            for event in moment.events:
                after = apply(account, event)
                found.append((account, event, after))
                account = after
        return found

    @cached_property
    def folded(self) -> dict[int, list[Account]]:
        """For each moment the accounts after its events, one by one."""
        found: dict[int, list[Account]] = {id(moment): [] for moment in self.moments}
        rest = iter(self.steps)
        for moment in self.moments:
            found[id(moment)] = [next(rest)[2] for _ in moment.events]
        return found

    @property
    def holding(self) -> list[tuple[Moment, Position]]:
        """Each position after each command."""
        return [(m, p) for m in self.moments for p in m.after.positions() if p.quantity]

    @property
    def last(self) -> Moment:
        return self.moments[-1]


def opened(setting: Setting) -> tuple[Account, Market]:
    """The account and the market before anything."""
    listed = {i.symbol: i for i in setting.instruments}
    account = open_account("world", setting.book, setting.mode, setting.convention, listed)
    return account, Market(time=START, last={}, mark={})


def sent(account: Account, market: Market, command: c.Command) -> Moment:
    """One command sent where an account stands."""
    decision = decide(account, market, command)
    return Moment(command, account, market, decision.events, decision.account, decision.market)


def replayed(
    setting: Setting, commands: Iterable[c.Command], start: tuple[Account, Market] | None = None
) -> Play:
    """Commands that are known already, one after the other."""
    account, market = start or opened(setting)
    play = Play(setting)
    for command in commands:
        moment = sent(account, market, command)
        account, market = moment.after, moment.market_after
        play.moments.append(moment)
    return play


@lru_cache(1)
def played(seed: int) -> Play:
    """The world of a seed with a trader in it. Kept for the next law that looks at it."""
    play = Play(draw(seed))
    with within(20):
        for moment in _moments(play.setting):
            play.moments.append(moment)
    return play


def _moments(setting: Setting) -> Iterator[Moment]:
    chance, planner = Random(setting.seed + 1), Random(setting.seed + 2)
    trader = Trader(setting, chance)
    account, market = opened(setting)

    def go(command: c.Command) -> Moment:
        nonlocal account, market
        moment = sent(account, market, command)
        account, market = moment.after, moment.market_after
        return moment

    yield go(c.Deposit(amount=setting.money))
    for number, (step, whole) in enumerate(zip(setting.steps, setting.ends, strict=True)):
        if market.time < step.time:
            yield go(c.Wait(until=step.time - 1))
        yield go(c.OpenBar(step=step))
        is_flat = not account.positions() and not account.orders
        if planner.random() < (0.3 if is_flat else 0.03):  # with something open it is refused
            yield go(plan(planner))
        many = chance.choice((0, 0, 1, 1, 2)) if number else chance.choice((1, 2))
        for _ in range(many):
            if number:
                yield go(trader.wish(account, market))
            else:
                yield go(trader.first(account, market, chance.choice(list(market.last))))
        yield go(c.CloseBar(step=whole))
        if chance.random() < 0.2:
            yield go(trader.wish(account, market))


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail instead of turning for ever."""

    def late(*_: object) -> None:
        raise AssertionError(f"no answer within {seconds} seconds")

    old = signal(SIGALRM, late)
    alarm(seconds)
    try:
        yield
    finally:
        alarm(0)
        signal(SIGALRM, old)
