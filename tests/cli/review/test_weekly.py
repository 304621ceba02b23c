"""`review`: a week in five parts. Ten shares at 100 with a stop at 90, so that R is 100."""

from pathlib import Path

import pytest

from tests.cli.driving import exact, tightrope
from tests.cli.records.test_accounts import begun, run
from tests.cli.review.orders import BOUGHT, MOVED


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The week of Monday 1 January 2024. Bought on the 2nd; the stop at 90 would have sold at 88
    on the 4th, for -1.2 R; it was moved to 80 on the 3rd, and sold at 79 on the 5th, for -2.1 R.
    On Monday the 8th two are sold short without a stop."""
    acts = [
        (0, 'deposit = "10000"'),
        (0, BOUGHT),
        (1, MOVED),
        (6, 'sell = { symbol = "XYZ", quantity = "2", leverage = 1 }'),
    ]
    prices = ["100", "95", "88", "79", "79", "79", "79", "79"]
    return run(tmp_path_factory.mktemp("weekly"), prices, acts)


def test_a_week_is_told_in_five_parts(ledger: Path) -> None:
    assert tightrope("review", "--week=2024-01-03", "--ledger", ledger).lines[:20] == [
        "t, week of Mon 1 Jan 2024",
        "",
        "1 Plan kept",
        "The plan was kept on 0 of 1 day of trading.",
        "  Tue 2 Jan 2024  there was no plan",
        "",
        "2 Results in R",
        "1 trade made -2.10 R, -2.10 R a trade.",
        "1 of them lost more than 1.20 R: trade 1.",
        "  -2.25 to -1.75 R     1  !",
        "! lost more than 1.20 R",
        "",
        "3 What managing brought",
        "Moving your stops cost 0.90 R in 1 of 1 trade (widened stops -0.90 R).",
        "Managing them cost 0.90 R: 1 trade made -2.10 R, and left alone would have made -1.20 R.",
        "By cause, in R: widened stops -0.90.",
        "  widened stops       -0.90 R  trade 1",
        "",
        "4 Findings",
        "Stop widened or removed: 1, -0.90 R",
    ]


def test_a_review_has_what_was_closed_in_its_week_and_what_is_open_since(ledger: Path) -> None:
    def told(*options: str) -> dict[str, object]:
        week = exact(tightrope("review", *options, "--json", "--ledger", ledger).out)
        findings = [each["id"] for each in week["findings"]]
        return {"trades": week["r"]["trades"], "findings": findings, "first": week["first_day"]}

    early = ["stop-widened-1", "past-stop-1"]
    assert told("--week=2024-01-07") == {
        "trades": [1], "findings": early, "first": "2024-01-02"
    }  # fmt: skip
    assert told() == {"trades": [], "findings": ["no-stop-2"], "first": "2024-01-08"}
    month = told("--month=2024-01-31")
    assert (month["trades"], month["findings"]) == ([1], [*early, "no-stop-2"])
    assert told("--week=2023-06-01")["trades"] == []


@pytest.fixture
def ruled(tmp_path: Path) -> Path:
    """An account of one's own that has traded nothing yet."""
    return begun(tmp_path, "t")


def test_a_second_rule_replaces_the_first(ruled: Path) -> None:
    def rule(text: str) -> list[str]:
        return tightrope("review", f"--rule={text}", "--ledger", ruled).lines

    assert rule("most_trades=2") == ["Rule v1: At most 2 trades a day."]
    assert rule("no_widening") == ["Rule v2: No stop widened or taken off."]
    assert tightrope("review", "--ledger", ruled).lines[-1] == (
        "Rule v2: No stop widened or taken off. No trade was opened under it."
    )
    assert rule("Walk away after two losses.")[:2] == [
        "Rule v3: Walk away after two losses.",
        "Not testable: the review will ask you to judge it yourself. To have it tested, name",
    ]
    told = exact(tightrope("review", "--json", "--ledger", ruled).out)
    assert [(x["version"], x["test"], x["in_force"]) for x in told["rules"]] == [(3, None, True)]
    last = tightrope("ledger", "--limit", "1", "--ledger", ruled).lines[0]
    assert "Rule v3: Walk away after two losses." in last
    assert tightrope("doctor", "--deep", "--ledger", ruled).status == 0


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "the rule is empty"),
        ("no_widenin", "no_widenin is not a condition; allowed: always_a_stop, no_widening,"),
        ("no_widening=2", "no_widening has no limit; leave =2 out"),
        ("most_trades=0", "the limit of most_trades must be above 0 and at most 1000"),
        ("most_trades=1.5", "most_trades=1.5: not a whole number"),
        ("word " * 50, "a rule has at most 200 characters"),
        ("wait\x1b[2J a day", "U+001B cannot be shown; leave that character out of the rule"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(ruled: Path, typed: str, why: str) -> None:
    refused = tightrope("review", f"--rule={typed}", "--ledger", ruled)
    assert (refused.status, refused.out) == (2, "")
    assert why in refused.err
