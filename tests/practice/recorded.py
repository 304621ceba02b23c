"""Random journeys on record: other tapes, rule books, incidents and traders each time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.account import commands as c
from ledger.account.events.kinds import AccountOpened
from ledger.account.state import Account
from ledger.books.store import Ledger
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.books.writer import Writer
from ledger.practice.forks import fork as forks
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.statement import equity_of
from ledger.times import Time
from tests.laws.skipping.passages import Journey, journey, meant, session_of


@dataclass
class Told:
    """A journey on record, and what its trader did where, as it was done."""

    trunk: forks.Trunk
    done: list[tuple[int, Place, Time, c.TraderCommand, Account]] = field(default_factory=list)
    closes: list[tuple[Time, Decimal, bool]] = field(default_factory=list)
    """The end of each step, the equity there, and whether anything was held."""


@contextmanager
def told(seed: int) -> Iterator[Told]:
    """The journey of a seed, played bar by bar into a ledger."""
    one, session, done, closes = _sound(seed)
    with tempfile.TemporaryDirectory() as folder, Ledger.open(Path(folder) / "l.db") as ledger:
        ledger.put_rulebook(rules_hash(one.book), canonical(encode(one.book)))
        branch = ledger.new_branch("walker", 0, "", {})
        writer = Writer(ledger, branch)
        session.kept_by(writer, lambda: None)
        session.commit(sealed=True).result()
        writer.close()
        info, place = ledger.branch(branch), ledger.place(branch)
        assert place is not None
        yield Told(forks.Trunk(ledger, info, place, one.timeline, one.fate), done, closes)


def _sound(seed: int) -> tuple[Journey, Session, list[Any], list[tuple[Time, Decimal, bool]]]:
    """The journey, or the next one that a ledger can hold: with a made-up book that posts interest
    by the second, an event may be told before an earlier one."""
    while True:
        one = journey(seed)
        session, _ = session_of(one)
        session.open_account(
            AccountOpened(
                at=one.timeline.start,
                venue=one.book.id,
                mode=one.mode,
                currency=one.book.currency,
                rules_hash=rules_hash(one.book),
                fills=one.convention,
                instruments=one.instruments,
            )
        )
        done, closes = _played(one, session)
        times = [event.at for event, _, _ in session._pending]
        if times == sorted(times):
            return one, session, done, closes
        seed += 1


def _played(one: Journey, session: Session) -> tuple[list[Any], list[tuple[Time, Decimal, bool]]]:
    done, closes = [], []

    def act() -> None:
        for wished in one.wishes.get((session.place.index, session.place.phase), ()):
            command = meant(one, session, wished)
            here = session.account.seq, session.place, session.market.time, command
            done.append((*here, session.account))
            session.send(command)

    while not session.ended:
        session.open_step()
        act()
        session.close_step()
        account, market = session.account, session.market
        closes.append((market.time, equity_of(account, market), bool(account.positions())))
        act()
    session.wait(one.timeline.end)
    return done, closes
