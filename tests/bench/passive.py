"""How long trades take to be run again: `python -m tests.bench.passive [--trades N]`.

A restless trader on minutes of a random walk, and again in two crossed symbols at once: every trade
is run again set and forgotten, and once more for each later decision. Ten seconds of
processor time are promised for a thousand trades; 1,400, of which 900 had a stop, took 3.1 s in one
symbol and 9.5 s in two crossed ones (December 2026, two shared cores).
"""

import argparse
from random import Random
from time import process_time

from ledger.market.rules.rulebook import Mode
from ledger.practice.review.discipline import discipline_of
from ledger.practice.review.set_and_forget import set_and_forget
from ledger.reports.trades.round_trip import trades_from
from tests.practice.review.managing import Meddler, recorded, walk
from tests.worlds import D, venue
from tui.cli.output import say

BARS_A_TRADE = 33
"""About so many minutes pass from one entry to the next."""


def main() -> None:
    """Print the times of the parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=1_000)
    wanted = parser.parse_args().trades
    for symbols in (["BTC"], ["BTC", "ETH"]):
        measure(symbols, wanted)


def measure(symbols: list[str], wanted: int) -> None:
    """The time for about so many trades with a stop, in some symbols at once."""
    chance = Random(1)
    tapes = [walk(chance, symbol, wanted * BARS_A_TRADE // len(symbols)) for symbol in symbols]
    trader = Meddler(chance, symbols, 0.25, cash=False)
    book = venue(taker_fee=D("0.0005"))
    with recorded(tapes, trader, book=book, mode=Mode.CROSS) as trunk:
        begun = process_time()
        trades = trades_from(trunk.ledger.events(trunk.branch.id))
        read = process_time()
        managed = list(set_and_forget(trunk, trades))
        ran = process_time()
        found = len(discipline_of(trunk).findings)
        decisions = sum(len(one.decisions) for one in managed)
        say(
            f"{len(symbols)} symbol(s): {len(trades)} trades, {trunk.branch.last_seq} events, read "
            f"in {read - begun:.2f} s; {len(managed)} with a stop and {decisions} decisions run "
            f"again in {ran - read:.2f} s; all, with {found} findings, in "
            f"{process_time() - ran:.2f} s"
        )


if __name__ == "__main__":
    main()
