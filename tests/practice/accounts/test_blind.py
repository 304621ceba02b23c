"""Blind accounts: the same money on prices that nobody knows again, and the truth in the end."""

import json
from base64 import b85encode
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.store import Ledger
from ledger.market.blind.listing import smaller_lot, veiled_instrument
from ledger.market.blind.prices import PAST, veiled_tape
from ledger.market.blind.veil import Veil
from ledger.practice.accounts.hiding import EPOCH, FACTORS, Hiding, draw_veil, reveal, truth_of
from ledger.practice.accounts.manage import reset
from ledger.practice.accounts.new_account import AccountRequest, TapeChoice, rehearsal_of
from ledger.practice.accounts.overview import accounts
from ledger.practice.forks.fork import begin_fork
from ledger.practice.library.catalog import load_tape
from ledger.practice.sessions.calendars import Sessions
from ledger.practice.sessions.open_session import resume
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.setup import read_setup, write_setup
from ledger.refused import Refused
from ledger.times import DAY, iso, parse_time
from tests.practice.accounts.blinds import CRASH, ETH, eth
from tests.worlds import D, perpetual

WEEK = 7 * DAY


def play(session: Session, size: str) -> list[e.Event]:
    """A long at 3x is bought, and the clock runs to the end of the tape."""
    (symbol,) = session.account.instruments
    order = c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(size), leverage=D(3))
    events = [*session.send(order)]
    while not session.ended:
        events += session.advance()
    return events


def money(event: e.Event) -> tuple[object, ...]:
    """What an event costs or brings, and when it happens."""
    return tuple(getattr(event, key, None) for key in ("amount", "fee", "rate", "margin"))


def test_a_blind_account_has_the_money_of_the_true_one_at_the_true_times() -> None:
    """With prices times k, quantities a k-th. It is liquidated within the same hour; there the tick
    is finer for the blind one, so the last prices may differ by a tick."""
    true, blind = eth(hiding=Hiding.NOTHING), eth()
    assert blind.truth is not None
    truth = truth_of(blind.truth)
    lived, seen = play(true, str(D("0.1") * truth.factor)), play(blind, "0.1")
    assert [type(event) for event in lived] == [type(event) for event in seen]
    assert any(isinstance(event, e.Liquidated) for event in seen)
    assert any(isinstance(event, e.FundingPaid) for event in seen)
    for one, other in zip(lived, seen, strict=True):
        assert other.at - one.at == truth.shift
        if isinstance(one, e.Liquidated):
            break
        assert money(one) == money(other)
        if isinstance(one, e.OrderFilled) and isinstance(other, e.OrderFilled):
            assert other.price == one.price * truth.factor


def test_weekdays_and_times_of_day_stay_and_nothing_else() -> None:
    for seed in range(40):
        start = parse_time("1987-10-14T14:30:00Z") + seed * 33 * DAY
        veil = draw_veil(["SPX", "NDX"], start, seed)
        assert veil.shift % WEEK == 0
        assert 0 <= veil.time(start) - EPOCH < WEEK
        assert (veil.factor in FACTORS, set(veil.names.values())) == (True, {"AAA", "BBB"})
    assert iso(EPOCH) == "2103-01-01T00:00:00Z"
    assert len({draw_veil(["SPX"], start, seed).factor for seed in range(40)}) > 4


def test_sessions_close_when_they_closed_in_truth_also_where_clocks_change() -> None:
    """17:00 in New York is 22:00 UTC in winter and 21:00 in summer; in the week in which the blind
    account stands it would be 22:00 all along."""
    tape = load_tape("eurusd-oanda-1h-2014-2016")
    start = tape.times[PAST]
    veil = Veil(shift=10 * WEEK, factor=7, names={tape.symbol: "AAA"}, salt="")
    hidden = veiled_tape(tape, veil, start)
    true, seen = Sessions([tape], start), Sessions([hidden], veil.time(start))
    at, closes = start, []
    while (close := true.close(at)) is not None:
        closes.append(close)
        assert seen.close(veil.time(at)) == veil.time(close)
        at = close
    assert len(closes) > 3


def test_prices_are_whole_ticks_and_lots_are_worth_no_more() -> None:
    assert smaller_lot(D(1), 13) == D("0.01")
    assert smaller_lot(D("0.001"), 7) == D("0.0001")
    assert smaller_lot(D("0.00000001"), 7) == D("0.00000001")
    session = eth()
    (tape,) = session.timeline.tapes.values()
    (instrument,) = session.account.instruments.values()
    true, factor = load_tape(ETH), truth_of(session.truth).factor  # type: ignore[arg-type]
    first = true.find(parse_time(CRASH)) - PAST
    assert instrument.tick == D("0.01")
    for number in range(0, 600, 37):
        bar, seen = true.bar(first + number), tape.bar(number)
        assert (seen.open, seen.low) == (bar.open * factor, bar.low * factor)
        assert seen.close % instrument.tick == 0
    assert tape.find(session.timeline.start) == PAST


def test_only_what_hedges_in_truth_hedges_when_blind() -> None:
    veil = Veil(shift=0, factor=7, names={"BTC": "AAA", "BTC-H": "BBB", "ETH": "CCC"}, salt="")
    coin, other = perpetual("BTC"), perpetual("ETH")
    hedge = perpetual("BTC-H", underlying="BTC")
    exposures = {"BTC": "AAA", "ETH": "CCC"}
    listed = (coin, hedge, other)
    seen = [veiled_instrument(x, veil, exposures, by_class=False).exposed_to for x in listed]
    assert seen == ["AAA", "AAA", "CCC"]


