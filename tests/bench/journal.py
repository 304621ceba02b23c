"""What a long journal costs: `python -m tests.bench.journal [--trades N] [--runs N]`.

Trades of eighteen events each, with a plan, two targets, a stop that is moved and fees. Processor
time of each step, the least of several runs: reading the events of the record, folding them into
trades (both once, when the record is longer than it was), its lines, and each filter; and then the
same from a ledger: opened for the first time, and again, when its list was kept.
10,000 trades took 6.4 s, and then 188 ms (December 2026, two shared cores).
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from ledger.account import commands as c
from ledger.account.events.kinds import Event
from ledger.account.order import Target
from ledger.books.batch import Batch, Record
from ledger.books.store import Ledger
from ledger.books.wire.codec import from_wire, to_wire
from ledger.frozen import replace
from ledger.practice.journal.sorting import sort
from ledger.practice.review.entry import Entry
from ledger.practice.review.entry_words import cells
from ledger.practice.review.filter import parse
from ledger.practice.review.journal import Journal, JournalReader, journal_of
from ledger.reports.trades.round_trip import trades_of
from tests.reports.trades.played import buy, coin, opened
from tests.worlds import D
from tui.cli.output import say
from tui.pages import journal_rows

A_ROUND = 50
FILTERS = ("r<-1", "tag:breakout net>0", "closed:stop_loss 2024-01", "average", "not:missing:note")
LIST, FILTER = 0.300, 0.050
"""Seconds that are promised for 10,000 trades."""


def main() -> int:
    """Print the cost of each step; 1 if the list or a filter costs more than is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    opening, round_ = _round()
    rounds = -(-wanted.trades // A_ROUND)
    bodies = [json.dumps(to_wire(event, 1, "a")) for event in round_]
    _tell("reading", len(round_) * rounds, _least(lambda: _read(bodies, rounds), 1))
    events = [opening, *chain.from_iterable(repeat(round_, rounds))]
    _tell("folding", len(events), _least(lambda: trades_of(events), wanted.runs))
    trades = trades_of(events)
    book = journal_of("a", trades)
    scale = wanted.trades / 10_000

    def listed() -> list[tuple[str, ...]]:
        return [cells(entry) for entry in journal_of("a", trades).entries[:100]]

    late = _tell("list", len(trades), _least(listed, wanted.runs), LIST * scale)
    everything = _least(lambda: [cells(entry) for entry in book.entries], wanted.runs)
    _tell("every line as text", len(trades), everything)
    for text in FILTERS:
        narrow = parse(text)
        cost = _least(lambda narrow=narrow: narrow.of(book.entries), wanted.runs)  # type: ignore[misc]
        late |= _tell(f"filter {text}", len(narrow.of(book.entries)), cost, FILTER * scale)
    late |= _screen(book, wanted.runs, scale)
    late |= _from_disk(opening, round_, rounds, scale)
    return int(late)


def _from_disk(opening: Event, round_: list[Event], rounds: int, scale: float) -> bool:
    """A ledger with these trades: its journal opened for the first time, and again."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with Ledger.open(path) as ledger:
            branch = ledger.new_branch("a", 0, "", {})
            _write(ledger, branch, chain([opening], _on_and_on(round_, rounds)))
        many = rounds * A_ROUND
        _tell("ledger: first opening", many, _least(lambda: _opened(path), 1))
        return _tell("ledger: opened again", many, _least(lambda: _opened(path), 3), LIST * scale)


def _opened(path: Path) -> None:
    _page(sort(JournalReader(path).read("a").entries, "newest"))


def _on_and_on(round_: list[Event], rounds: int) -> Iterable[Event]:
    """The same round again and again, each after the one before."""
    lasts = round_[-1].at - round_[0].at
    for number in range(rounds):
        for event in round_:
            yield replace(event, at=event.at + number * lasts)


def _write(ledger: Ledger, branch: int, events: Iterable[Event]) -> None:
    """Without legs: what is measured is reading."""
    records = [Record(seq, event, (), f"e:{seq}") for seq, event in enumerate(events, 1)]
    ledger.append(branch, Batch(records))


def _screen(book: Journal, runs: int, scale: float) -> bool:
    """The journal's screen: all trades in order with a first page of rows, and a letter typed."""
    late = _tell(
        "screen: list",
        len(book.entries),
        _least(lambda: _page(sort(book.entries, "newest")), runs),
        LIST * scale,
    )
    in_order = sort(book.entries, "newest")
    for text in FILTERS:
        narrow = parse(text)
        cost = _least(lambda narrow=narrow: _page(narrow.of(in_order)), runs)  # type: ignore[misc]
        late |= _tell(f"screen: {text}", len(narrow.of(in_order)), cost, FILTER * scale)
    return late


def _page(shown: list[Entry]) -> None:
    rows = journal_rows.rows(shown, 120, {})
    for place in range(min(36, len(rows))):
        rows[place]
    journal_rows.title("a", shown, len(shown), "")


def _round() -> tuple[Event, list[Event]]:
    """The opening of an account and so many trades of it."""
    world = coin(deposit=10_000_000, price=100, taker_fee=D("0.0005"))
    start = len(world.events)
    halves = (Target(D(110), D("0.5")), Target(D(130), D("0.5")))
    for number in range(A_ROUND):
        tag = "breakout" if number % 2 else "trend"
        order = buy(2, 90, reason="It stood on its average", tags=(tag,), targets=halves)
        world.bar({"BTC": (100,) * 4}, order)
        world.bar({"BTC": (100, 112, 100, 112)}, c.MoveStop(symbol="BTC", price=D(95)))
        world.bar({"BTC": (112, 112, 94, 94)})
    return opened(world), world.events[start:]


def _read(bodies: list[str], rounds: int) -> None:
    for body in chain.from_iterable(repeat(bodies, rounds)):
        from_wire(json.loads(body))


def _least(does: Callable[[], object], runs: int) -> float:
    costs = []
    for _ in range(runs):
        start = process_time()
        does()
        costs.append(process_time() - start)
    return min(costs)


def _tell(what: str, many: int, cost: float, promised: float | None = None) -> bool:
    beside = "" if promised is None else f"  promised {1000 * promised:.0f}"
    say(f"{what:34} {many:8}  {1000 * cost:8.0f} ms{beside}")
    return promised is not None and cost > promised


if __name__ == "__main__":
    sys.exit(main())
