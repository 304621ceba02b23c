"""`new`: an account of one's own on any tapes, refused in the words of its options."""

from pathlib import Path

import pytest

from ledger.practice.accounts.new_account import HISTORY, start_at_random
from ledger.practice.library.catalog import load_tape
from ledger.times import iso, parse_time
from tests.books.shelves import plainly
from tests.cli.driving import Ended, exact, tightrope
from tui.runtime.opener import Door

SPY = "SPY=spy-us-1d-1998-2021"
AAPL = "AAPL=aapl-us-1d-2000-2024"


def new(ledger: Path, name: str, *options: object) -> Ended:
    return tightrope("new", name, "--ledger", ledger, *options)


def stocks(ledger: Path, name: str = "stocks", *more: object) -> Ended:
    return new(ledger, name, *("--venue", "us-reg-t", "--tape", SPY, "--tape", AAPL),
               *("--start", "2008-01-02T00:00:00Z", "--deposit", "10000"), *more)  # fmt: skip


def test_it_is_begun_with_its_first_money_and_the_desk_opens_on_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert stocks(path, "old", "--purse", "20000").status == 0
    ended = stocks(path, "stocks", "--set", "loan_rate=0.08", "--json")
    assert ended.status == 0, ended.err
    begun = exact(ended.out)
    assert begun["symbols"] == ["SPY", "AAPL"]
    assert (begun["venue"], begun["mode"], begun["currency"]) == ("us-reg-t", "cross", "USD")
    assert (begun["deposit"], begun["rules"]) == ("10000.00", {"loan_rate": "0.08"})
    opened = Door(path).last(None)
    assert opened is not None
    session = opened.session
    assert (session.account.name, session.account.main.cash) == ("stocks", 10000)
    assert iso(session.market.time) == "2008-01-02T00:00:00Z"
    session.close()


def test_the_bars_before_the_start_are_there_to_be_looked_at(tmp_path: Path) -> None:
    """SPY traded on 2,516 days from 2 January 1998 up to 2 January 2008."""
    begun = exact(stocks(tmp_path / "ledger.db", "a", "--json").out)
    tape = load_tape("spy-us-1d-1998-2021")
    before = sum(time < parse_time("2008-01-02T00:00:00Z") for time in tape.times)
    assert begun["history"]["SPY"] == before > HISTORY


def test_mark_and_funding_tapes_are_taken_along(tmp_path: Path) -> None:
    eth = "ethusdt-perp-binance"
    tape = (
        f"ETHUSDT={eth}-1h-2019-2025,mark={eth}-mark-1h-2019-2025,"
        f"funding={eth}-funding-8h-2019-2025"
    )
    ended = new(tmp_path / "l.db", "eth", "--venue", "binance-usdm", "--mode", "cross",
                "--tape", tape, "--start", "2021-01-04T09:00:00Z", "--deposit", "500")  # fmt: skip
    assert ended.status == 0, ended.err
    opened = Door(tmp_path / "l.db").last("eth")
    assert opened is not None
    timeline = opened.session.timeline
    assert (list(timeline.marks), list(timeline.funding)) == (["ETHUSDT"], ["ETHUSDT"])
    opened.session.close()


def test_a_drawn_start_is_the_seed_s_and_has_history_and_a_future(tmp_path: Path) -> None:
    tapes = [load_tape(id_.partition("=")[2]) for id_ in (SPY, AAPL)]
    starts = {start_at_random(tapes, seed) for seed in range(50)}
    assert len(starts) > 40
    for start in starts:
        assert all(tape.find(start) >= HISTORY for tape in tapes)
        assert all(len(tape) - tape.find(start) > HISTORY for tape in tapes)
    options = ("--venue", "us-reg-t", "--tape", SPY, "--start", "random", "--deposit", "9")
    one, same, other = (
        exact(new(tmp_path / "l.db", name, *options, "--seed", seed, "--json").out)["start"]
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    )
    assert one == same != other
    assert exact(new(tmp_path / "l.db", "d", *options, "--json").out)["seed"] >= 0


def test_a_start_is_drawn_before_the_end_that_was_asked_for() -> None:
    tape = load_tape("spy-us-1d-1998-2021")
    until = tape.times[400]
    starts = [start_at_random([tape], seed, until) for seed in range(20)]
    assert all(HISTORY <= tape.find(start) < 400 for start in starts)


def test_incidents_are_drawn_and_come_again_when_the_account_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    assert exact(stocks(path, "a", "--incidents", "3", "--seed", "5", "--json").out)[
        "incidents"
    ] == 3  # fmt: skip
    opened = Door(path).last("a")
    assert opened is not None
    assert len(opened.session.fate) == 3
    opened.session.close()


