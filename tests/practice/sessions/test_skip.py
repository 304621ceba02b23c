"""The clock passes over quiet bars: how far it goes, what is posted meanwhile, where it rests."""

import sqlite3
from array import array
from contextlib import closing
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Convention, Side, Target, open_account
from ledger.books.writer import MemoryWriter
from ledger.market.rules.carry import Interest, RateTier
from ledger.market.rules.rulebook import Judged, Mode, Rulebook, Rung
from ledger.market.tapes.tape import Tape
from ledger.practice.rehearsals.rehearsal import Rehearsal, load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.times import DAY, HOUR
from tests.places import REHEARSALS
from tests.worlds import D, broker, level, perpetual, stock, venue

START = 1_704_067_200
"""2024-01-01T00:00:00Z"""
MINUTE = 60
SHIPPED = sorted(REHEARSALS.glob("*.toml"))


def tape(prices: list[int], symbol: str = "ACME") -> Tape:
    """Minutes that open and close at a price and reach one beyond it either way."""
    return Tape(
        symbol=symbol,
        source=symbol,
        interval=MINUTE,
        continuous=True,
        step=D(1),
        volume_step=D(1),
        sha256="",
        holes=0,
        times=array("q", range(START, START + MINUTE * len(prices), MINUTE)),
        opens=array("q", prices),
        highs=array("q", (price + 1 for price in prices)),
        lows=array("q", (price - 1 for price in prices)),
        closes=array("q", prices),
        volumes=array("q", [1]) * len(prices),
    )


def session(book: Rulebook, prices: list[int], mode: Mode = Mode.CROSS) -> Session:
    """A trader with 5,000 at the open of the first bar."""
    listed = stock() if book.id == "broker" else perpetual("ACME")
    timeline = Timeline({"ACME": tape(prices)}, START, START + MINUTE * len(prices))
    account = open_account("walker", book, mode, Convention.WORST, {"ACME": listed})
    made = Session(account, timeline, MemoryWriter())
    made.open_step()
    made.send(c.Deposit(amount=D(5000)))
    return made


def buy(quantity: int, leverage: int = 2, **more: object) -> c.PlaceOrder:
    return c.PlaceOrder(
        symbol="ACME",
        side=Side.BUY,
        quantity=D(quantity),
        leverage=D(leverage),
        **more,  # type: ignore[arg-type]
    )


def test_with_nothing_held_the_clock_passes_to_where_it_is_told() -> None:
    one = session(venue(), [100] * 5000)
    assert one.skip(4000) == ()
    assert one.place == Place(3999, Phase.CLOSED)
    assert one.market == one.timeline.market(3999, Phase.CLOSED)


def test_with_nothing_held_it_passes_to_the_end() -> None:
    one = session(venue(), [100] * 5000)
    one.skip(10**9)
    assert one.ended


@pytest.mark.parametrize(("at", "price"), [(700, 79), (701, 121), (4321, 60), (1, 130)])
def test_it_rests_before_the_bar_that_reaches_the_stop_or_the_target(at: int, price: int) -> None:
    """Bars reach one beyond their price: the stop at 80 is met at 81, the target at 120 at 119."""
    prices = [100] * 5000
    prices[at] = price
    one = session(venue(), prices)
    one.send(buy(10, stop_loss=D(80), targets=(Target(D(120), D(1)),)))
    one.skip(5000)
    assert one.place == Place(at - 1, Phase.CLOSED)
    one.open_step()
    one.close_step()
    assert not one.account.positions()


def test_where_the_next_bar_matters_the_clock_stays() -> None:
    one = session(venue(), [100, 70, 100])
    one.send(buy(10, stop_loss=D(80)))
    one.close_step()
    assert one.skip(3) == ()
    assert one.place == Place(0, Phase.CLOSED)


def test_the_rest_of_an_open_bar_is_passed_too() -> None:
    one = session(venue(), [100] * 3)
    one.send(buy(10, stop_loss=D(80)))
    assert one.place == Place(0, Phase.OPEN)
    one.skip(1)
    assert one.place == Place(0, Phase.CLOSED)


def test_interest_is_posted_at_its_own_times_on_the_way() -> None:
    """5,000 at 8.64 % on 360 days are 0.05 an hour."""
    tiers = (RateTier(floor=D(0), rate=D("0.0864")),)
    book = broker(interest=Interest(tiers=tiers, post_every=HOUR))
    one = session(book, [100] * 1000)
    one.send(buy(100))
    events = one.skip(1000)
    assert one.ended
    posted = [event for event in events if isinstance(event, e.InterestAccrued)]
    assert [event.at for event in posted] == [START + HOUR * n for n in range(1, 17)]
    assert {event.amount for event in posted} == {D("0.05")}
    assert one.account.main.loan.accrued == D("0.80")


def test_as_interest_grows_a_price_that_was_safe_is_not() -> None:
    """At 72 the equity is 7,200 - 5,000 = 2,200, asked are 25 %: 1,800.

    At 5,000 a day an hour costs 208.33, two hours 416.67: the second posting is what is too much.
    """
    tiers = (RateTier(floor=D(0), rate=D(360)),)
    book = broker(
        interest=Interest(tiers=tiers, post_every=HOUR),
        levels=(level(Rung.LIQUIDATION, "exchange", "1", Judged.ALWAYS),),
    )
    one = session(book, [100] + [72] * 200)
    one.send(buy(100))
    one.skip(10**9)
    before = one.place.index
    one.open_step()
    events = one.close_step()
    assert any(isinstance(event, e.ForceSold) for event in events)
    assert before + 1 == 2 * HOUR // MINUTE - 1
    assert one.account.totals.interest == D("416.67")


def test_a_call_is_judged_at_the_sessions_close_and_its_other_bars_are_passed() -> None:
    """30 % of 68 x 100 is 2,040, the equity 1,800: below the house rate, above the exchange's."""
    book = broker(levels=(level(Rung.CALL, "house", "1", Judged.CLOSE),), interest=Interest())
    one = session(book, [100] + [68] * 3000)
    one.send(buy(100))
    one.skip(10**9)
    assert one.place.index == DAY // MINUTE - 2
    one.open_step()
    events = one.close_step()
    assert any(isinstance(event, e.MarginCallIssued) for event in events)


def stepped(session: Session, rehearsal: Rehearsal) -> None:
    """Every bar run, with the script's actions."""
    waiting = list(rehearsal.actions)
    while not session.ended:
        session.open_step()
        while waiting and waiting[0].at <= session.market.time:
            session.send(waiting.pop(0).command)
        session.close_step()
    session.wait(session.timeline.end)
    session.commit().result()


def hashes(ledger: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(ledger)) as db:
        return db.execute("SELECT seq, hash FROM events ORDER BY seq").fetchall()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_rehearsal_has_the_same_hashes_by_skipping_as_through_every_bar(
    path: Path, tmp_path: Path
) -> None:
    rehearsal = load_rehearsal(path)
    long = begin(rehearsal, tmp_path / "long.db", "same")
    stepped(long, rehearsal)
    short = begin(rehearsal, tmp_path / "short.db", "same")
    run(short, rehearsal.actions, lambda events: None)
    assert short.account == long.account
    assert (short.market, short.place) == (long.market, long.place)
    long.close()
    short.close()
    assert hashes(tmp_path / "short.db") == hashes(tmp_path / "long.db")
