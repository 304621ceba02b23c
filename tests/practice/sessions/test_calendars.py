"""What goes by sessions: deadlines of calls, day orders, and what is judged at a close."""

import gzip
from array import array
from collections.abc import Iterable
from pathlib import Path

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Convention, GoodFor, OrderType, Side, open_account
from ledger.books.writer import MemoryWriter
from ledger.market.rules.rulebook import Mode
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import Tape
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Timeline
from ledger.times import DAY, HOUR, Time, iso, parse_time
from tests.places import DATA
from tests.worlds import D, broker, stock

OLD = DATA / "ledgers" / "2026-11-30.db.gz"
STOCKS, CURRENCIES, COINS = Trades.STOCKS, Trades.CURRENCIES, Trades.COINS


def tape(symbol: str, market: Trades, times: Iterable[Time], interval: int = HOUR) -> Tape:
    """A tape that stands at 100."""
    opens = array("q", times)
    prices = array("q", [100]) * len(opens)
    return Tape(
        symbol=symbol,
        source=symbol,
        interval=interval,
        continuous=False,
        step=D(1),
        volume_step=D(1),
        sha256=symbol,
        holes=0,
        times=opens,
        opens=prices,
        highs=prices,
        lows=prices,
        closes=prices,
        volumes=prices,
        market=market,
    )


def hours(*spans: tuple[str, int]) -> list[Time]:
    return [parse_time(f"2024-{at}:00:00Z") + n * HOUR for at, count in spans for n in range(count)]


def timeline(*tapes: Tape) -> Timeline:
    return Timeline(
        {tape.symbol: tape for tape in tapes},
        min(tape.first for tape in tapes),
        max(tape.end for tape in tapes),
    )


def closes(line: Timeline) -> list[str]:
    """When sessions end, as the steps say."""
    steps = [line.step(index) for index in range(len(line))]
    return [iso(step.closes)[5:16] for step in steps if step.session_end]


EVENINGS = hours(("01-04T14", 11), ("01-05T14", 11), ("01-08T14", 11))
"""Thursday, Friday and Monday, each to 01:00 UTC, 20:00 in New York."""


def test_a_stocks_session_ends_with_its_evening() -> None:
    line = timeline(tape("ACME", STOCKS, EVENINGS))
    assert closes(line) == ["01-05T01:00", "01-06T01:00", "01-09T01:00"]
    assert [iso(close)[5:16] for close in line.step(0).sessions] == ["01-06T01:00", "01-09T01:00"]


def test_a_session_of_currencies_goes_from_sunday_evening_to_monday_afternoon() -> None:
    """7 January 2024 is a Sunday; 17:00 in New York is 22:00 UTC."""
    line = timeline(tape("EURUSD", CURRENCIES, hours(("01-07T22", 48))))
    assert closes(line) == ["01-08T22:00", "01-09T22:00"]


def test_coins_change_the_day_at_midnight() -> None:
    line = timeline(tape("BTC", COINS, hours(("01-06T12", 36))))
    assert closes(line) == ["01-07T00:00", "01-08T00:00"]


def test_a_week_beside_days_makes_no_session_of_its_own() -> None:
    monday = parse_time("2024-01-08T00:00:00Z")
    week = tape("WEEK", COINS, (monday, monday + 7 * DAY), 7 * DAY)
    days = tape("DAYS", COINS, (monday + n * DAY for n in range(14)), DAY)
    assert closes(timeline(week, days)) == closes(timeline(days))


def held(line: Timeline) -> Session:
    listed = {symbol: stock(symbol) for symbol in line.tapes}
    opened = open_account("a", broker(), Mode.CROSS, Convention.WORST, listed)
    return Session(opened, line, MemoryWriter())


