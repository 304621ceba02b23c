"""The form of a new account asks for what `tightrope new` asks for, and gets the same account."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from ledger.practice.accounts.first_money import pay_in
from ledger.practice.accounts.known import Known
from ledger.practice.accounts.new_account import RANDOM, rehearsal_of
from ledger.practice.accounts.twin_choice import twin_of
from ledger.practice.funds import Funds
from ledger.practice.library.catalog import load_tape
from ledger.practice.library.pictures import picture
from ledger.practice.library.tape_shelf import ShelvedTape, proposed_start, tape_shelf
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.sessions.open_session import begin
from ledger.refused import Refused
from ledger.times import iso
from tests.cli.driving import rows as table
from tests.cli.driving import tightrope
from tui.runtime.opener import Door, Own
from tui.screens.first.derived import derived
from tui.screens.first.derived import rows as derived_rows
from tui.screens.first.new_form import (
    AT_RANDOM,
    complaints,
    hidden,
    moment,
    requested,
    rows,
    twins_of,
)
from tui.text.entry import Unreadable
from tui.widgets.fields import Values

ETH = "ethusdt-perp-binance"
SHIPPED = {tape.id: tape for tape in tape_shelf().tapes}
PERPETUAL = [SHIPPED[f"{ETH}-1h-2019-2025"]]
STOCKS = [SHIPPED["spy-us-1d-1998-2021"], SHIPPED["aapl-us-1d-2000-2024"]]


def filled(tapes: Sequence[ShelvedTape], venue: str, **typed: str) -> Values:
    book = load_venue(venue).rulebook
    usual = {row.name: row.value or (row.options or ("",))[0] for row in rows(tapes, book, Known())}
    return usual | typed


def begun(tapes: Sequence[ShelvedTape], venue: str, ledger: Path, **typed: str) -> None:
    """As Enter in the form begins it."""
    asked = requested(filled(tapes, venue, **typed), tapes, load_venue(venue).rulebook, drawn=1)
    lead = rehearsal_of(asked)
    Door(ledger).begin(Own(asked.name, lead, twin=twin_of(asked, lead))).session.close()


def record(ledger: Path) -> list[tuple[object, ...]]:
    """All that is hashed of the only account."""
    return table(ledger, "SELECT seq, type, body FROM events ORDER BY seq")


@pytest.mark.parametrize(
    ("tapes", "venue", "typed", "options"),
    [
        (
            PERPETUAL,
            "binance-usdm",
            {"name": "eth", "mode": "cross", "date": "2021-01-04 09:00", "deposit": "5,000",
             "twin": "isolated"},
            ["--mode", "cross", "--twin", "isolated",
             "--start", "2021-01-04T09:00:00Z", "--deposit", "5000", "--tape",
             f"ETHUSDT={ETH}-1h-2019-2025,mark={ETH}-mark-1h-2019-2025,"
             f"funding={ETH}-funding-8h-2019-2025"],
        ),
        (
            STOCKS,
            "us-reg-t",
            {"name": "stocks", "date": "2008-01-02", "until": "2009-01-02", "fills": "ohlc",
             "rules": "loan_rate=0.08 trade_fee=0", "incidents": "2", "seed": "7"},
            ["--mode", "cross", "--start", "2008-01-02T00:00:00Z", "--deposit", "2000",
             "--until", "2009-01-02T00:00:00Z", "--fills", "ohlc", "--set", "loan_rate=0.08",
             "--set", "trade_fee=0", "--incidents", "2", "--seed", "7",
             "--tape", "SPY=spy-us-1d-1998-2021", "--tape", "AAPL=aapl-us-1d-2000-2024"],
        ),
        (
            STOCKS[:1],
            "us-reg-t",
            {"name": "lost", "start": AT_RANDOM, "seed": "11"},
            ["--mode", "cross", "--start", RANDOM, "--seed", "11", "--deposit", "2000",
             "--tape", "SPY=spy-us-1d-1998-2021"],
        ),
    ],
    ids=["perpetual", "stocks", "random"],
)  # fmt: skip
def test_a_form_and_a_command_begin_the_same_account(
    tmp_path: Path,
    tapes: Sequence[ShelvedTape],
    venue: str,
    typed: dict[str, str],
    options: list[str],
) -> None:
    begun(tapes, venue, tmp_path / "form.db", **typed)
    ended = tightrope("new", typed["name"], "--venue", venue, "--ledger", tmp_path / "new.db",
                      *options)  # fmt: skip
    assert ended.status == 0, ended.err
    assert record(tmp_path / "form.db") == record(tmp_path / "new.db") != []
    names = [table(tmp_path / f"{one}.db", "SELECT name FROM branches") for one in ("form", "new")]
    twins = [(f"{typed['name']}-twin",)] if "twin" in typed else []
    assert names[0] == names[1] == [(typed["name"],), *twins]


@pytest.mark.parametrize(
    ("venue", "left", "proposed"),
    [
        ("us-reg-t", "10000", "2000"),
        ("us-reg-t", "1234.56", "246.91"),
        ("phemex-inverse", "1", "0.2"),
    ],
)
def test_a_fifth_of_what_the_purse_holds_is_proposed(venue: str, left: str, proposed: str) -> None:
    """1,234.56 / 5 = 246.912, rounded down to the cent."""
    book = load_venue(venue).rulebook
    known = Known(purses={book.currency: Funds(Decimal(left))})
    values = {row.name: row.value for row in rows(STOCKS, book, known)}
    assert values["deposit"] == proposed


def test_a_tape_is_found_by_any_year_it_has_prices_of() -> None:
    text = SHIPPED["ethusdt-perp-binance-1h-2019-2025"].text.lower()
    assert all(year in text for year in ("2019", "2021", "2025"))
    assert "2018" not in text


def test_a_token_and_an_option_of_the_form_are_those_of_the_command(tmp_path: Path) -> None:
    token = derived(made_from(STOCKS[0], symbol="SPY3L", multiple="3", fee="0.1"), STOCKS[0])
    put = derived(
        made_from(STOCKS[0], kind="option", symbol="SPYPUT", right="put", strike="130",
                  expires="2008-03-20", volatility="25"), STOCKS[0])  # fmt: skip
    begun([STOCKS[0], token, put], "us-reg-t", tmp_path / "form.db", name="a", date="2008-01-02")
    ended = tightrope(
        "new", "a", "--venue", "us-reg-t", "--ledger", tmp_path / "new.db", "--deposit", "2000",
        "--start", "2008-01-02T00:00:00Z", "--tape", "SPY=spy-us-1d-1998-2021",
        "--token", "SPY3L=spy-us-1d-1998-2021,multiple=3,fee=0.001",
        "--option", "SPYPUT=SPY,right=put,strike=130,expires=2008-03-20T00:00:00Z,volatility=0.25",
    )  # fmt: skip
    assert ended.status == 0, ended.err
    assert record(tmp_path / "form.db") == record(tmp_path / "new.db") != []


def made_from(tape: ShelvedTape, **typed: str) -> Values:
    return {row.name: row.value for row in derived_rows(tape)} | typed


def test_a_book_that_lends_nothing_trades_no_token() -> None:
    token = derived(made_from(STOCKS[0]), STOCKS[0])
    assert not token.cannot_trade(load_venue("us-reg-t").rulebook)
    assert "it lends no money" in token.cannot_trade(load_venue("binance-usdm").rulebook)
    assert not STOCKS[0].cannot_trade(load_venue("binance-usdm").rulebook)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"multiple": "lots"}, "Multiple: "),
        ({"symbol": " "}, "Symbol: "),
        ({"symbol": "A,B"}, "Symbol: "),
        ({"kind": "option"}, "Strike: "),
        ({"kind": "option", "strike": "130"}, "Expires: not a date"),
    ],
)
def test_a_token_or_an_option_without_its_figures_is_not_made(
    typed: dict[str, str], told: str
) -> None:
    with pytest.raises(Unreadable, match=told):
        derived(made_from(STOCKS[0], **typed), STOCKS[0])


def test_a_seed_is_drawn_only_where_chance_decides_something() -> None:
    book = load_venue("us-reg-t").rulebook
    seeds = {
        start: requested(filled(STOCKS, "us-reg-t", start=start), STOCKS, book, drawn=123).seed
        for start in ("on a date", AT_RANDOM)
    }
    assert seeds == {"on a date": "0", AT_RANDOM: "123"}


def test_mark_and_funding_are_offered_where_the_tape_has_them_and_the_book_uses_them() -> None:
    usdm, broker = load_venue("binance-usdm").rulebook, load_venue("us-reg-t").rulebook
    options = {row.name: row.options for row in rows(PERPETUAL, usdm, Known())}
    assert options["beside"] == ("mark and funding", "mark", "funding", "neither")
    assert "beside" in hidden(filled(PERPETUAL, "us-reg-t"), PERPETUAL, broker, Known())
    assert "beside" in hidden(filled(STOCKS, "binance-usdm"), STOCKS, usdm, Known())
    without = filled(PERPETUAL, "binance-usdm", beside="neither")
    assert requested(without, PERPETUAL, usdm, drawn=1).tapes[0].mark is None


def test_only_modes_that_the_book_has_are_offered() -> None:
    for venue in ("us-reg-t", "binance-usdm", "crypto-com-exchange"):
        book = load_venue(venue).rulebook
        assert (
            next(r.options for r in rows(STOCKS, book, Known()) if r.name == "mode") == book.modes
        )


def test_a_twin_is_offered_under_another_mode_or_a_book_in_the_same_currency() -> None:
    usdm = load_venue("binance-usdm").rulebook
    offered = twins_of(usdm)
    assert {"isolated", "cross", "binance-margin:isolated", "phemex-perpetual:cross"} <= {*offered}
    others = ("us-", "phemex-inverse")  # in dollars, in bitcoin
    assert not [each for each in offered if each.startswith(others)]
    assert twins_of(load_venue("us-reg-t").rulebook)[0].partition(":")[0] != "us-reg-t"


def test_the_proposed_name_is_free_and_the_proposed_start_has_200_bars_before_it() -> None:
    book = load_venue("us-reg-t").rulebook
    assert rows(STOCKS, book, Known(("spy-aapl", "spy-aapl-2")))[0].value == "spy-aapl-3"
    start = proposed_start(STOCKS)
    for tape in STOCKS:
        assert load_tape(tape.id).find(start) >= 195


def test_the_proposed_start_is_a_midnight_with_200_bars_before_it() -> None:
    """Black Thursday by the minute begins on 8 March 2020: 200 bars end at 3:20, so 9 March."""
    tape = next(t for t in tape_shelf().tapes if t.id == "xbtusd-bitmex-1m-2020-03")
    assert iso(proposed_start([tape])) == "2020-03-09T00:00:00Z"
    short = replace(tape, last=tape.first + 12 * 3600, bars=720)  # over before midnight
    assert iso(proposed_start([short])) == "2020-03-08T03:20:00Z"


@pytest.mark.parametrize("typed", ["", "soon", "2021-13", "4.1.2021", "2021-01-04T09:00:00+02:00"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="Date: not a date"):
        moment(typed, "Date")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"deposit": "0"}, "Deposit: "),
        ({"date": "2030-01-01"}, "Date: "),
        ({"until": "2007-01-01"}, "Until: "),
        ({"rules": "loan_rate=11", "show": "more"}, "Rules loan_rate: "),
        ({"seed": "-1"}, "Seed: "),
        ({"incidents": "51"}, "Incidents: "),
        ({"twin": "us-reg-t:cross"}, "Twin: the account itself is us-reg-t cross"),
    ],
)
def test_a_fault_is_named_by_its_row(typed: dict[str, str], told: str) -> None:
    book = load_venue("us-reg-t").rulebook
    values = filled(STOCKS, "us-reg-t", date="2008-01-02") | typed
    asked = requested(values, STOCKS, book, drawn=1)
    with pytest.raises(Refused) as refused:
        twin_of(asked, rehearsal_of(asked))
    assert complaints(refused.value)[0].startswith(told)


def test_a_deposit_and_rules_that_are_no_figures_are_refused_before_tapes_are_read() -> None:
    book = load_venue("us-reg-t").rulebook
    for typed in ({"deposit": "lots"}, {"rules": "loan_rate"}, {"rules": "a=1 a=2"}):
        with pytest.raises(Unreadable):
            requested(filled(STOCKS, "us-reg-t") | typed, STOCKS, book, drawn=1)


def test_the_list_draws_each_shipped_tape_as_its_closes_are() -> None:
    for tape in SHIPPED.values():
        if tape.bars < 20_000:
            assert tape.picture == picture(load_tape(tape.id).closes), tape.id
        assert len(tape.picture) == 14


def test_it_begins_in_memory_too() -> None:
    asked = requested(filled(STOCKS, "us-reg-t", date="2008-01-02"), STOCKS,
                 load_venue("us-reg-t").rulebook, drawn=1)  # fmt: skip
    rehearsal = rehearsal_of(asked)
    session = begin(rehearsal, None, asked.name, partial(pay_in, rehearsal))
    assert session.account.main.cash == 2_000
    session.close()
