"""`rehearse`: the golden journeys to the cent, the same every time, and the same in the ledger."""

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driving import (
    FIRST_CALL,
    JOURNEY,
    REHEARSALS,
    contents,
    exact,
    figure,
    of,
    rehearsed,
    rows,
    tightrope,
)

EXPECTED = json.loads((JOURNEY / "expected.json").read_text("utf-8"))
ALL = sorted(path.name for path in REHEARSALS.glob("*.toml"))
TIMES = ("time", "due", "from", "to", "issued")


def interest_before(events: list[dict[str, Any]], event: dict[str, Any]) -> Decimal:
    accrued = [e for e in of(events, "interest_accrued") if e["seq"] < event["seq"]]
    return sum((figure(e["amount"]) for e in accrued), Decimal(0))


def test_the_first_call_is_raised_with_its_figures() -> None:
    events, _ = rehearsed(FIRST_CALL)
    told = EXPECTED["call"]
    call = of(events, "margin_call_issued")[0]
    assert of(events, "loan_drawn")[0]["amount"] == EXPECTED["drawn"]
    assert call["time"] == told["time"]
    assert call["level"] == told["level"]
    assert call["prices"] == {"ACME": told["price"]}
    assert interest_before(events, call) == figure(told["interest_accrued_so_far"])
    assert call["health"] == told["equity_ratio"]
    assert call["shortfall"] == told["shortfall"]
    assert call["sale_to_cure"] == told["sale_to_cure"]
    assert call["would_sell"] == {"ACME": str(told["shares_to_sell"])}
    assert call["due"] == told["due"]


def test_a_stop_moved_away_is_told_in_r() -> None:
    events, _ = rehearsed(FIRST_CALL)
    (moved,) = [e for e in of(events, "order_amended") if e["what"] == "price"]
    assert (moved["was"], moved["now"]) == ("92", "80")
    assert figure(moved["widened_r"]) == figure(EXPECTED["stop_widened_r"]["moved_92_to_80"])


def test_the_exchange_level_withdraws_the_time_and_the_broker_sells() -> None:
    events, _ = rehearsed(FIRST_CALL)
    told, sold = EXPECTED["breach_of_the_exchange_level"], EXPECTED["forced_sale"]
    breach = of(events, "margin_call_issued")[1]
    assert (breach["time"], breach["level"]) == (told["time"], "exchange")
    assert interest_before(events, breach) == figure(told["interest_accrued_so_far"])
    assert breach["shortfall"] == told["shortfall_to_the_house_rate"]
    assert breach["due"] == told["due"]
    (sale,) = of(events, "force_sold")
    assert (sale["quantity"], sale["price"]) == (sold["quantity"], sold["price"])
    assert sale["value"] == sold["proceeds"]
    assert sale["realized_pnl"] == sold["realized_pnl"]
    (repaid,) = of(events, "loan_repaid")
    assert repaid["interest_part"] == sold["interest_part"]
    assert repaid["principal_part"] == sold["principal_part"]
    assert repaid["principal"] == sold["principal_after"]


def test_the_first_journey_ends_to_the_cent() -> None:
    _, statement = rehearsed(FIRST_CALL)
    told = EXPECTED["end"]
    assert statement["time"] == told["time"]
    assert [held["quantity"] for held in statement["positions"]] == [told["quantity"]]
    assert statement["market_value"] == told["market_value"]
    assert statement["loan"] == told["principal"]
    assert statement["accrued_interest"] == told["accrued_interest"]
    assert statement["equity"] == told["equity"]
    assert len(statement["open_calls"]) == told["open_calls"]


def test_slippage_makes_the_broker_sell_one_share_more(tmp_path: Path) -> None:
    told = EXPECTED["forced_sale_with_slippage_0.005"]
    text = FIRST_CALL.read_text("utf-8")
    slipped = text.replace('forced_sale_slippage = "0"', 'forced_sale_slippage = "0.005"')
    assert slipped != text
    (tmp_path / "slipped.toml").write_text(slipped, "utf-8")
    (tmp_path / "acme.csv").write_bytes((JOURNEY / "acme.csv").read_bytes())
    (sale,) = of(rehearsed(tmp_path / "slipped.toml")[0], "force_sold")
    assert (sale["quantity"], sale["price"]) == (told["quantity"], told["price"])


def test_rules_that_change_on_the_way_are_in_the_record_and_in_the_ledger(tmp_path: Path) -> None:
    path = tmp_path / "changed.toml"
    change = 'change_rules = { loan_rate = "0.16", cause = "the lender raises its rate" }'
    text = FIRST_CALL.read_text("utf-8")
    path.write_text(f"{text}\n\n[[do]]\nat = 2024-01-04T00:00:00Z\n{change}\n", "utf-8")
    (tmp_path / "acme.csv").write_bytes((JOURNEY / "acme.csv").read_bytes())
    events, statement = rehearsed(path)
    (changed,) = of(events, "rules_changed")
    assert changed["time"] == "2024-01-04T00:00:00Z"
    assert changed["rules"] == {"loan_rate": "0.16"}
    assert changed["was"] == {"loan_rate": "0.08"}
    assert changed["cause"] == "the lender raises its rate"
    accrued = [e for e in of(events, "interest_accrued") if e["time"] <= "2024-01-05T00:00:00Z"]
    assert [e["rate"] for e in accrued] == ["0.08"] * 3 + ["0.16"]
    # three days of 10,000 at 8 % and one at 16 %, over 360: 6.6667 + 4.4444
    assert sum(figure(e["amount"]) for e in accrued) == Decimal("11.11")

    ledger = tmp_path / "ledger.db"
    kept = tightrope("rehearse", path, "--ledger", ledger, "--json")
    assert json.loads(kept.lines[-1])["state_hash"] == statement["state_hash"]
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0