def test_the_end_is_drawn_since_how_far_it_is_would_tell_the_date() -> None:
    true = load_tape(ETH)
    half = true.times[(true.find(parse_time(CRASH)) + len(true)) // 2]
    ends = set()
    for seed in range(3):
        timeline = eth(until=None, seed=seed).timeline
        ends.add(timeline.end)
        assert timeline.end >= half
    assert len(ends) == 3


def test_its_setup_is_packed_and_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = eth(path)
    setup = session.truth
    session.close()
    with Ledger.open(path) as ledger:
        (branch,) = ledger.branches()
    assert list(branch.setup) == ["sealed"]
    assert read_setup(branch.setup) == setup
    assert setup is not None
    assert write_setup(setup) == branch.setup
    with pytest.raises(ValueError, match="sealed"):
        read_setup({"sealed": b85encode(b"not packed").decode()})


def test_it_goes_on_where_it_was_left_and_is_revealed_on_record(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    eth(path).close()
    session = resume(path)
    assert session.hides
    assert list(session.timeline.tapes) == ["AAA"]
    truth = reveal(session)
    assert not session.hides
    assert (truth.symbols, truth.tapes) == ({"AAA": "ETHUSDT"}, {"AAA": ETH})
    assert iso(truth.start) == CRASH
    session.close()
    again = resume(path)
    assert (again.hides, again.truth is None) == (False, False)
    assert reveal(again) == truth
    assert again.uncommitted == 0  # told again, but recorded once
    again.close()


def test_at_the_end_of_its_tape_nothing_is_hidden_and_nothing_recorded() -> None:
    session = eth()
    play(session, "0.1")
    seq = session.account.seq
    assert not session.hides
    assert reveal(session).symbols == {"AAA": "ETHUSDT"}
    assert session.account.seq == seq


def test_an_exam_is_one_as_long_as_it_is_played_as_one(tmp_path: Path) -> None:
    """It cannot be forked before its end; revealed, it is practice, and so is one begun again."""
    path = tmp_path / "l.db"
    session = eth(path, "exam", hiding=Hiding.EXAM)
    session.send(c.AddNote(text="begin"))
    session.close()
    (row,) = accounts(path)
    assert (row.blind, row.revealed, row.exam) == (True, False, True)
    with pytest.raises(Refused, match="exam is an exam: it can be forked once it has ended"):
        begin_fork(path, "exam", 3)
    reset(path, "exam")
    old, new = accounts(path)
    assert (old.account, old.exam) == ("exam-old", True)
    assert (new.account, new.blind, new.exam) == ("exam", True, False)
    session = resume(path, "exam-old")
    reveal(session)
    session.close()
    row = next(row for row in accounts(path) if row.account == "exam-old")
    assert (row.blind, row.revealed, row.exam) == (True, True, False)


def test_a_fork_of_a_blind_account_is_blind_and_an_ended_exam_may_be_forked(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    session = eth(path, "exam", hiding=Hiding.EXAM)
    play(session, "0.1")
    session.close()
    fork = begin_fork(path, "exam", 3)
    assert list(fork.timeline.tapes) == ["AAA"]
    fork.close()
    exam, line = accounts(path)
    assert (exam.revealed, exam.exam) == (True, True)
    assert (line.blind, line.exam) == (True, False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": "my-ethusdt"}, "NAME: it names ETHUSDT, which blind play hides"),
        ({"venue": "phemex-inverse"}, "--blind: accounts of phemex-inverse are in the coin"),
    ],
    ids=["the account's name", "the coin of the account"],
)
def test_what_names_the_prices_cannot_be_blind(changed: dict[str, str], reason: str) -> None:
    options: dict[str, object] = {
        "name": "own",
        "venue": "binance-usdm",
        "mode": None,
        "tapes": (TapeChoice(symbol="ETHUSDT", source=ETH),),
        "start": CRASH,
        "deposit": "10",
        "hiding": Hiding.BLIND,
    }
    with pytest.raises(Refused, match=reason):
        rehearsal_of(AccountRequest(**{**options, **changed}))  # type: ignore[arg-type]


def test_a_file_of_one_s_own_has_to_be_imported_first(tmp_path: Path) -> None:
    """Where it lies would stand in the ledger."""
    file = tmp_path / "secret.csv"
    file.write_text(
        "time,open,high,low,close,volume\n"
        "2024-01-03T00:00:00Z,1,1,1,1,9\n2024-01-04T00:00:00Z,1,1,1,1,9\n"
    )
    request = AccountRequest(
        name="own",
        venue="us-reg-t",
        mode=None,
        tapes=(TapeChoice(symbol="XYZ", source=str(file)),),
        start="2024-01-03T00:00:00Z",
        deposit="10",
        hiding=Hiding.BLIND,
    )
    with pytest.raises(Refused, match="import the file first"):
        rehearsal_of(request)


def test_an_older_account_hides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    eth(path, hiding=Hiding.NOTHING).close()
    session = resume(path)
    assert (session.truth, session.hides) == (None, False)
    with pytest.raises(Refused, match="own hides nothing: it is not blind"):
        reveal(session)
    session.close()
    with Ledger.open(path) as ledger:
        (branch,) = ledger.branches()
        bodies = [body for (body,) in ledger._db.execute("SELECT body FROM events ORDER BY seq")]
    assert "sealed" not in branch.setup
    assert not {"blind", "exam"} & set(json.loads(bodies[0]))
