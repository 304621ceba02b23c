"""`tax`: a month with a forced sale, read as a return."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driving import Ended, tightrope

HEAD = """
title = "Month"
venue = "us-reg-t@2026-11"
start = 2024-01-01T00:00:00Z
[rules]
loan_rate = "0.08"
day_count = "360"
maintenance_margin = "0.30"
exchange_margin = "0.25"
trade_fee = "0"
forced_sale_slippage = "0"
[[tape]]
symbol = "ACME"
source = "tape.csv"
[[do]]
at = 2024-01-01T00:00:00Z
deposit = "10000"
[[do]]
at = 2024-01-01T00:00:00Z
buy = { symbol = "ACME", quantity = "200", leverage = 2 }
"""
PRICES = (100, 98, 94, 91, 89, 85, 82, 75, 70, 70, 62, 62, 62, 60, 60)
"""The first call's fall, from 1 January 2024, then a day at 60."""


def played(folder: Path, *acts: str) -> Path:
    """A ledger with 200 ACME bought for 20,000 and 73 sold by the broker for 4,526.00."""
    rows = [
        f"2024-01-{day:02}T00:00:00Z,{price},{price},{price},{price},9"
        for day, price in enumerate(PRICES, 1)
    ]
    (folder / "tape.csv").write_text("\n".join(["time,open,high,low,close,volume", *rows, ""]))
    (folder / "month.toml").write_text(HEAD + "".join(acts))
    ledger = folder / "l.db"
    assert tightrope("rehearse", folder / "month.toml", "--ledger", ledger).status == 0
    return ledger


def act(day: int, words: str) -> str:
    return f"[[do]]\nat = 2024-01-{day:02}T00:00:00Z\n{words}\n"


BUYS_BACK = (
    act(14, 'deposit = "5000"'),
    act(14, 'buy = { symbol = "ACME", quantity = "20", leverage = 2 }'),
)


def told(ended: Ended) -> dict[str, Any]:
    assert ended.status == 0, ended.err
    made: dict[str, Any] = json.loads(ended.out)
    return made


def test_the_month_of_the_forced_sale(tmp_path: Path) -> None:
    """73 cost 7,300 and brought 4,526; 20 bought back at 60: 2,774 x 20 / 73 = 760 wait."""
    ledger = played(tmp_path, *BUYS_BACK)
    made = told(tightrope("tax", "2024", "--class", "ACME=security", "--json", "--ledger", ledger))
    [year] = made["years"]
    [row] = year["disposals"]
    shown = ("proceeds", "basis", "box", "code", "adjustment", "gain", "term", "forced")
    assert [row[key] for key in shown] == [
        *("4526.00", "7300.00", "C", "W", "760.00", "-2014.00", "short", True)
    ]
    assert [(lot["quantity"], lot["cost"]) for lot in made["held"]] == [
        ("127", "12700.00"),
        ("20", "1960.00"),
    ]
    # 22.22 for 10 days on 10,000.00, out of the sale; 3.67 for 3 days on 5,496.22, of the deposit
    assert year["form_4952"]["paid"] == "25.89"
    assert year["form_4952"]["allowed"] == "0"
    assert year["form_4952"]["carried"] == "25.89"


def test_the_page_says_what_the_forms_hold_and_why(tmp_path: Path) -> None:
    ledger = played(tmp_path, *BUYS_BACK)
    said = ("tax", "2024", "--explain", "--class", "ACME=security", "--ledger", ledger)
    text = tightrope(*said).out
    for line in (
        "This is education on paper money, not advice.",
        "Form 8949, box C, short-term",
        "4,526.00  7,300.00  W         760.00  -2,014.00  forced",
        "of the loss 760.00 waits (code W), and -2,014.00 counts",
        "What forced sales did",
    ):
        assert line in text


def test_a_tape_of_coins_makes_them_digital_assets_whose_losses_do_not_wait(tmp_path: Path) -> None:
    """A tape with a price on every day of the week is a market that never closes."""
    ledger = played(tmp_path, *BUYS_BACK)
    made = told(tightrope("tax", "2024", "--json", "--ledger", ledger))
    assert made["classes"] == {"ACME": "digital"}
    assert made["years"][0]["disposals"][0]["adjustment"] == "0"


