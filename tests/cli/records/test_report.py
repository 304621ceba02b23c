"""`report`: the figures of an account, as lines, as JSON, as pictures."""

import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from ledger.times import iso
from tests.cli.driving import Ended, exact, tightrope
from tests.practice.accounts.blinds import eth

HEAD = """
title = "T"
venue = "us-reg-t"
start = 2024-01-02T00:00:00Z
[rules]
trade_fee = "0"
loan_rate = "0"
[[tape]]
symbol = "XYZ"
source = "tape.csv"
[[do]]
at = 2024-01-02T00:00:00Z
deposit = "10000"
"""
PRICES = (100, 110, 110, 110, 105, 105, 105)
"""Flat bars from 2 January 2024, a Tuesday: Tue to Fri, Mon to Wed are 2 to 5, 8 to 10."""
DAYS = (2, 3, 4, 5, 8, 9, 10)


def act(day: int, words: str) -> str:
    return f"[[do]]\nat = 2024-01-{day:02}T00:00:00Z\n{words}\n"


def buy(day: int, stop: int, tag: str) -> str:
    order = f'symbol = "XYZ", quantity = "50", stop_loss = "{stop}", tags = ["{tag}"]'
    return act(day, f"buy = {{ {order} }}")


def close(day: int) -> str:
    return act(day, 'close = { symbol = "XYZ" }')


TRADES = (
    buy(2, 95, "breakout"),  # at 100, stop 95: 250 at risk
    close(3),  # at 110: +500 = 2 R
    act(4, 'deposit = "5000"'),
    buy(5, 100, "fade"),  # at 110, stop 100: 500 at risk
    close(8),  # at 105: -250 = -0.5 R
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """50 XYZ twice: 500 won on 10,000, 5,000 paid in, 250 lost on 15,500."""
    rows = [
        f"2024-01-{day:02}T00:00:00Z,{price},{price},{price},{price},9"
        for day, price in zip(DAYS, PRICES, strict=True)
    ]
    (tmp_path / "tape.csv").write_text("\n".join(["time,open,high,low,close,volume", *rows]))
    (tmp_path / "t.toml").write_text(HEAD + "".join(TRADES))
    ended = tightrope("rehearse", tmp_path / "t.toml", "--ledger", tmp_path / "l.db")
    assert ended.status == 0, ended.err
    return tmp_path / "l.db"


def report(ledger: Path, *options: object) -> Ended:
    return tightrope("report", "--ledger", ledger, *options)


def test_the_figures_of_two_trades_can_be_worked_out(ledger: Path) -> None:
    """10,500 / 10,000 x 15,250 / 15,500 = 1.0331 after 5,000 were paid in; (2 - 0.5) / 2 = 0.75 R;
    500 / 250 = 2, so a third has to win. The fall is from 15,500 to 15,250."""
    wire = exact(report(ledger, "--json").out)
    assert (wire["account"], wire["currency"], wire["days_per_year"]) == ("t", "USD", 252)
    assert (wire["from"], wire["to"], wire["days"]) == ("2024-01-02", "2024-01-10", 7)
    assert wire["return"] == "0.03306452"
    assert wire["gain"] == "250.00"
    assert wire["max_drawdown"]["depth"] == "0.01612903"
    trades = wire["trades"]
    assert (trades["n"], trades["won"], trades["lost"], trades["with_r"]) == (2, 1, 1, 2)
    assert (trades["mean_r"], trades["payoff"], trades["profit_factor"]) == ("0.75", "2", "2")
    assert trades["needed_win_rate"] == "0.33333333"
    assert (wire["costs"]["gross"], wire["costs"]["net"]) == ("250.00", "250.00")
    assert [(g["key"], g["mean_r"], g["few"]) for g in wire["groups"]["tag"]] == [
        ("breakout", "2", True),
        ("fade", "-0.5", True),
    ]
    assert [(day["date"], day["gain"]) for day in wire["calendar"] if day["gain"] != "0.00"] == [
        ("2024-01-03", "500.00"),
        ("2024-01-08", "-250.00"),
    ]


def test_what_too_few_days_cannot_carry_is_not_given(ledger: Path) -> None:
    wire = exact(report(ledger, "--json").out)
    ratios = ("sharpe", "sortino", "calmar", "volatility", "yearly_return")
    assert {name: wire[name] for name in ratios} == dict.fromkeys(ratios)
    assert wire["trades"]["sqn"] is None


def test_every_figure_says_what_it_is_and_how_many_it_stands_on(ledger: Path) -> None:
    lines = report(ledger).lines
    (expectancy,) = (line for line in lines if "Expectancy" in line)
    assert expectancy.split() == [
        *("Expectancy", "0.75", "R", "mean", "R"),
        *("(N", "=", "2", "with", "a", "stop", "at", "entry)"),
    ]
    assert "Trades closed: 2 (1 won, 1 lost, 0 scratch)" in lines
    assert max(map(len, lines)) <= 110


def test_a_span_of_days_has_the_trades_that_were_closed_in_it(ledger: Path) -> None:
    """From the 4th on the second trade alone: 15,250 over 15,500."""
    wire = exact(report(ledger, "--from", "2024-01-04", "--to", "2024-01-09", "--json").out)
    assert (wire["from"], wire["to"]) == ("2024-01-04", "2024-01-09")
    assert (wire["trades"]["n"], wire["gain"], wire["return"]) == (1, "-250.00", "-0.01612903")


def test_a_span_before_everything_has_nothing(ledger: Path) -> None:
    ended = report(ledger, "--to", "2023-01-01")
    assert (ended.status, ended.lines) == (0, ["t: nothing happened in this time"])
    wire = exact(report(ledger, "--to", "2023-01-01", "--json").out)
    assert (wire["days"], wire["trades"]["n"]) == (0, 0)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--from", "12.03.2020"), "'12.03.2020' is not a date; write it as 2020-03-12"),
        (("--from", "2024-02-30"), "'2024-02-30' is not a date"),
        (("--to", "1492-10-12"), "outside the years 1900 to 2199"),
        (("--from", "2024-01-05", "--to", "2024-01-04"), "--from is after --to"),
        (("--account", "nobody"), 'no account is called "nobody"'),
    ],
)
def test_what_cannot_be_measured_is_refused(
    ledger: Path, options: tuple[str, ...], fault: str
) -> None:
    ended = report(ledger, *options)
    assert (ended.status, ended.out) == (2, "")
    assert fault in ended.err


