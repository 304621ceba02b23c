"""`[plan]` and `[[goal]]` of a rehearsal file, and the shipped plans."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.account import commands as c
from ledger.account.event_terms import Answer
from ledger.account.events.kinds import SessionPlanned
from ledger.practice.library.session_plans import find_preset, presets, typed_plan
from ledger.practice.rehearsals.rehearsal import read_rehearsal
from ledger.practice.sessions.open_session import begin
from ledger.refused import Refused
from ledger.reports.grade.goals import KEYS, NEEDED, GoalKind

D = Decimal
HEAD = """
venue = "us-reg-t"
start = 2020-02-24T00:00:00Z
end = 2020-03-10T00:00:00Z

[[tape]]
symbol = "SPY"
source = "spy-us-1d-1998-2021"

[scenario]
kind = "drill"
goal = "g"
briefing = "b"
debrief = "d"
"""


def read(more: str) -> list[str]:
    """What is wrong with a file; nothing if it is read."""
    try:
        read_rehearsal(HEAD + more, Path("own.toml"))
    except Refused as refused:
        return list(refused.faults)
    return []


def test_a_rehearsal_begins_with_the_plan_of_its_file() -> None:
    rehearsal = read_rehearsal(HEAD + '[plan]\nloss_per_trade = "0.02"\n', Path("own.toml"))
    session = begin(rehearsal, None, "own")
    planned = session.began[1]
    assert isinstance(planned, SessionPlanned)
    assert (planned.loss_per_trade, planned.own) == (D("0.02"), True)
    assert session.account.plan is not None
    told = session.send(c.PlanSession(max_trades=1))
    assert "the scenario has its own plan" in getattr(told[0], "reason", "")


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('[[goal]]\nkind = "in_market"\n', '"in_market" needs from'),
        ('[[goal]]\nkind = "flat"\namount = "5"\n', 'amount does not go with "flat"'),
        ('[[goal]]\nkind = "rich"\n', '"rich" is not known'),
        ('[[goal]]\nkind = "trades_at_least"\nsymbol = "QQQ"\n', 'symbol "QQQ" has no tape'),
        ("[plan]\n", "sets no limit"),
        ('[plan]\nloss_per_trade = "2"\n', "loss_per_trade"),
        ('[plan]\nloss = "2"\n', "loss"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(more: str, fault: str) -> None:
    found = read(more)
    assert all(said.startswith("own.toml:1") for said in found)
    assert any(fault in said for said in found)


def test_every_kind_of_goal_is_read_with_the_keys_it_needs() -> None:
    values = {
        "from": "2020-02-25T00:00:00Z", "to": "2020-02-26T00:00:00Z", "amount": '"1"',
        "days": "3", "count": "2", "symbol": '"SPY"', "risk": '"1"', "quantity": '"1"',
        "leverage": '"1"', "by": '["sale"]',
    }  # fmt: skip
    for kind in GoalKind:
        for keys in (NEEDED.get(kind, ()), KEYS.get(kind, ())):
            given = "".join(f"{key} = {values[key]}\n" for key in keys)
            assert read(f'[[goal]]\nkind = "{kind}"\n{given}') == []


def test_each_shipped_plan_has_a_source_and_sets_a_loss_a_trade() -> None:
    assert {"funded", "one-percent", "two-percent"} <= {each.id for each in presets()}
    for each in presets():
        assert each.source
        assert each.terms.loss_per_trade is not None
    funded = find_preset("funded").terms
    assert (funded.daily_loss, funded.trailing_floor) == (D("0.05"), D("0.1"))


def test_limits_of_a_preset_can_be_changed_and_taken_away() -> None:
    plan = typed_plan("two-percent", {"max_trades": "none", "answer_to_call": "deposit"})
    assert plan.preset == "two-percent, changed"
    assert plan.max_trades is None
    assert plan.answer_to_call is Answer.DEPOSIT
    assert typed_plan("funded", {}).preset == "funded"
    assert typed_plan(None, {"loss_per_trade": "0.01", "of": "purse"}, D(500)).purse == D(500)


@pytest.mark.parametrize(
    ("name", "changes", "fault"),
    [
        ("fundde", {}, "nearest: funded"),
        (None, {}, "sets no limit"),
        (None, {"max_trade": "3"}, "nearest: max_trades"),
        (None, {"max_trades": "three"}, "max_trades"),
        (None, {"loss_per_trade": "0.02", "of": "purse"}, "this account has no purse"),
        (None, {"loss_per_trade": "0.02", "of": "house"}, "allowed: account, purse"),
    ],
)
def test_a_typed_plan_is_refused_with_what_would_pass(
    name: str | None, changes: dict[str, str], fault: str
) -> None:
    with pytest.raises(Refused, match=fault):
        typed_plan(name, changes)
