"""Every scenario can be played to its debrief, and what is to happen in it happens."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events import kinds as e
from ledger.account.events.kinds import Event
from ledger.account.state import Side
from ledger.practice.library.pictures import BLOCKS, picture
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.debrief import attempts, best, debriefing, past_from
from ledger.practice.scenarios.run import run
from ledger.practice.scenarios.scenario import FOLDER, Scenario, scenario, scenarios
from ledger.practice.sessions.open_session import begin
from ledger.practice.sessions.session import Session
from ledger.times import iso

D = Decimal
ALL = scenarios()


def opened(chosen: Scenario, ledger: Path | None = None) -> Session:
    session = begin(load_rehearsal(chosen.file), ledger, chosen.id)
    session.rehearsal = FOLDER + chosen.id
    return session


@pytest.mark.parametrize("chosen", ALL, ids=[each.id for each in ALL])
def test_a_scenario_is_played_to_its_debrief_by_one_who_buys_and_waits(chosen: Scenario) -> None:
    session = opened(chosen)
    heard: list[Event] = [*session.open_step()]
    assert any(isinstance(event, e.Deposited) for event in heard), "the money is there at once"
    symbol = next(iter(session.account.instruments))
    lot = session.account.instruments[symbol].lot
    price = session.market.last[symbol]
    size = max((session.account.main.cash / 2 / price) // lot * lot, lot)
    heard += session.send(c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=size))
    heard += session.close_step()
    run(session, (), heard.extend)
    fated = load_rehearsal(chosen.file).actions
    assert session.script_done == len(fated), "everything that was to happen has happened"
    struck = sum(isinstance(event, e.IncidentStarted | e.RulesChanged) for event in heard)
    assert struck >= sum(isinstance(x.command, c.StartIncident | c.ChangeRules) for x in fated)
    past = past_from(session, load_rehearsal(chosen.file).rulebook, heard)
    lines = debriefing(chosen, past, session.statement())
    hidden = debriefing(chosen, past, session.statement(), sums=False)
    assert not re.search(r"\d\.\d\d\b(?! R)", "\n".join(hidden[3:])), "a sum is told under R only"
    assert lines[0] == chosen.debrief
    assert f"You ended with {session.statement().equity:,.2f} " in lines[2]
    assert any(line.startswith("Grade: ") for line in lines)


def test_the_library_has_twelve_days_of_history_and_thirteen_drills() -> None:
    kinds = [each.kind for each in ALL]
    assert (kinds.count("history"), kinds.count("drill")) == (12, 13)
    for each in ALL:
        assert each.title
        assert each.goal
        assert len(each.briefing) > 40
        assert len(each.debrief) > 40


def test_the_outage_of_black_thursday_bounces_an_order() -> None:
    session = opened(scenario("2020-black-thursday"))
    heard: list[Event] = []
    while not any(isinstance(event, e.IncidentStarted) for event in heard):
        session.skip(len(session.timeline))
        heard += session.open_step()
        if not any(isinstance(event, e.IncidentStarted) for event in heard):
            heard += session.close_step()
    told = session.send(c.PlaceOrder(symbol="XBTUSD", side=Side.BUY, notional=D(1_000)))
    assert isinstance(told[-1], e.OrderRefused)
    assert "down" in told[-1].reason


def test_a_stop_below_the_franc_s_floor_fills_where_the_next_price_is_and_leaves_a_debt() -> None:
    session = opened(scenario("2015-franc"))
    heard: list[Event] = [*session.open_step()]
    price = session.market.last["EURCHF"]
    buy = c.PlaceOrder(
        symbol="EURCHF", side=Side.BUY, quantity=D(400_000), leverage=D(50), stop_loss=D("1.19")
    )
    heard += session.send(buy)
    heard += session.close_step()
    run(session, (), heard.extend)
    out = next(event for event in heard if isinstance(event, e.StoppedOut))
    assert (price, out.price) == (D("1.2024"), D("0.97497"))  # the opens of 2 and 16 January
    debt = next(event for event in heard if isinstance(event, e.DeficitRecorded))
    # 400,000 x (1.2024 - 0.97497) = 90,972 of 20,000, and nights: 480,960 x 3 % / 360 = 40 each
    assert debt.absorbed_by == "trader"
    nights = session.account.totals.overnight
    assert 13 * 39 < nights < 15 * 41
    assert debt.amount == 90_972 - 20_000 + nights


def test_attempts_are_counted_and_the_best_grade_is_remembered(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    chosen = scenario("drill-01-ladder")
    for buys in (True, False):
        session = opened(chosen, ledger)
        session.open_step()
        if buys:
            session.send(
                c.PlaceOrder(
                    symbol="ACME", side=Side.BUY, quantity=session.account.instruments["ACME"].lot
                )
            )
        session.close_step()
        run(session, (), lambda _: None)
        session.close()
    grades = attempts(ledger)[chosen.id]
    assert [attempt.grade is None for attempt in grades] == [False, True]
    # graded are goal, calls and what is written: 1 of 200 shares, no call came, nothing written
    assert best(grades) == 0


@pytest.mark.parametrize("chosen", ALL, ids=[each.id for each in ALL])
def test_the_picture_in_the_list_is_that_of_its_tape(chosen: Scenario) -> None:
    rehearsal = load_rehearsal(chosen.file)
    tape = next(iter(rehearsal.tapes.values()))
    first, after = tape.find(rehearsal.start), tape.find(rehearsal.end)
    assert chosen.picture == picture(tape.closes[first:after])
    assert chosen.picture[0] in BLOCKS


SAID = [
    ("2008-aig", "AIG", "2008-09-15T15", "low", "71.4", "47.5%"),  # of 136.0, the hour's open
    ("2008-aig", "AIG", "2008-09-15", "close", "101.8", "101.8"),
    ("2008-aig", "AIG", "2008-09-16", "open", "35", "35.0"),
    ("2008-aig", "AIG", "2008-09-09", "close", "366.2", "366"),
    ("2015-franc", "EURCHF", "2015-01-15", "low", "0.97013", "0.97"),
    ("2018-volatility", "SPY", "2018-01-26", "high", "286.58", "286.58"),
    ("2018-volatility", "SPY", "2018-02-09", "low", "252.92", "252.92"),
    ("2020-black-thursday", "XBTUSD", "2020-03-13T02:15", "low", "3596", "3,596"),
    ("2020-oil-below-zero", "WTI", "2020-04-20", "low", "-40.32", "-40.32"),
    ("2020-oil-below-zero", "WTI", "2020-04-20", "close", "-37.63", "-37.63"),
    ("2021-gme", "GME", "2021-01-12", "open", "4.99", "4.99"),
    ("2021-gme", "GME", "2021-01-28", "high", "120.75", "120.75"),
    ("2021-gme", "GME", "2021-01-28", "open", "66.25", "66.25"),
    ("2021-gme", "GME", "2021-01-28", "low", "28.0625", "28.06"),
    ("2021-gme", "GME", "2021-02-19", "close", "10.1475", "10.15"),
    ("2021-may-19", "XBTUSD", "2021-05-19T00", "high", "43596", "43,596"),
    ("2021-may-19", "XBTUSD", "2021-05-19T13", "low", "28157", "28,157"),
    ("2022-ftx", "SOL", "2022-11-05", "high", "38.79", "38.79"),
    ("2022-ftx", "SOL", "2022-11-09", "low", "12.37", "12.37"),
    ("2022-luna", "LUNA", "2022-05-09", "high", "65.29", "65.29"),
    ("2024-august-5", "BTC", "2024-08-05", "low", "49000", "49,000"),
    ("2024-august-5", "ETH", "2024-08-05", "low", "2111", "2,111"),
]
"""What a debrief says was the open, high, low or close of a stretch of its tape (UTC)."""


@pytest.mark.parametrize(("chosen", "symbol", "when", "what", "was", "said"), SAID)
def test_the_prices_that_a_debrief_tells_are_those_of_its_tape(
    chosen: str, symbol: str, when: str, what: str, was: str, said: str
) -> None:
    tape = load_rehearsal(scenario(chosen).file).tapes[symbol]
    bars = [tape.bar(n) for n, at in enumerate(tape.times) if iso(at).startswith(when)]
    found = {
        "open": bars[0].open,
        "high": max(bar.high for bar in bars),
        "low": min(bar.low for bar in bars),
        "close": bars[-1].close,
    }
    assert found[what] == D(was)
    assert said in scenario(chosen).debrief


def heard_until(session: Session, kind: type[Event]) -> list[Event]:
    """The events up to the moment in which something of this kind happens, or to the end."""
    heard: list[Event] = []
    while not session.ended and not any(isinstance(event, kind) for event in heard):
        heard += session.close_step()
        if not session.ended and not any(isinstance(event, kind) for event in heard):
            heard += session.open_step()
    return heard


def bought(name: str, quantity: str, **more: D) -> Session:
    session = opened(scenario(name))
    session.open_step()
    symbol = next(iter(session.account.instruments))
    session.send(c.PlaceOrder(symbol=symbol, side=Side.BUY, quantity=D(quantity), **more))
    assert session.account.position(symbol) is not None
    return session


def test_the_drill_of_deposit_and_sale_is_passed_by_what_its_briefing_says() -> None:
    session = bought("drill-02-deposit-or-sell", "123")
    met = []
    for answer in ("deposit", "sell"):
        heard = heard_until(session, e.MarginCallIssued)
        heard += session.send(c.AnswerCall(answer=answer))
        if answer == "sell":
            heard += session.open_step()
        met += [event.by for event in heard if isinstance(event, e.MarginCallMet)]
    assert met == ["deposit", "sale"]


def test_the_letter_of_the_tenth_drill_calls_where_the_price_would_not() -> None:
    session = bought("drill-10-maintenance-raised", "123")
    heard = heard_until(session, e.MarginCallIssued)
    call = heard[-1]
    assert isinstance(call, e.MarginCallIssued)
    assert any(isinstance(event, e.RulesChanged) for event in heard)
    # half of 323.17 is borrowed: 30 % are reached where 0.7 x price = 161.585, at 230.84
    assert call.prices["SPY"] > D(231)
    session.send(c.AnswerCall(answer=Answer.SELL))
    told = session.open_step()
    assert any(isinstance(event, e.MarginCallMet) and event.by == "sale" for event in told)


def test_an_attempt_that_was_left_before_its_end_has_no_grade(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    session = opened(scenario("drill-01-ladder"), ledger)
    session.open_step()
    session.send(
        c.PlaceOrder(
            symbol="ACME", side=Side.BUY, quantity=D(1), stop_loss=D(50), reason="to be graded"
        )
    )
    session.send(c.AddNote(text="done already"))
    session.close()
    (left,) = attempts(ledger)["drill-01-ladder"]
    assert left.grade is None


def test_a_length_is_told_in_hours_where_a_day_would_be_rounded_much() -> None:
    hour, day = 3_600, 86_400
    spans = (8 * hour, 36 * hour, 60 * hour, day, 2 * day, 116 * hour)
    told = [replace(ALL[0], seconds=span).length for span in spans]
    assert told == ["8 hours", "36 hours", "60 hours", "1 day", "2 days", "5 days"]


@pytest.mark.parametrize("chosen", ALL, ids=[each.id for each in ALL])
def test_a_scenario_lasts_as_long_as_its_tape_has_prices(chosen: Scenario) -> None:
    rehearsal = load_rehearsal(chosen.file)
    tape = next(iter(rehearsal.tapes.values()))
    last = tape.times[tape.find(rehearsal.end) - 1]
    assert rehearsal.end - last < 4 * 86_400, "but for a weekend, prices go on to its end"
