"""Odds against the clock: `python -m tests.bench.odds [--futures N] [--days D] [--cluster N]`.

A long of a perpetual at ten times, with a stop and a target behind and before its call and its
liquidation. Getting the steps ready out of the tape is timed apart from drawing the futures. With
`--cluster` the same futures are drawn on a local cluster of Dask too (`pip install '.[cluster]'`),
each piece of work in one of N processes, and must come to the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import Executor
from time import perf_counter
from typing import TypeVar

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.state import Convention, Side, Target, open_account
from ledger.engine.decide import decide
from ledger.market.quote import Market
from ledger.market.rules.rulebook import Mode
from ledger.market.tapes.tape import Tape
from ledger.practice.library.catalog import load_tape, tape_info
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.odds import simulate
from ledger.practice.odds.futures import Steps, fitted, steps_of
from ledger.practice.odds.outcome import Plan
from ledger.practice.odds.plan import plan_of
from tests.worlds import D
from tui.cli.output import say

TAPES = ("btcusdt-perp-binance-1h-2019-2025", "xbtusd-bitmex-1m-2020-03")
SEED = 1

Found = TypeVar("Found")


def planned(tape: Tape, source: str, steps: Steps, days: float) -> Plan:
    """Bought at the last close of the tape, with all that a plan can have."""
    book = load_venue("binance-usdm").rulebook
    info = tape_info(source)
    assert info is not None, "a shipped tape"
    price = tape.bar(len(tape) - 1).close
    prices = {tape.symbol: price}
    listed = {tape.symbol: info.instrument}
    account = open_account("bench", book, Mode.ISOLATED, Convention.WORST, listed)
    market = Market(time=tape.end, last=prices, mark=prices, trading=frozenset(prices))
    paid = decide(account, market, Deposit(amount=price))
    tick = info.instrument.tick
    order = PlaceOrder(
        symbol=tape.symbol,
        side=Side.BUY,
        quantity=D("0.1"),
        leverage=D(10),
        stop_loss=price * D("0.92") // tick * tick,
        targets=(Target(price * D("1.15") // tick * tick, D(1)),),
    )
    return plan_of(paid.account, paid.market, order, steps, days)


def timed(do: Callable[[], Found]) -> tuple[float, Found]:
    """Seconds and what came of it."""
    begun = perf_counter()
    found = do()
    return perf_counter() - begun, found


def told(plan: Plan, steps: Steps, count: int, executor: Executor | None = None) -> simulate.Odds:
    """All futures drawn, and counted as they come in, as the ticket does."""
    piece = 100 if executor is None else max(count // 40, 100)
    found = None
    for tally in simulate.run(plan, steps, count, SEED, executor, piece):
        found = simulate.odds_of(plan, tally, steps.pace)
    assert found is not None, "at least one future"
    return found


def main() -> None:
    """Print the table, and with a cluster what it came to there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--futures", type=int, default=1_000)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--cluster", type=int, default=0, metavar="N", help="processes of Dask's")
    given = parser.parse_args()
    say(f"{given.futures:,} futures of {given.days:g} days, seconds")
    say(f"{'tape':<36}{'model':<11}{'steps':>6}{'ready':>8}{'drawn':>8}{'called':>8}{'stopped':>9}")
    for source in TAPES:
        tape = load_tape(source)
        for model in ("bootstrap", "jump"):
            ready, steps = timed(lambda tape=tape, model=model: made(tape, given.days, model))
            plan = planned(tape, source, steps, given.days)
            took, found = timed(lambda plan=plan, steps=steps: told(plan, steps, given.futures))
            say(
                f"{source:<36}{model:<11}{plan.bars:>6,}{ready:8.3f}{took:8.3f}"
                f"{found.called:8.1%}{found.stopped:9.1%}"
            )
    if given.cluster:
        on_a_cluster(plan, steps, given.futures, given.cluster, found)


def made(tape: Tape, days: float, model: str) -> Steps:
    """The steps that futures are drawn from."""
    steps = steps_of(tape, days=days)
    return fitted(steps, SEED) if model == "jump" else steps


def on_a_cluster(plan: Plan, steps: Steps, count: int, workers: int, here: simulate.Odds) -> None:
    """The last row's futures once more, by processes that know nothing but what they are sent."""
    from dask.distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        took, there = timed(lambda: told(plan, steps, count, client.get_executor()))
    assert there == here, "the cluster came to something else"
    say(f"the last row on a cluster of {workers} processes: {took:.3f}, and the same odds")


if __name__ == "__main__":
    main()
