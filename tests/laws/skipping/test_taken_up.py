"""Left anywhere and taken up again, a run goes on as it would have: the account is in the events,
and the market is what the tapes and the account say that it is at the clock's place."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ledger.account.commands import AddNote
from ledger.books.writer import MemoryWriter
from ledger.practice.rehearsals.rehearsal import read_rehearsal
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Session
from tests.laws import tried
from tests.laws.skipping.passages import Journey, journey, meant, session_of


def same_market(one: Journey, session: Session) -> None:
    again = Session(
        session.account,
        one.timeline,
        MemoryWriter(),
        session.place,
        script_done=session.script_done,
        time=session.market.time,
    )
    assert again.market == session.market, session.place


@tried(30)
@given(seed=st.integers(0, 2**48))
def test_at_each_open_and_close_the_market_is_the_one_that_was_left(seed: int) -> None:
    one = journey(seed)
    session, _ = session_of(one)
    while not session.ended:
        session.open_step()
        same_market(one, session)
        act(one, session)
        same_market(one, session)
        session.close_step()
        same_market(one, session)
        act(one, session)
    session.wait(one.timeline.end)
    same_market(one, session)


def act(one: Journey, session: Session) -> None:
    for wished in one.wishes.get((session.place.index, session.place.phase), ()):
        session.send(meant(one, session, wished))


DOWN = """
title = "x"
venue = "binance-usdm"
mode  = "isolated"

[rules]
trade_fee = "0"

[[instrument]]
symbol = "XYZ"
tick   = "0.01"
lot    = "0.001"

[[tape]]
symbol = "XYZ"
source = "xyz.csv"

[[do]]
at = 2024-05-06T00:00:00Z
deposit = "1000"

[[do]]
at = 2024-05-06T00:00:00Z
sell = { symbol = "XYZ", quantity = "10", leverage = 2, stop_loss = "104" }

[[do]]
at = 2024-05-06T01:00:00Z
incident = { kind = "outage", hours = "2" }
"""
ROWS = ((100, 101, 99, 100), (100, 101, 99, 100), (100, 110, 99, 103), (103, 103, 98, 99))
TABLE = "time,open,high,low,close,volume\n" + "".join(
    f"2024-05-06T0{hour}:00:00Z,{o},{h},{low},{c},9\n" for hour, (o, h, low, c) in enumerate(ROWS)
)


def test_a_restart_while_the_venue_is_down_wakes_no_stop(tmp_path: Path) -> None:
    """A short of 10 at 100 with its stop at 104; the bar of 02:00 rises to 110 while the venue is
    down until 03:00, when it opens at 103, short of the stop. At the last close, 99, it has
    gained 10 x 1."""
    (tmp_path / "xyz.csv").write_text(TABLE)
    rehearsal = read_rehearsal(DOWN, tmp_path / "x.toml")
    for left_at in range(4):
        ledger = tmp_path / f"{left_at}.db"
        session, actions = begin(rehearsal, ledger, "a"), list(rehearsal.actions)
        while not session.ended:
            session.open_step()
            while actions and actions[0].at <= session.market.time:
                session.send(actions.pop(0).command)
            if session.place.index == left_at:
                session.close()
                session = resume(ledger, "a")
            session.close_step()
        assert session.statement().equity == 1010
        session.close()


def test_what_was_waited_after_the_last_bar_is_not_waited_twice(tmp_path: Path) -> None:
    (tmp_path / "xyz.csv").write_text(TABLE)
    text = DOWN.replace('mode  = "isolated"', "end = 2024-05-06T09:00:00Z")
    ledger = tmp_path / "a.db"
    session = begin(read_rehearsal(text, tmp_path / "x.toml"), ledger, "a")
    session.skip(99)
    session.wait(session.timeline.end)
    left = session.market
    session.close()
    again = resume(ledger, "a")
    assert again.market == left
    assert again.send(AddNote(text="here"))[0].at == session.timeline.end
    again.close()