def test_a_day_order_ends_with_the_session_of_its_own_instrument() -> None:
    """Placed on Friday at 14:00 UTC: the stock's day ends at 01:00, the currency's at 22:00, the
    coin's at midnight."""
    begins = "01-05T14"
    line = timeline(
        tape("ACME", STOCKS, hours((begins, 11))),
        tape("EURUSD", CURRENCIES, hours((begins, 24))),
        tape("BTC", COINS, hours((begins, 24))),
    )
    session = held(line)
    session.open_step()
    session.send(c.Deposit(amount=D(1000)))
    for symbol in line.tapes:
        order = c.PlaceOrder(
            symbol=symbol,
            side=Side.BUY,
            quantity=D(1),
            order_type=OrderType.LIMIT,
            limit=D(50),
            good_for=GoodFor.DAY,
        )
        session.send(order)
    told = {s: iso(session.session_close(s) or 0)[5:16] for s in line.tapes}
    assert told == {"ACME": "01-06T01:00", "EURUSD": "01-05T22:00", "BTC": "01-06T00:00"}
    ended: dict[str, str] = {}
    while not session.ended:
        for event in session.advance(len(line)):
            if isinstance(event, e.OrderCancelled):
                ended[event.symbol] = iso(event.at)[5:16]
    assert ended == told


CALLED = """
title = "x"
venue = "us-reg-t@2026-11"

[rules]
loan_rate = "0"
forced_sale_slippage = "0"

[[tape]]
symbol = "ACME"
source = "acme.csv"

[[do]]
at = 2024-01-04T14:00:00Z
deposit = "10000"

[[do]]
at = 2024-01-04T14:00:00Z
buy = { symbol = "ACME", quantity = "200", leverage = 2 }
"""


def called(folder: Path) -> Path:
    """200 at 100, half of it owed. From the second hour on it stands at 70: 4,000 of 14,000 is
    less than 30 %, and more than 25 %."""
    rows = ["time,open,high,low,close,volume"]
    times = hours(*((f"01-{day:02}T14", 11) for day in (4, 5, 8, 9)))
    for number, time in enumerate(times):
        price = 70 if number else 100
        rows.append(f"{iso(time)},{price},{price},{price},{price},9")
    (folder / "acme.csv").write_text("\n".join(rows) + "\n")
    path = folder / "r.toml"
    path.write_text(CALLED)
    return path


def test_a_call_of_thursday_is_due_with_monday_evening(tmp_path: Path) -> None:
    """Two sessions after Thursday's, Friday's and Monday's; sold at Tuesday's open."""
    rehearsal = load_rehearsal(called(tmp_path))
    events: list[e.Event] = []
    run(begin(rehearsal, None, "a"), rehearsal.actions, events.extend)
    (call,) = [x for x in events if isinstance(x, e.MarginCallIssued)]
    assert (iso(call.at), iso(call.due or 0)) == ("2024-01-05T01:00:00Z", "2024-01-09T01:00:00Z")
    (sold,) = [x for x in events if isinstance(x, e.ForceSold)]
    assert iso(sold.at) == "2024-01-09T14:00:00Z"


def test_a_rehearsal_may_say_the_market_of_its_tape(tmp_path: Path) -> None:
    path = called(tmp_path)
    path.write_text(CALLED.replace('"acme.csv"', '"acme.csv"\nmarket = "coins"'))
    assert load_rehearsal(path).tapes["ACME"].market is COINS


def test_an_account_keeps_the_days_it_was_opened_with(tmp_path: Path) -> None:
    ledger = tmp_path / "a.db"
    begin(load_rehearsal(called(tmp_path)), ledger, "a").close()
    again = resume(ledger, "a")
    assert again.timeline.tapes["ACME"].market is STOCKS
    again.close()


def test_an_account_of_an_older_version_goes_on_with_days_of_utc(tmp_path: Path) -> None:
    """In its setup no market stands, also where the manifest says one now."""
    ledger = tmp_path / "old.db"
    ledger.write_bytes(gzip.decompress(OLD.read_bytes()))
    ledger.chmod(0o600)
    again = resume(ledger, "2008-aig")
    assert again.timeline.tapes["AIG"].market is COINS
    again.close()