def test_a_tape_and_a_rule_book_of_one_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"2024-01-01T{hour:02}:00:00Z,100,101,99,100,5" for hour in range(24)]
    Path("mine.csv").write_text("\n".join(["time,open,high,low,close,volume", *rows]), "utf-8")
    book = 'extends = "us-reg-t"\nid = "mine"\ntitle = "Mine"\n'
    Path("mine.toml").write_text(book, "utf-8")
    ended = new(tmp_path / "l.db", "mine", "--venue", "./mine.toml", "--tape", "ACME=./mine.csv",
                "--start", "random", "--deposit", "1000", "--json")  # fmt: skip
    assert ended.status == 0, ended.err
    assert exact(ended.out)["venue"] == "mine"
    assert 24 // 2 <= exact(ended.out)["history"]["ACME"] < 24 - 24 // 4
    opened = Door(tmp_path / "l.db").last(None)
    assert opened is not None
    opened.session.close()


TOKEN = "SPY3L=spy-us-1d-1998-2021,multiple=3"
PUT = "PUT=SPY,right=put,strike=130,expires=2008-03-20T00:00:00Z"


def test_tokens_and_options_are_made_from_its_tapes(tmp_path: Path) -> None:
    ended = stocks(tmp_path / "l.db", "a", "--option", PUT, "--token", TOKEN, "--json")
    assert ended.status == 0, ended.err
    assert exact(ended.out)["symbols"] == ["SPY", "AAPL", "SPY3L", "PUT"]
    opened = Door(tmp_path / "l.db").last("a")
    assert opened is not None
    assert set(opened.session.timeline.synthetic) == {"SPY3L", "PUT"}
    opened.session.close()


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--token", TOKEN.replace("=3", "=0"), "--token SPY3L, multiple: 0 tracks nothing"),
        ("--token", f"{TOKEN},size=2", "--token SPY3L, size: is not a key"),
        ("--token", f"{TOKEN},fee", "--token SPY3L: write each key once"),
        ("--token", "SPY3L", '--token: "SPY3L" is not SYMBOL=TAPE'),
        ("--option", PUT.replace("=SPY", "=QQQ"), '--option PUT, option: "QQQ" has no tape'),
        ("--option", PUT.replace("put,", "sell,"), "--option PUT, right: "),
    ],
)
def test_what_is_wrong_with_a_token_or_an_option_is_named_by_its_key(
    tmp_path: Path, option: str, value: str, told: str
) -> None:
    ended = stocks(tmp_path / "l.db", "a", option, value)
    assert (ended.status, ended.out) == (2, "")
    assert f"tightrope: {told}" in ended.err
    assert not (tmp_path / "l.db").exists()


REFUSED = {
    "--venue": ("--venue", "nowhere"),
    "--mode": ("--mode", "smart"),
    "--tape SPY": ("--tape", "SPY=spx"),
    "--tape EURCHF": ("--tape", "EURCHF=eurchf-fx-1d-2015-2023"),
    "--tape AAPL, funding": ("--tape", f"{AAPL},funding=0.1"),
    "--tape": ("--tape", "SPY"),
    "--start": ("--start", "someday"),
    "--until": ("--until", "2007-01-01T00:00:00Z"),
    "--deposit": ("--deposit", "0"),
    "--fills": ("--fills", "best"),
    "--set loan_rate": ("--set", "loan_rate=11"),
    "--set": ("--set", "loan_rate"),
    "--incidents": ("--incidents", "51"),
    "--seed": ("--seed", "-1"),
}


@pytest.mark.parametrize("named", REFUSED)
def test_what_is_wrong_is_named_by_its_option_and_leaves_nothing(
    tmp_path: Path, named: str
) -> None:
    path = tmp_path / "new" / "ledger.db"
    given = {
        "--venue": "us-reg-t",
        "--tape": AAPL,
        "--start": "2008-01-02T00:00:00Z",
        "--deposit": "1000",
    }
    option, value = REFUSED[named]
    given[option] = value
    ended = new(path, "a", *(word for pair in given.items() for word in pair))
    assert (ended.status, ended.out) == (2, "")
    assert f"tightrope: {named}: " in ended.err
    assert not path.parent.exists()


def test_a_name_is_one_word_and_belongs_to_one_account(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ended = stocks(path, "My Account\x1b[2J")
    assert (ended.status, path.exists()) == (2, False)
    assert "such as my-account-2j" in ended.err
    assert stocks(path, "a").status == 0
    ended = stocks(path, "a")
    assert ended.status == 2
    assert "there is already an account called a; choose another name, such as a-2" in ended.err
    with plainly(path) as db:
        assert db.execute("SELECT name FROM branches").fetchall() == [("a",)]
