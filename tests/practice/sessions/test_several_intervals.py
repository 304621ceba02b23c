"""Tapes of several intervals in one run: what a bar brings is known when it has ended, and marks
that are finer than their prices are walked one after the other inside the bar."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.state import Side
from ledger.books.wire.seals import keep_place
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.open_session import begin, resume
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase
from ledger.refused import Refused
from ledger.times import HOUR, iso, parse_time
from tests.books.shelves import plainly
from tests.worlds import D
from tui.chart.candles import History

Row = tuple[int, int, int, int]
T0 = parse_time("2024-05-06T00:00:00Z")
QUARTER = HOUR // 4
STILL: Row = (100, 100, 100, 100)

Setting = Callable[..., Path]


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    """A rehearsal of tapes, each given by its rows, when it begins and how long its bars are."""

    def written(
        tapes: Mapping[str, tuple[int, int, list[Row]]],
        *,
        mode: str = "cross",
        marks: Mapping[str, tuple[int, int, list[Row]]] | None = None,
        do: str = "",
    ) -> Path:
        marks = marks or {}
        text = f'title = "x"\nvenue = "binance-usdm"\nmode = "{mode}"\n[rules]\ntrade_fee = "0"\n'
        text += 'maintenance_margin = "0.005"\n'
        for symbol, tape in tapes.items():
            _write(tmp_path / f"{symbol}.csv", *tape)
            text += f'[[tape]]\nsymbol = "{symbol}"\nsource = "{symbol}.csv"\n'
            if symbol in marks:
                _write(tmp_path / f"{symbol}-mark.csv", *marks[symbol])
                text += f'mark = "{symbol}-mark.csv"\n'
        path = tmp_path / "r.toml"
        path.write_text(text + do)
        return path

    return written


def _write(path: Path, start: int, every: int, rows: list[Row]) -> None:
    lines = [
        f"{iso(start + n * every)},{o},{h},{low},{close},9"
        for n, (o, h, low, close) in enumerate(rows)
    ]
    path.write_text("\n".join(("time,open,high,low,close,volume", *lines)) + "\n")


def do(at: str, action: str) -> str:
    return f"[[do]]\nat = 2024-05-06T{at}:00Z\n{action}\n"


def played(path: Path) -> list[e.Event]:
    rehearsal = load_rehearsal(path)
    found: list[e.Event] = []
    run(begin(rehearsal, None, "a"), rehearsal.actions, found.extend)
    return found


def buy(symbol: str, quantity: int, leverage: int) -> c.PlaceOrder:
    return c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(quantity), leverage=D(leverage))


def opened(path: Path, ledger: Path | None = None) -> Session:
    return begin(load_rehearsal(path), ledger, "a")


def to(session: Session, time: str) -> None:
    """On to the open of the step at a time of the day."""
    session.skip(session.timeline.index_at(parse_time(f"2024-05-06T{time}:00Z")))
    session.open_step()


DAY_UP = {"DAILY": (T0, 24 * HOUR, [(100, 300, 80, 300), (300, 300, 300, 300)])}
HOURS = {"HOURLY": (T0, HOUR, [STILL] * 48)}


def test_a_days_gain_cannot_be_spent_before_the_day_is_over(setting: Setting) -> None:
    """100 for 2 at 100, 2x: nothing is free while the day's open is all that is known. When it has
    ended at 300 the equity is 100 + 2 x 200, of which 600 / 2 stand behind DAILY: 200 are free."""
    session = opened(setting(DAY_UP | HOURS))
    session.open_step()
    session.send(c.Deposit(amount=D(100)))
    session.send(buy("DAILY", 2, 2))
    refused = (e.OrderRefused, e.ActionRefused)
    for hour in (1, 12, 23):
        to(session, f"{hour:02}:00")
        assert session.market.last["DAILY"] == 100
        assert any(isinstance(x, refused) for x in session.send(buy("HOURLY", 1, 1)))
    session.close_step()
    session.open_step()
    assert session.market.last["DAILY"] == 300
    assert any(isinstance(x, e.OrderFilled) for x in session.send(buy("HOURLY", 1, 1)))


def test_bars_of_one_length_that_begin_at_other_minutes_are_known_at_their_own_end(
    setting: Setting,
) -> None:
    """The hour of ONE from 00:00 doubles its price; at 00:30, when one of TWO begins, nobody knows,
    at 01:00 everybody does."""
    path = setting(
        {
            "ONE": (T0, HOUR, [(100, 200, 100, 200), (200, 200, 200, 200)]),
            "TWO": (T0 + HOUR // 2, HOUR, [STILL] * 2),
        }
    )
    session = opened(path)
    timeline = session.timeline
    assert [(time - T0) // 60 for time in timeline.times] == [0, 30, 60, 90, 120]
    session.open_step()
    session.send(c.Deposit(amount=D(100)))
    session.send(buy("ONE", 1, 1))
    for moment, equity in (("00:30", "100"), ("01:00", "200")):
        to(session, moment)
        assert session.statement().equity == D(equity)


def test_inside_a_bar_its_symbol_trades_at_its_open_and_its_stop_waits(setting: Setting) -> None:
    """The day falls to 80; a stop at 90 fills in the day's last hour, at 90, and at noon the
    position can still be closed at 100."""
    stopped = do("00:00", 'deposit = "1000"') + do(
        "00:00", 'buy = { symbol = "DAILY", quantity = "1", leverage = 1, stop_loss = "90" }'
    )
    path = setting(DAY_UP | HOURS, do=stopped)
    sold = [x for x in played(path) if isinstance(x, e.OrderFilled) and x.side is Side.SELL]
    assert [(x.price, iso(x.at)) for x in sold] == [(D(90), "2024-05-06T23:00:00Z")]
    path = setting(DAY_UP | HOURS, do=stopped + do("12:00", 'close = { symbol = "DAILY" }'))
    events = played(path)
    sold = [x for x in events if isinstance(x, e.OrderFilled) and x.side is Side.SELL]
    assert [(x.price, iso(x.at)) for x in sold] == [(D(100), "2024-05-06T12:00:00Z")]
    (closed,) = [x for x in events if isinstance(x, e.PositionClosed)]
    assert (closed.mae_r, closed.mfe_r) == (0, 0), "of the day it has seen nothing but the open"


def test_a_bar_that_is_open_shows_its_open_alone(setting: Setting) -> None:
    session = opened(setting(DAY_UP | HOURS))
    history = History(session.timeline, "DAILY")
    to(session, "13:00")
    for place in (session.place, Place(session.place.index, Phase.CLOSED)):
        (candle,) = history.candles(place, history.interval)
        assert (candle.open, candle.high, candle.low, candle.close) == (100,) * 4
    (candle,) = history.candles(Place(23, Phase.CLOSED), history.interval)
    assert (candle.high, candle.low, candle.close) == (300, 80, 300)


def test_a_clock_that_counted_the_beginnings_of_bars_is_found_again(
    setting: Setting, tmp_path: Path
) -> None:
    """It knew 00:00, 00:15, 00:30 and 01:00; the bar that ends at 00:45 made no step."""
    path = setting({"ONE": (T0, HOUR, [STILL] * 2), "TWO": (T0 + QUARTER, QUARTER, [STILL, STILL])})
    ledger = tmp_path / "a.db"
    session = opened(path, ledger)
    assert [(time - T0) // QUARTER for time in session.timeline.times] == [0, 1, 2, 3, 4]
    session.close()
    with plainly(ledger) as db:
        place = json.loads(db.execute("SELECT body FROM places").fetchone()[0])
        del place["time"]
        keep_place(db, 1, {**place, "index": 3, "phase": "open"})
    again = resume(ledger, "a")
    assert again.place == Place(4, Phase.OPEN)
    assert iso(again.market.time) == "2024-05-06T01:00:00Z"
    again.close()


PRICES: list[Row] = [(100, 101, 99, 100)] * 3


@pytest.mark.parametrize("quarter", range(4))
@pytest.mark.parametrize(
    ("side", "wick"), [("buy", (100, 100, 88, 100)), ("sell", (100, 112, 100, 100))]
)
def test_a_wick_in_any_of_several_marks_liquidates(
    setting: Setting, quarter: int, side: str, wick: Row
) -> None:
    """1 at 100, 10x, 0.5 %: a long ends where 10 + P - 100 = 0.005 P, at 90.45; a short where
    10 + 100 - P = 0.005 P, at 109.45. Prices themselves go no further than 99 and 101."""
    rows = [STILL] * 12
    rows[4 + quarter] = wick
    trade = f'{side} = {{ symbol = "XYZ", quantity = "1", leverage = 10 }}'
    path = setting(
        {"XYZ": (T0, HOUR, PRICES)},
        mode="isolated",
        marks={"XYZ": (T0, QUARTER, rows)},
        do=do("00:00", 'deposit = "1000"') + do("00:00", trade),
    )
    (gone,) = [x for x in played(path) if isinstance(x, e.Liquidated)]
    assert iso(gone.at) == "2024-05-06T01:00:00Z"
    assert gone.price == (99 if side == "buy" else 101)


@pytest.mark.parametrize(("second", "liquidated"), [(0, True), (2, False)])
def test_marks_of_two_symbols_meet_only_in_the_same_part_of_the_hour(
    setting: Setting, second: int, liquidated: bool
) -> None:
    """100 behind a long of 1 each at 100. One at 40 leaves 100 - 60 = 40, above 0.5 % of 140; both
    at 40 leave less than nothing."""
    wick = (100, 100, 40, 100)
    one, two = [STILL] * 12, [STILL] * 12
    one[4], two[4 + second] = wick, wick
    buys = "".join(
        do("00:00", f'buy = {{ symbol = "{symbol}", quantity = "1", leverage = 10 }}')
        for symbol in ("ONE", "TWO")
    )
    path = setting(
        {"ONE": (T0, HOUR, PRICES), "TWO": (T0, HOUR, PRICES)},
        marks={"ONE": (T0, QUARTER, one), "TWO": (T0, QUARTER, two)},
        do=do("00:00", 'deposit = "100"') + buys,
    )
    assert any(isinstance(x, e.Liquidated) for x in played(path)) is liquidated


def test_a_stop_in_the_part_of_the_wick_comes_before_the_liquidation(setting: Setting) -> None:
    """The price falls to 80 in the quarter in which its mark falls to 88: a stop at 95 is met a
    quarter of the way, the liquidation at 90.45 of the mark four fifths of it."""
    rows = [STILL] * 12
    rows[6] = (100, 100, 88, 100)
    trade = 'buy = { symbol = "XYZ", quantity = "1", leverage = 10, stop_loss = "95" }'
    path = setting(
        {"XYZ": (T0, HOUR, [STILL, (100, 100, 80, 100), STILL])},
        mode="isolated",
        marks={"XYZ": (T0, QUARTER, rows)},
        do=do("00:00", 'deposit = "1000"') + do("00:00", trade),
    )
    events = played(path)
    assert [x.price for x in events if isinstance(x, e.OrderFilled)] == [100, 95]
    assert not any(isinstance(x, e.Liquidated) for x in events)


def test_marks_that_reach_out_of_their_price_bar_are_refused(setting: Setting) -> None:
    path = setting({"XYZ": (T0, HOUR, PRICES)}, marks={"XYZ": (T0 + HOUR // 2, HOUR, [STILL] * 2)})
    with pytest.raises(Refused, match="2024-05-06T00:30:00Z ends after the price bar"):
        load_rehearsal(path)
