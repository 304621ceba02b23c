"""Where the rules stand, and what tests them: this much is known without the mutation tool."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ROOMS = {
    "money": ["ledger/money.py"],
    "account": ["ledger/account/**/*.py"],
    "engine": ["ledger/engine/**/*.py"],
    "rules": ["ledger/market/rules/*.py", "ledger/market/rule_files/*.py"],
}
"""Where the rules stand: what `--only` takes, and the files it means."""

SUITES = [
    "tests/account",
    "tests/engine",
    "tests/market",
    "tests/books",
    "tests/practice",
    "tests/reports",
    "tests/laws",
    "tests/ground",
    "tests/test_worked_examples.py",
    "tests/test_worked_examples_venues.py",
]
"""The tests of the rules. Left out are those of style, of the screens, and what starts a program of
its own, which would not have the fault."""
