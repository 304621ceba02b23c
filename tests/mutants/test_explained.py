"""The reasons for mutants that no test kills are of code that is there."""

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROWS = tomllib.loads((HERE / "explained.toml").read_text("utf-8"))["mutant"]


def test_what_is_explained_is_a_line_of_the_ledger() -> None:
    sources = (HERE.parents[1] / "ledger").rglob("*.py")
    lines = " ".join(line.strip() for path in sources for line in path.read_text().splitlines())
    assert not [row["where"] for row in ROWS if row["was"] not in lines]


def test_each_reason_is_of_a_change_and_is_given_once() -> None:
    named = [(row["where"], row["operator"], row["was"], row["becomes"]) for row in ROWS]
    assert len(set(named)) == len(named)
    assert all(row["was"] != row["becomes"] and row["why"].endswith(".") for row in ROWS)
