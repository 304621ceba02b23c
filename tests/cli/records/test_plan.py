"""`tightrope plan`: the plan of an account, and the plans to choose from."""

from pathlib import Path

from tests.cli.driving import exact, tightrope

NEW = (
    *("new", "mine", "--venue", "us-reg-t", "--tape", "SPY=spy-us-1d-1998-2021"),
    *("--start", "2020-01-02", "--deposit", "5000"),
)


def test_a_plan_is_made_and_shown(tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    assert "Plans to choose from:" in tightrope("plan", "--ledger", ledger).out
    assert tightrope(*NEW, "--ledger", ledger).status == 0
    assert tightrope("plan", "--ledger", ledger).lines[0] == "mine has no plan."
    typed = ("--preset", "two-percent", "--set", "max_trades=none", "--set", "of=purse")
    made = tightrope("plan", *typed, "--ledger", ledger)
    assert made.status == 0, made.err
    assert made.lines == [
        "mine: plan two-percent, changed, made Thu 2 Jan 2020 00:00 UTC",
        "  at most 2% of the purse (5,000.00 USD) lost on a trade",
        "  leverage up to 5x",
        "  if called: sell",
        "  at most 6% lost in a day",
    ]
    found = exact(tightrope("plan", "--json", "--ledger", ledger).out)
    assert found["account"] == "mine"
    assert found["plan"]["loss_per_trade"] == "0.02"
    assert {"funded", "one-percent"} <= {each["id"] for each in found["presets"]}


def test_an_account_can_begin_with_a_plan(tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    assert tightrope(*NEW, "--plan", "funded", "--ledger", ledger).status == 0
    found = exact(tightrope("plan", "--json", "--ledger", ledger).out)
    assert (found["plan"]["preset"], found["plan"]["own"]) == ("funded", False)
    ended = tightrope(*NEW, "--plan", "fundde", "--ledger", ledger)
    assert (ended.status, "--plan: there is no plan" in ended.err) == (2, True)


def test_a_refused_plan_records_nothing(tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    tightrope(*NEW, "--ledger", ledger)
    before = tightrope("ledger", "--ledger", ledger).out
    for typed, why in (
        (("--preset", "fundde"), "nearest: funded"),
        (("--set", "max_trades=0"), "max_trades"),
        (("--set", "loss=0.02"), "not a limit of a plan"),
    ):
        ended = tightrope("plan", *typed, "--ledger", ledger)
        assert ended.status == 2
        assert why in ended.err
    assert tightrope("ledger", "--ledger", ledger).out == before
