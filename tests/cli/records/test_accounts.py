"""`accounts`, `rename`, `archive`, `switch`, `reset`."""

from pathlib import Path
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.books.checks.doctor import examine
from ledger.practice.sessions.open_session import resume
from ledger.practice.sessions.session import Session
from tests.books.shelves import unguarded
from tests.cli.driving import FIRST_CALL, Ended, exact, tightrope
from tests.worlds import D
from tui.runtime.opener import Door

HEAD = 'title = "T"\nvenue = "us-reg-t"\n[rules]\ntrade_fee = "0"\nloan_rate = "0"\n'
TAPE = '[[tape]]\nsymbol = "XYZ"\nsource = "tape.csv"\n'


def rows(ledger: Path) -> dict[str, dict[str, Any]]:
    ended = tightrope("accounts", "--json", "--ledger", ledger)
    assert ended.status == 0, ended.err
    return {row["account"]: row for row in exact(ended.out)}


def run(folder: Path, prices: list[str], acts: list[tuple[int, str]], *, head: str = HEAD) -> Path:
    """An account `t` over flat days at these prices; acts at the open of a day."""
    lines = [f"2024-01-{2 + n:02}T00:00:00Z,{p},{p},{p},{p},9" for n, p in enumerate(prices)]
    (folder / "tape.csv").write_text("\n".join(["time,open,high,low,close,volume", *lines]))
    done = "".join(f"[[do]]\nat = 2024-01-{2 + day:02}T00:00:00Z\n{act}\n" for day, act in acts)
    (folder / "t.toml").write_text(head + TAPE + done)
    ended = tightrope("rehearse", folder / "t.toml", "--ledger", folder / "l.db")
    assert ended.status == 0, ended.err
    return folder / "l.db"


def begun(folder: Path, *names: str) -> Path:
    """A ledger with accounts of one's own at ACME, begun one after the other."""
    purse = ("purse", "set", "1000000", "--currency", "USD", "--ledger", folder / "l.db")
    assert tightrope(*purse).status == 0
    for name in names:
        rules = ("maintenance_margin=0.30", "exchange_margin=0.25", "trade_fee=0")
        ended = tightrope(
            *("new", name, "--ledger", folder / "l.db", "--venue", "us-reg-t", "--seed", "3"),
            *("--tape", f"ACME={FIRST_CALL.with_name('acme.csv')}", "--deposit", "10000"),
            *("--start", "2024-01-01T00:00:00Z", "--incidents", "2"),
            *(word for rule in rules for word in ("--set", rule)),
        )
        assert ended.status == 0, ended.err
    return folder / "l.db"


def taken_up(path: Path) -> Session:
    """The account used last, as the desk opens it."""
    opened = Door(path).last(None)
    assert opened is not None
    return opened.session


def test_the_return_is_that_of_the_trading_and_not_of_the_money_paid_in(tmp_path: Path) -> None:
    """100 shares at 100 of 10,000: at 110 they have won 10%. With 11,000 more there are 22,000; at
    99 they are 20,900. 11,000 / 10,000 x 20,900 / 22,000 - 1 = 4.5%, though 100 were lost."""
    buy = 'buy = { symbol = "XYZ", quantity = "100" }'
    path = run(tmp_path, ["100", "110", "99"], [(0, 'deposit = "10000"'), (0, buy),
                                                (1, 'deposit = "11000"')])  # fmt: skip
    row = rows(path)["t"]
    assert (row["equity"], row["return"]) == ("20900.00", "0.045")
    assert (row["return_basis"], row["state"]) == ("time-weighted", "ended")
    assert (row["venue"], row["mode"], row["symbols"]) == ("us-reg-t", "cross", ["XYZ"])


def test_open_risk_is_what_is_lost_from_here_to_the_stops(tmp_path: Path) -> None:
    """100 shares at 110 with a stop at 95: (110 - 95) x 100."""
    buy = 'buy = { symbol = "XYZ", quantity = "100", stop_loss = "95" }'
    path = run(tmp_path, ["100", "110"], [(0, 'deposit = "10000"'), (0, buy)])
    row = rows(path)["t"]
    assert (row["open_risk"], row["without_stop"]) == ("1500.00", [])


def test_a_position_without_a_stop_is_named(tmp_path: Path) -> None:
    buy = 'buy = { symbol = "XYZ", quantity = "100" }'
    row = rows(run(tmp_path, ["100", "110"], [(0, 'deposit = "10000"'), (0, buy)]))["t"]
    assert (row["open_risk"], row["without_stop"]) == ("0.00", ["XYZ"])


@pytest.mark.parametrize(("again", "state"), [(False, "wiped_out"), (True, "ended")])
def test_an_account_is_wiped_out_by_a_forced_exit_that_leaves_nothing(
    tmp_path: Path, again: bool, state: str
) -> None:
    """20,000 of shares on 10,000: at 40 they are 8,000, and the loan is 10,000."""
    buy = 'buy = { symbol = "XYZ", quantity = "200", leverage = 2 }'
    acts = [(0, 'deposit = "10000"'), (0, buy)] + ([(3, 'deposit = "9000"')] if again else [])
    row = rows(run(tmp_path, ["100", "40", "40", "40", "40"], acts))["t"]
    assert (row["wiped_out"], row["state"]) == (1, state)


def test_money_that_was_taken_out_is_not_lost(tmp_path: Path) -> None:
    acts = [(0, 'deposit = "10000"'), (1, 'withdraw = "10000"')]
    row = rows(run(tmp_path, ["100", "100", "100"], acts))["t"]
    assert (row["wiped_out"], row["return"], row["equity"]) == (0, "0", "0.00")


