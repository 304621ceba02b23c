"""The odds of an order where the clock stands, told again and again while its futures come in."""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.account.commands import PlaceOrder
from ledger.account.state import Account
from ledger.market.quote import Market
from ledger.market.tapes.tape import Tape
from ledger.practice.odds.futures import steps_of, untrended
from ledger.practice.odds.outcome import Plan
from ledger.practice.odds.plan import plan_of
from ledger.practice.odds.simulate import Odds, odds_of, run
from ledger.refused import Refused

FUTURES, SEED = 1_000, 1
"""What is drawn unless something else is asked for; the command line has the same."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The plan, and the odds of so many of its futures as have been drawn; `days` ahead.

    `synthetic` says what the past was made of, where nobody traded in it.
    """

    plan: Plan
    odds: Odds
    days: float
    synthetic: str = ""


def ahead(
    account: Account, market: Market, tape: Tape, order: PlaceOrder, days: float
) -> Iterator[Ahead]:
    """A bootstrap of the tape's bars that have ended, and of none that is still to come.

    Its trend is left out: what is practised is the plan, not a guess at the direction.
    Raises `Refused` where too few have, and with the engine's reason for an order that it refuses.
    Closing the iterator leaves the futures undrawn that are still to come.
    """
    try:
        steps = untrended(steps_of(tape, until=market.time, days=days))
    except ValueError as error:
        raise Refused(f"the past of {tape.symbol}: {error}") from None
    plan = plan_of(account, market, order, steps, days)
    for found in run(plan, steps, FUTURES, SEED):
        yield Ahead(plan, odds_of(plan, found, steps.pace), days, tape.synthetic)