def test_other_rules_read_the_same_account(tmp_path: Path) -> None:
    ledger = played(tmp_path, *BUYS_BACK)
    ways = {}
    for rules, year in (("uk", "2023"), ("ca", "2024"), ("de", "2024")):
        made = told(tightrope("tax", year, "--rules", rules, "--json", "--ledger", ledger))
        ways[rules] = [(row["gain"], row["matched"]) for row in made["years"][0]["disposals"]]
    assert ways == {
        "uk": [("40.00", "next_days"), ("-2014.00", "pool")],  # 20 x 62 - 1,200; 53 x (62 - 100)
        "ca": [("0.00", "pool")],  # bought within 30 days: 220; kept: 147; all 73 are denied
        "de": [("-2774.00", "lot")],
    }


def test_a_lot_is_picked_by_the_numbers_of_its_events(tmp_path: Path) -> None:
    ledger = played(tmp_path, *BUYS_BACK, act(15, 'close = { symbol = "ACME", quantity = "10" }'))
    asked = ("tax", "2024", "--json", "--ledger", ledger)
    held = told(tightrope(*asked))["held"]
    sale, lot = told(tightrope(*asked))["years"][0]["disposals"][-1]["event"], held[1]["lot"]
    pick = ("tax", "--ledger", ledger, "--pick")
    assert tightrope(*pick, f"{sale}={lot}:10").status == 0

    def basis(*method: str) -> object:
        return told(tightrope(*asked, *method))["years"][0]["disposals"][-1]["basis"]

    assert basis("--method", "specific") == "600.00"  # of 20 at 60
    assert basis() == "1000.00"  # first in, first out
    for wrong, why in (
        (f"{sale}={lot}:11", "more was picked"),
        (f"{sale}={lot}:21", "no 21 left"),
        (f"{sale}=2:1", "lot 2 is not there"),
        ("2=5:1", "event 2 sold nothing"),
        (f"{sale}={lot}", "not a lot and a quantity"),
    ):
        refused = tightrope(*pick, wrong)
        assert (refused.status, why in refused.err) == (2, True), refused.err
    assert tightrope(*pick, f"{sale}=none").status == 0
    assert basis("--method", "specific") == "1000.00"
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["24"], "not a year"),
        (["2024", "--rules", "usa"], "nearest: us"),
        (["2024", "--rules", "uk", "--method", "lifo"], "uk has no method lifo"),
        (["--pick", "27"], "is not a pick; write it as 27=6:10"),
        (["2024", "--class", "NONE=security"], "it trades ACME"),
        (["2024", "--class", "ACME=share"], "write it as ACME=security"),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], fault: str, tmp_path: Path) -> None:
    ended = tightrope("tax", *arguments, "--ledger", played(tmp_path))
    assert (ended.status, fault in ended.err) == (2, True), ended.err


def test_form_8949_is_a_table_in_a_file(tmp_path: Path) -> None:
    ledger, file = played(tmp_path, *BUYS_BACK), tmp_path / "form.csv"
    assert tightrope("export", "8949", file, "--ledger", ledger).status == 0
    heads, row = file.read_text().splitlines()
    assert heads.startswith("year,box,(a) description,(b) acquired,(c) sold,(d) proceeds")
    shown = "73 ACME,2024-01-01,2024-01-11,4526.00,7300.00,,,-2774.00"  # coins: no loss waits
    assert row.startswith(f"2024,C,{shown},")
    assert row.endswith(",yes")
    for again, why in (
        (("export", "8949", file), "never overwrites"),
        (("export", "8949", tmp_path / "b.csv", "--year", "2023"), "nothing was sold in the tax"),
        (("export", "csv", tmp_path / "c", "--year", "2024"), "it is for 8949"),
    ):
        ended = tightrope(*again, "--ledger", ledger)
        assert (ended.status, why in ended.err) == (2, True), ended.err
    assert not (tmp_path / "b.csv").exists()