def test_a_call_shows_in_the_list(tmp_path: Path) -> None:
    """200 shares at 100 on 10,000: the call comes on the tenth day, at 70."""
    path = begun(tmp_path, "a")
    session = resume(path)
    session.send(c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200), leverage=D(2)))
    while not session.account.calls:
        session.advance()
    session.close()
    assert rows(path)["a"]["state"] == "in_a_call"


def test_a_damaged_account_is_listed_as_such_and_the_others_as_they_are(tmp_path: Path) -> None:
    path = begun(tmp_path, "a", "b", "c")
    with unguarded(path, "places") as db:
        db.execute("UPDATE places SET body = replace(body, '10000', '90000') WHERE branch_id = 1")
        db.execute("UPDATE places SET body = 'what' WHERE branch_id = 2")
    states = {name: row["state"] for name, row in rows(path).items()}
    assert states == {"a": "damaged", "b": "damaged", "c": "open"}
    lines = tightrope("accounts", "--ledger", path).lines
    assert [line.split()[:2] for line in lines[1:3]] == [["a", "damaged"], ["b", "damaged"]]


def test_there_may_be_no_account_yet(tmp_path: Path) -> None:
    ended = tightrope("accounts", "--ledger", tmp_path / "none.db")
    assert (ended.status, ended.out) == (0, "")
    assert "tightrope new" in ended.err
    assert rows(tmp_path / "none.db") == {}
    assert not (tmp_path / "none.db").exists()


def test_a_name_goes_with_every_line_that_shows_the_account(tmp_path: Path) -> None:
    path = begun(tmp_path, "a", "b")
    assert tightrope("rename", "b", "better", "--ledger", path).status == 0
    assert list(rows(path)) == ["a", "better"]
    assert tightrope("status", "--ledger", path).lines[0].split() == ["Account", "better"]
    assert tightrope("status", "--ledger", path, "--account", "b").status == 2
    session = resume(path, "better")
    assert session.account.name == "better"
    session.advance()
    session.close()
    assert [check for check in examine(path, deep=True) if not check.ok] == []


def test_the_desk_opens_on_the_account_that_was_switched_to(tmp_path: Path) -> None:
    path = begun(tmp_path, "a", "b")
    assert [row["opens_next"] for row in rows(path).values()] == [False, True]
    assert tightrope("switch", "a", "--ledger", path).status == 0
    assert [row["opens_next"] for row in rows(path).values()] == [True, False]
    session = resume(path)
    assert session.account.name == "a"
    session.close()


def test_an_archived_account_is_kept_and_not_opened_by_itself(tmp_path: Path) -> None:
    path = begun(tmp_path, "a", "b")
    assert tightrope("archive", "b", "--ledger", path).status == 0
    row = rows(path)["b"]
    assert (row["state"], row["opens_next"]) == ("archived", False)
    assert tightrope("switch", "b", "--ledger", path).status == 2
    assert tightrope("archive", "b", "--ledger", path).status == 2
    assert tightrope("archive", "b", "--undo", "--ledger", path).status == 0
    assert rows(path)["b"]["state"] == "open"
    assert tightrope("archive", "b", "--undo", "--ledger", path).status == 2


def test_a_reset_archives_and_begins_the_same_again(tmp_path: Path) -> None:
    path = begun(tmp_path, "a")
    session = taken_up(path)
    deck, tapes = list(session.fate), session.timeline.tapes
    session.send(c.PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(10), leverage=D(1)))
    session.send(c.Deposit(amount=D(5)))
    while not session.ended:
        session.advance()
    session.close()
    assert tightrope("reset", "a", "--ledger", path).status == 0
    assert {name: row["state"] for name, row in rows(path).items()} == {
        "a-old": "archived",
        "a": "open",
    }
    again = resume(path)
    assert (again.account.name, again.account.main.cash, again.script_done) == ("a", 10000, 0)
    assert again.account.totals.deposited == 10000
    assert list(tightrope("status", "--ledger", path).lines[1].split()[1:5]) == [
        "Mon", "1", "Jan", "2024",
    ]  # fmt: skip
    assert again.timeline.tapes == tapes
    again.close()
    session = taken_up(path)
    assert list(session.fate) == deck
    assert len(deck) == 2
    session.close()
    assert [check for check in examine(path, deep=True) if not check.ok] == []
    assert tightrope("reset", "a-old", "--ledger", path).status == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("rename", "nobody", "x"), 'no account is called "nobody"; allowed: a, b'),
        (("rename", "a", "b"), "there is already an account called b"),
        (("rename", "a", "A b"), "NEW: allowed: small letters, digits and -, such as a-b"),
        (("switch", "nobody"), 'no account is called "nobody"'),
        (("reset", "nobody"), 'no account is called "nobody"'),
    ],
)
def test_a_wrong_name_is_refused_and_changes_nothing(
    tmp_path: Path, typed: tuple[str, ...], told: str
) -> None:
    path = begun(tmp_path, "a", "b")
    before = rows(path)
    ended: Ended = tightrope(*typed, "--ledger", path)
    assert (ended.status, ended.out) == (2, "")
    assert told in ended.err
    assert rows(path) == before


@pytest.mark.parametrize("typed", [("rename", "a", "x"), ("archive", "a"), ("reset", "a")])
def test_without_a_ledger_none_is_made(tmp_path: Path, typed: tuple[str, ...]) -> None:
    assert tightrope(*typed, "--ledger", tmp_path / "none.db").status == 2
    assert not (tmp_path / "none.db").exists()


def test_a_ledger_in_use_is_not_written_to(tmp_path: Path) -> None:
    path = begun(tmp_path, "a")
    session = resume(path)
    assert tightrope("rename", "a", "b", "--ledger", path).status == 4
    assert list(rows(path)) == ["a"]
    session.close()
