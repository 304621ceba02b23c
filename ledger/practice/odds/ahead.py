"""The odds of an order at the present moment, updated while its futures are drawn."""

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
"""The default of the desk and of the command line."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The plan, and its odds over the futures drawn so far; `days` ahead.

    `synthetic` describes the past if it is a synthetic tape.
    """

    plan: Plan
    odds: Odds
    days: float
    synthetic: str = ""


def ahead(
    account: Account, market: Market, tape: Tape, order: PlaceOrder, days: float
) -> Iterator[Ahead]:
    """A bootstrap of the tape's past bars, and of none to come.

    Its trend is removed: this is practice in planning, not in guessing the direction.
    Raises `Refused` for too few bars, and with the engine's reason if it refuses the order.
    Closing the iterator stops the drawing.
    """
    try:
        steps = untrended(steps_of(tape, until=market.time, days=days))
    except ValueError as error:
        raise Refused(f"{tape.symbol}: {error}") from None
    plan = plan_of(account, market, order, steps, days)
    for tally in run(plan, steps, FUTURES, SEED):
        yield Ahead(plan, odds_of(plan, tally, steps.pace), days, tape.synthetic)