def test_pictures_are_drawn_into_a_folder_and_never_over_another_file(
    ledger: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "pictures"
    ended = report(ledger, "--pictures", folder)
    assert ended.status == 0
    assert f"wrote {folder / 'equity.svg'}" in ended.lines
    names = ["calendar.svg", "equity.svg", "excursions.svg", "r-histogram.svg"]
    assert sorted(file.name for file in folder.iterdir()) == names
    for file in folder.iterdir():
        assert ElementTree.parse(file).getroot().tag == "{http://www.w3.org/2000/svg}svg"
    ended = report(ledger, "--pictures", folder)
    assert (ended.status, ended.out) == (2, "")
    assert "equity.svg: already exists; name another folder" in ended.err


def test_a_folder_that_is_a_file_is_refused(ledger: Path) -> None:
    ended = report(ledger, "--pictures", ledger)
    assert ended.status == 2
    assert "cannot be written" in ended.err


def test_a_form_that_needs_what_is_missing_says_what_to_install(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cairosvg", None)
    ended = report(ledger, "--pictures", tmp_path / "p", "--format", "png")
    assert ended.status == 2
    assert "pip install 'tightrope[pictures]'" in ended.err
    assert not (tmp_path / "p").exists()


def test_other_forms_are_made_by_cairosvg(ledger: Path, tmp_path: Path) -> None:
    made: ModuleType = pytest.importorskip("cairosvg", reason="the extra `pictures`")
    assert made is not None
    for form, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        folder = tmp_path / form
        assert report(ledger, "--pictures", folder, "--format", form).status == 0
        assert (folder / f"equity.{form}").read_bytes().startswith(begins)


def kept(folder: Path, tapes: dict[str, tuple[int, ...]], acts: str) -> Path:
    """An account over flat daily bars of several symbols, from 2 January 2024."""
    head = 'title = "T"\nvenue = "us-reg-t"\nstart = 2024-01-02T00:00:00Z\n'
    head += '[rules]\ntrade_fee = "0"\nloan_rate = "0"\nforced_sale_slippage = "0"\n'
    for symbol, prices in tapes.items():
        rows = [
            f"2024-01-{day:02}T00:00:00Z,{price},{price},{price},{price},9"
            for day, price in zip(DAYS, prices, strict=False)
        ]
        (folder / f"{symbol}.csv").write_text("time,open,high,low,close,volume\n" + "\n".join(rows))
        head += f'[[tape]]\nsymbol = "{symbol}"\nsource = "{symbol}.csv"\n'
    (folder / "t.toml").write_text(head + acts)
    ended = tightrope("rehearse", folder / "t.toml", "--ledger", folder / "k.db")
    assert ended.status == 0, ended.err
    return folder / "k.db"


def bought(day: int, symbol: str) -> str:
    return act(day, f'buy = {{ symbol = "{symbol}", quantity = "10" }}')


def test_a_winner_sold_while_a_loser_is_kept(tmp_path: Path) -> None:
    """A is sold at 120 while B, bought at 100, stays at 80 all day: a gain realized, a loss on
    paper. Selling B later, with nothing else open, was no choice."""
    prices = {"A": (100, 110, 120, 120, 120), "B": (100, 90, 80, 80, 80)}
    acts = act(2, 'deposit = "10000"') + bought(2, "A") + bought(2, "B")
    acts += act(4, 'close = { symbol = "A" }') + act(8, 'close = { symbol = "B" }')
    found = exact(report(kept(tmp_path, prices, acts), "--json").out)["disposition"]
    assert (found["realized_gains"], found["paper_gains"]) == (1, 0)
    assert (found["realized_losses"], found["paper_losses"]) == (0, 1)
    assert (found["pgr"], found["plr"], found["difference"]) == ("1", "0", "1")
    assert (found["enough"], found["holding_ratio"]) == (False, "3"), "two days, and six"


def test_the_series_ends_where_everything_was_lost(tmp_path: Path) -> None:
    """100 at 100, of which 5,000 are the trader's own: at 30, 3,000 - 5,000 are 2,000 below
    nothing. The 9,000 paid in on the 8th make good what is owed and begin no new return."""
    acts = act(2, 'deposit = "5000"')
    acts += act(2, 'buy = { symbol = "A", quantity = "100", leverage = 2 }')
    acts += act(8, 'deposit = "9000"')
    ledger = kept(tmp_path, {"A": (100, 100, 30, 30, 30, 30)}, acts)
    wire = exact(report(ledger, "--json").out)
    assert (wire["return"], wire["max_drawdown"]["depth"], wire["gain"]) == ("-1", "1", "-7000.00")
    assert wire["ruined"].startswith("2024-01-04")
    assert [day["date"] for day in wire["calendar"]][-1] == "2024-01-04"
    assert "equity was gone; nothing after it is measured" in report(ledger).out


def test_a_fork_is_measured_from_the_beginning_of_its_parent(ledger: Path) -> None:
    """Back before the second purchase, with the deposit of 5,000 and the 500 won: 5%."""
    lines = tightrope("ledger", "--ledger", ledger, "--json").lines
    placed = [event for event in map(exact, lines) if event["type"] == "order_placed"]
    second = [event["seq"] for event in placed if event["side"] == "buy"][-1]
    ended = tightrope("fork", "--ledger", ledger, "--at", second)
    assert ended.status == 0, ended.err
    wire = exact(report(ledger, "--account", "t-fork", "--json").out)
    assert (wire["account"], wire["to"], wire["trades"]["n"]) == ("t-fork", "2024-01-05", 1)
    assert (wire["return"], wire["gain"]) == ("0.05", "500.00")


def test_a_blind_account_is_reported_by_the_dates_it_shows(tmp_path: Path) -> None:
    """Two days before ETH crashed in May 2021, played to its second day."""
    session = eth(tmp_path / "b.db")
    while session.place.index < 30:
        session.advance()
    shown = iso(session.market.time)[:10]
    session.close()
    for options in ((), ("--json",)):
        out = report(tmp_path / "b.db", *options).out
        assert "2021" not in out
        assert "ETH" not in out
    wire = exact(report(tmp_path / "b.db", "--json").out)
    assert (wire["to"], wire["from"][:4]) == (shown, "2103")
