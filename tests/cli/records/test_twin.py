"""`new --twin` begins two accounts, and `twin` shows them side by side, in figures and in words."""

from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.state import Side
from ledger.practice.sessions.open_session import resume
from tests.cli.driving import exact, tightrope
from tests.worlds import D

THURSDAY = (
    *("new", "thu", "--venue", "binance-usdm", "--mode", "isolated", "--deposit", "3000"),
    *("--tape", "XBTUSD=xbtusd-bitmex-1m-2020-03", "--start", "2020-03-12T10:00:00Z"),
    *("--until", "2020-03-13T12:00:00Z", "--set", "maintenance_margin=0.005"),
    *("--set", "trade_fee=0", "--set", "liquidation_fee=0"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Journey (b): 1.36 bought at 7,353.5 with 10x, in both; 100 of margin added in one."""
    ledger = tmp_path / "l.db"
    begun = exact(tightrope(*THURSDAY, "--twin", "cross", "--json", "--ledger", ledger).out)
    assert begun["twin"] == {"account": "thu-twin", "venue": "binance-usdm", "mode": "cross"}
    session = resume(ledger, None)
    order = c.PlaceOrder(symbol="XBTUSD", side=Side.BUY, quantity=D("1.36"), leverage=D(10))
    session.send(order)
    session.close()
    return ledger


def run_to_the_end(path: Path) -> None:
    session = resume(path, None)
    while not session.ended:
        session.advance(len(session.timeline))
    session.close()


def test_the_levels_stand_side_by_side(path: Path) -> None:
    found = exact(tightrope("twin", "--json", "--ledger", path).out)
    (isolated,), (cross,) = (found[side]["positions"] for side in ("account", "twin"))
    # (1,000.076 - 10,000.76) / (1.36 x (0.005 - 1)), and with all of the 3,000 behind it
    assert isolated["liquidation_price"].startswith("6651.40")
    assert cross["liquidation_price"].startswith("5173.48")
    lines = tightrope("twin", "--ledger", path).lines
    # 1 - 6,651.41 / 7,353.5 and 1 - 5,173.49 / 7,353.5; the engine acts at the half dollar below
    assert lines[-3].split() == ["liquidation", "6,651.0,", "9.55%", "away", "5,173.0,",
                                 "29.65%", "away"]  # fmt: skip
    assert lines[-1] == (
        "XBTUSD can fall 9.55% before isolated is liquidated, and 29.65% before cross is."
    )


def test_the_difference_is_told_in_words(path: Path) -> None:
    """10:38 to 23:24 are 12 h 46 min; 3,000 less 2,044.60 and less 34.52: 2,965.48 / 955.40."""
    run_to_the_end(path)
    lines = tightrope("twin", "thu-twin", "--ledger", path).lines
    assert (
        "Cross lived 12 h 46 min longer and lost 3.1 times as much: 2,965.48 against 955.40 USDT."
        in lines
    )
    told = "\n".join(lines)
    assert "Closed in thu:\n  Thu 12 Mar 2020 10:38  Liquidation: the venue sold 1.36" in told
    assert "Closed in thu-twin:\n  Thu 12 Mar 2020 23:24  Liquidation" in told


def test_what_one_of_them_refused_is_told(path: Path) -> None:
    session = resume(path, None)
    session.send(c.AddMargin(symbol="XBTUSD", amount=D(100)))
    session.send(c.CancelOrder(id="#9"))  # neither has it
    session.close()
    lines = tightrope("twin", "--ledger", path).lines
    assert "Cross refused a command that the other took." in lines
    assert lines[-2] == "Refused in thu-twin:"
    assert lines[-1].startswith("  Thu 12 Mar 2020 10:00  Add margin")


def test_the_list_of_accounts_names_the_twin(path: Path) -> None:
    head, first, second = tightrope("accounts", "--ledger", path).lines
    assert head.endswith("twin of")
    assert first.startswith("*")
    assert second.endswith("thu")


@pytest.mark.parametrize(
    ("twin", "why"),
    [
        ("isolated", "the account itself is binance-usdm isolated"),
        ("us-reg-t", "us-reg-t is in USD and binance-usdm in USDT"),
        ("smart", "smart"),
        ("binance-usdm:often", '"binance-usdm:often" is not MODE, VENUE or VENUE:MODE'),
        ("nowhere", 'no rule book is called "nowhere"'),
    ],
)
def test_a_twin_that_cannot_be_is_refused_and_leaves_nothing(
    tmp_path: Path, twin: str, why: str
) -> None:
    path = tmp_path / "l.db"
    ended = tightrope(*THURSDAY, "--twin", twin, "--ledger", path)
    assert ended.status == 2
    assert "--twin: " in ended.err
    assert why in ended.err
    assert not path.exists()


def test_an_account_without_one_says_how_one_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    assert tightrope("twin", "--ledger", path).status == 2
    tightrope(*THURSDAY, "--ledger", path)
    ended = tightrope("twin", "--ledger", path)
    assert ended.status == 2
    assert "thu has no twin; `tightrope new" in ended.err
