"""`discipline`: findings and the trades they compared. Ten shares at 100 with a stop at 90."""

import json
from pathlib import Path

import pytest

from ledger.practice.review.discipline import read_discipline
from ledger.practice.review.finding_words import discipline_lines, earlier
from ledger.reports.discipline.findings import VERSIONS, Detector
from tests.cli.driving import tightrope


def test_each_finding_is_a_sentence_about_its_trades(ledger: Path) -> None:
    lines = tightrope("discipline", "--ledger", ledger).lines
    assert lines[:8] == [
        "Opened without a stop: 1",
        "  no-stop-2  Trade 2 (XYZ) was opened without a stop.",
        "",
        "Stop widened or removed: 1, -0.90 R",
        "  stop-widened-1  Giving trade 1 (XYZ) more room than its first stop cost 0.90 R.",
        "",
        "Lost more than planned: 1, -0.90 R",
        "  past-stop-1  Trade 1 (XYZ) lost 2.10 R, 0.90 R beyond the 1.20 R of a stop that holds.",
    ]
    assert lines[9].startswith("Moving your stops cost 0.90 R in 1 of 1 trade")


def test_a_span_of_days_has_what_was_done_within_it(ledger: Path) -> None:
    """The stop was moved on 3 January, and the trade closed on the 5th."""
    told = json.loads(tightrope("discipline", "--to=2024-01-05", "--json", "--ledger", ledger).out)
    assert [each["id"] for each in told["findings"]] == ["stop-widened-1", "past-stop-1"]
    assert [each["version"] for each in told["findings"]] == [1, 1]
    late = json.loads(
        tightrope("discipline", "--from=2024-01-06", "--json", "--ledger", ledger).out
    )
    assert [each["id"] for each in late["findings"]] == ["no-stop-2"]
    assert late["managed"]["trades"] == 0


def test_a_span_is_the_same_to_discipline_and_to_the_review(ledger: Path) -> None:
    week = json.loads(tightrope("review", "--week=2024-01-03", "--json", "--ledger", ledger).out)
    span = ("--from=2024-01-01", "--to=2024-01-07")
    told = json.loads(tightrope("discipline", *span, "--json", "--ledger", ledger).out)
    assert [x["id"] for x in told["findings"]] == [x["id"] for x in week["findings"]]


def test_a_contested_finding_stays_on_record_and_counts_no_more(
    ledger: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert tightrope("backup", copy, "--ledger", ledger).status == 0
    said = tightrope("discipline", "--contest", "no-stop-2", "--ledger", copy)
    assert said.lines == [
        "no-stop-2 is contested, and counts no more: Trade 2 (XYZ) was opened without a stop."
    ]
    lines = tightrope("discipline", "--ledger", copy).lines
    assert "Opened without a stop: 1" not in lines
    assert "Contested by you, and not counted: no-stop-2" in lines
    told = json.loads(tightrope("discipline", "--json", "--ledger", copy).out)
    assert {each["id"]: each["review"] for each in told["findings"]} == {
        "stop-widened-1": None,
        "past-stop-1": None,
        "no-stop-2": "not_one",
    }
    last = tightrope("ledger", "--limit", "1", "--ledger", copy).lines[0]
    assert "Contested: trade 2 (XYZ) was opened without a stop." in last
    assert tightrope("doctor", "--deep", "--ledger", copy).status == 0
    assert tightrope("discipline", "--accept", "no-stop-2", "--ledger", copy).status == 0
    assert "Opened without a stop: 1" in tightrope("discipline", "--ledger", copy).lines


def test_only_a_finding_can_be_contested(ledger: Path) -> None:
    refused = tightrope("discipline", "--contest", "no-stop-9", "--ledger", ledger)
    assert (refused.status, refused.out) == (2, "")
    assert "no-stop-9 is not a finding of t; the last are stop-widened-1," in refused.err


def test_what_was_said_of_an_earlier_rule_stays_as_it_was_told(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    assert tightrope("backup", copy, "--ledger", ledger).status == 0
    assert tightrope("discipline", "--contest", "no-stop-2", "--ledger", copy).status == 0
    monkeypatch.setitem(VERSIONS, Detector.NO_STOP, 2)
    seen = read_discipline(copy, None)
    again = next(each for each in seen.findings if each.id == "no-stop-2")
    assert (again.version, seen.contested(again)) == (2, False)
    assert [(x.finding, x.version, x.said) for x in earlier(seen)] == [
        ("no-stop-2", 1, "Trade 2 (XYZ) was opened without a stop.")
    ]
    assert discipline_lines(seen)[-1] == (
        "  no-stop-2  Trade 2 (XYZ) was opened without a stop. (contested)"
    )


def test_a_span_that_ends_before_it_begins_is_refused(ledger: Path) -> None:
    refused = tightrope("discipline", "--from=2024-02-01", "--to=2024-01-01", "--ledger", ledger)
    assert (refused.status, refused.out) == (2, "")
