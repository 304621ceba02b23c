"""A million legs as plain-text books: `python -m tests.bench.exports [LEDGER] [--legs N]`.

Each form is exported by the program in a process of its own, beside what is promised: 60 seconds
and 300 MB for a million legs. The ledger is made first if it is not there (minutes): shares bought
and sold again and again, as the store takes fills, without an engine.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.account.event_terms import MAIN, Cause, OrderType, Side
from ledger.account.events import kinds as e
from ledger.account.fold.trades import fold_fill
from ledger.account.state import Account, Convention
from ledger.books.entries import legs_of
from ledger.books.store import Batch, Ledger, Record
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.money import ZERO, settle
from tests.bench.million import run
from tests.books.lives import opening
from tests.worlds import MINUTE, T0, D, World, broker, stock
from tui.cli.output import say

SECONDS, MEMORY = 60, 300
"""What is promised for a million legs, with megabytes."""
BATCH = 5_000
FORMS = ("beancount", "beancount --lots", "hledger", "ledger")
TABLES = ("csv", "json", "xlsx")


def main() -> None:
    """Make what is missing, and print a line for each form."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exports", description=__doc__)
    parser.add_argument("ledger", nargs="?", type=Path)
    parser.add_argument(
        "--tables", action="store_true", help="of a ledger that was played (tests.bench.million)"
    )
    parser.add_argument("--legs", type=int, default=1_000_000)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        ledger = given.ledger or Path(folder) / "ledger.db"
        if not ledger.exists():
            make(ledger, given.legs)
        for form in (*FORMS, *(TABLES if given.tables else ())):
            target = Path(folder) / "exported"
            name, *options = form.split()
            took = run(ledger, "export", name, str(target), *options)[0]
            say(took.told(f"export {form}", SECONDS).replace("200 MB", f"{MEMORY} MB"))
            sys.stdout.flush()
            shutil.rmtree(target) if target.is_dir() else target.unlink()


def make(ledger: Path, legs: int) -> None:
    """An account with so many legs, or a few more."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    world = World(broker(), stock())
    made = 0
    with Ledger.open(ledger) as book:
        rules = world.account.rulebook
        book.put_rulebook(rules_hash(rules), canonical(encode(rules)))
        branch = book.new_branch("traded", 0, "Shares traded", {})
        batch: list[Record] = []
        for record in _records(world.account, opening(world)):
            batch.append(record)
            made += len(record.legs)
            if len(batch) == BATCH or made >= legs:
                book.append(branch, Batch(tuple(batch), {"seq": record.seq}))
                batch.clear()
            if made >= legs:
                return


def _records(flat: Account, first: e.AccountOpened) -> Iterator[Record]:
    """The opening, a deposit, and fills for ever: bought at one price, sold at another."""
    events: Iterator[tuple[Account, e.Event]] = chain(
        [(flat, first), (flat, e.Deposited(at=T0, amount=D("1000000.00")))], _trades(flat)
    )
    for seq, (account, event) in enumerate(events, start=1):
        yield Record(seq, event, legs_of(account, event), f"e:{seq}")


def _trades(flat: Account) -> Iterator[tuple[Account, e.Event]]:
    """Each fill with the account before it, of which legs take no more than what is held."""
    for number in count(1):
        gain = D(number * 37 % 997 - 498)  # of a hundred shares, so a cent a share
        bought = _fill(2 * number, Side.BUY, D("100.00"), ZERO)
        yield flat, bought
        held = fold_fill(flat, bought, D(1))
        yield held, _fill(2 * number + 1, Side.SELL, D("100.00") + gain / 100, gain)


def _fill(minute: int, side: Side, price: Decimal, gain: Decimal) -> e.OrderFilled:
    return e.OrderFilled(
        at=T0 + minute * MINUTE,
        pocket=MAIN,
        symbol="ACME",
        side=side,
        quantity=D(100),
        price=price,
        value=settle(price * 100, "USD"),
        realized_pnl=settle(gain, "USD"),
        order=f"#{minute}",
        order_type=OrderType.MARKET,
        cause=Cause.TRADER,
        fee=settle(ZERO, "USD"),
        slippage=ZERO,
        convention=Convention.WORST,
        leverage=D(1),
    )


if __name__ == "__main__":
    main()
