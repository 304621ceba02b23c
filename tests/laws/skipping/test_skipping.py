"""Fast-forward changes nothing: the same events, keys, legs, hash and market as bar by bar."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from ledger.account.state import Account
from ledger.books.store import Record
from ledger.books.wire.codec import to_wire
from ledger.books.wire.fingerprint import state_hash
from ledger.market.quote import Market
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Phase
from tests.laws import tried
from tests.laws.skipping.passages import Done, Journey, journey, meant, session_of


@dataclass
class Run:
    """How a journey went: what was kept, how the bars ended, and what the trader did."""

    session: Session
    records: list[Record]
    done: Done = field(default_factory=dict)
    after: dict[int, tuple[Account, Market]] = field(default_factory=dict)
    bars_run: int = 0

    def note(self) -> None:
        """Where the clock rests after a bar."""
        self.after[self.session.place.index] = (self.session.account, self.session.market)


def stepped(one: Journey) -> Run:
    """Every bar is run."""
    session, keeper = session_of(one)
    run = Run(session, keeper.records)
    while not session.ended:
        session.open_step()
        _wish(one, run)
        session.close_step()
        run.note()
        run.bars_run += 1
        _wish(one, run)
    session.wait(one.timeline.end)
    session.commit()
    return run


def _wish(one: Journey, run: Run) -> None:
    here = run.session.place.index, run.session.place.phase
    for wished in one.wishes.get(here, ()):
        command = meant(one, run.session, wished)
        run.done.setdefault(here, []).append(command)
        run.session.send(command)


def skipped(one: Journey, done: Done) -> Run:
    """Only those bars are run that the clock may not pass over, and those where somebody acts."""
    session, keeper = session_of(one)
    run, left = Run(session, keeper.records), dict(done)
    while not session.ended:
        stops = (index + (phase is Phase.CLOSED) for index, phase in left)
        before = session.place
        session.skip(min(stops, default=len(one.timeline)))
        if session.place != before:
            run.note()
        elif before.phase is Phase.OPEN:
            session.close_step()
            run.bars_run += 1
            run.note()
        else:
            session.open_step()
        for command in left.pop((session.place.index, session.place.phase), ()):
            session.send(command)
    session.wait(one.timeline.end)
    session.commit()
    return run


def told(records: list[Record]) -> list[object]:
    """Everything of a record that a ledger hashes."""
    return [
        (record.idem_key, to_wire(record.event, record.seq, "walker"), record.legs)
        for record in records
    ]


@tried(60)
@given(seed=st.integers(0, 2**48))
def test_skipping_and_stepping_give_the_same_events_byte_for_byte(seed: int) -> None:
    one = journey(seed)
    long = stepped(one)
    short = skipped(one, long.done)
    assert told(short.records) == told(long.records)
    for index, rested in short.after.items():
        assert rested == long.after[index], index
    assert state_hash(short.session.account) == state_hash(long.session.account)
    assert short.session.place == long.session.place
    assert short.session.market == long.session.market