@pytest.mark.parametrize(
    ("name", "backing", "minute"),
    [
        ("black-thursday-isolated.toml", Fraction("1000.076"), "2020-03-12T10:38:00Z"),
        ("black-thursday-cross.toml", Fraction(3000), "2020-03-12T23:24:00Z"),
    ],
)
def test_a_long_is_liquidated_where_its_equity_meets_maintenance(
    name: str, backing: Fraction, minute: str
) -> None:
    """backing + q (P - E) = q P m, so P = (q E - backing) / (q (1 - m)), rounded up for a long.

    The isolated position stands on its margin 7,353.5 x 1.36 / 10, the cross one on 3,000.
    """
    events, statement = rehearsed(REHEARSALS / name)
    entry, quantity, rate = Fraction("7353.5"), Fraction("1.36"), Fraction("0.005")
    price = (quantity * entry - backing) / (quantity * (1 - rate))
    (gone,) = of(events, "liquidated")
    assert gone["time"] == minute
    assert 0 <= Fraction(gone["threshold_price"]) - price < Fraction(1, 10**8)
    assert figure(gone["price"]) == int(price * 2) / Decimal(2), "the first tick of 0.5 beyond it"
    assert statement["positions"] == []


def test_a_stop_nearer_than_the_liquidation_saves_the_margin() -> None:
    saved, statement = rehearsed(REHEARSALS / "black-thursday-stopped.toml")
    _, lost = rehearsed(REHEARSALS / "black-thursday-isolated.toml")
    assert of(saved, "liquidated") == []
    assert len(of(saved, "stopped_out")) == 1
    assert figure(statement["equity"]) > figure(lost["equity"])


@pytest.mark.parametrize("name", ALL)
def test_equity_is_what_it_is_made_of(name: str) -> None:
    _, s = rehearsed(REHEARSALS / name)
    loan_account = s["currency"] == "USD"
    if loan_account:
        parts = figure(s["cash"]) + figure(s["market_value"])
        owed = figure(s["loan"]) + figure(s["accrued_interest"])
        assert figure(s["equity"]) == parts - owed
    else:
        assert figure(s["equity"]) == figure(s["cash"]) + figure(s["unrealized_pnl"])


@pytest.mark.parametrize("name", ALL)
def test_each_line_is_one_exact_object_with_times_in_utc(name: str) -> None:
    ended = tightrope("rehearse", REHEARSALS / name, "--json")
    *events, statement = map(exact, ended.lines)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert statement["type"] == "statement"
    assert {event["account"] for event in events} == {Path(name).stem}
    for row in [*events, statement, *statement["open_calls"]]:
        for key in TIMES:
            if row.get(key) is not None:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[key])


@pytest.mark.parametrize("name", ALL)
def test_running_twice_gives_the_same_bytes_with_a_ledger_and_without(
    name: str, tmp_path: Path
) -> None:
    once = tightrope("rehearse", REHEARSALS / name, "--json").out
    assert tightrope("rehearse", REHEARSALS / name, "--json").out == once
    kept = tightrope("rehearse", REHEARSALS / name, "--json", "--ledger", tmp_path / "l.db").out
    assert kept == once
    assert re.fullmatch("[0-9a-f]{64}", exact(once.splitlines()[-1])["state_hash"])


@pytest.mark.parametrize("name", ALL)
def test_the_ledger_holds_the_lines_that_were_printed(name: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    *events, statement = tightrope(
        "rehearse", REHEARSALS / name, "--json", "--ledger", ledger
    ).lines
    assert [body for (body,) in rows(ledger, "SELECT body FROM events ORDER BY seq")] == events
    ((place,),) = rows(ledger, "SELECT body FROM places")
    told = exact(statement)
    del told["state_hash"]  # the one figure that is too dear for every commit
    assert exact(place)["statement"] == told


def test_without_a_ledger_nothing_is_left_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGHTROPE_LEDGER", str(tmp_path / "of-the-desk.db"))
    assert tightrope("rehearse", FIRST_CALL).status == 0
    assert contents(tmp_path) == {}


def test_an_account_is_called_after_its_file_or_as_asked(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    for arguments in ([], [], ["--account", "second-try"]):
        assert tightrope("rehearse", FIRST_CALL, "--ledger", ledger, *arguments).status == 0
    names = rows(ledger, "SELECT name FROM branches ORDER BY id")
    assert names == [("first-call",), ("first-call-2",), ("second-try",)]


def test_the_readable_run_tells_the_same_story() -> None:
    lines = tightrope("rehearse", FIRST_CALL).lines
    assert (
        "Wed 10 Jan 2024 00:00 CALL   Margin call (house): health 28.43% below 30.00%: "
        "pay 220.00 or sell 733.34 (11 ACME) by Fri 12 Jan 2024 00:00" in lines
    )
    assert "Equity              2,375.34 USD" in lines
    assert len(lines) > len(rehearsed(FIRST_CALL)[0])


def test_what_a_scenario_lets_happen_by_itself_happens_once() -> None:
    events, statement = rehearsed(REHEARSALS.parent / "scenarios" / "2020-black-thursday.toml")
    (deposit,) = of(events, "deposited")
    (outage,) = of(events, "incident_started")
    assert outage["kind"] == "outage"
    assert figure(statement["equity"]) == figure(deposit["amount"]) == Decimal(3000)
