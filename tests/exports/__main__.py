"""Every account's books in every program: `python -m tests.exports [--accounts 300] [--digits 20]`.

All rehearsals, all scenarios (nobody trades) and random accounts are exported for beancount,
hledger and ledger. Each balance of each account at the end of each month, as the program gives it,
is held against the ledger's own legs. Then, in each file, that many digits are changed, one at a
time: the program must refuse each. Ends with 1 where something differs.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from ledger.practice.exports.export import BOOKS
from tests.cli.driving import REHEARSALS, tightrope
from tests.exports.compare import amounts, changed, differences, is_caught
from tests.exports.ours import ours
from tests.exports.programs import is_there
from tests.places import ROOT
from tests.practice.recorded import told

_SLOWEST = 10
"""Seconds between two lines of progress."""


def main() -> int:
    """Compare them all, and print what differs and how many figures were compared."""
    parser = argparse.ArgumentParser(prog="python -m tests.exports", description=__doc__)
    parser.add_argument("--accounts", type=int, default=300, help="random ones (300)")
    parser.add_argument("--seed", type=int, default=0, help="of the first (0)")
    parser.add_argument("--digits", type=int, default=20, help="changed in each file (20)")
    wanted = parser.parse_args()
    missing = [form for form in BOOKS if not is_there(form)]
    if missing:
        _say(f"not installed, so only our own reader compares: {', '.join(missing)}")
    count: Counter[str] = Counter()
    told_at = time.monotonic()
    for name, ledger in _ledgers(wanted.accounts, wanted.seed):
        _compare(name, ledger, wanted.digits, count)
        if time.monotonic() - told_at > _SLOWEST:
            told_at = time.monotonic()
            _say(_summary(count))
    _say(_summary(count))
    return 1 if count["differences"] or count["not caught"] else 0


def _ledgers(accounts: int, seed: int) -> Iterator[tuple[str, Path]]:
    """Each account alone in a ledger."""
    for file in sorted(REHEARSALS.glob("*.toml")):
        with _played("rehearse", file) as ledger:
            yield file.stem, ledger
    for file in sorted((ROOT / "assets" / "scenarios").glob("*.toml")):
        with _played("play", file.stem, "--headless") as ledger:
            yield file.stem, ledger
    for number in range(seed, seed + accounts):
        with told(number) as one:
            yield f"random account {number}", one.trunk.ledger.path


@contextmanager
def _played(*command: object) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.db"
        ended = tightrope(*command, "--ledger", ledger)
        assert ended.status == 0, ended.err
        yield ledger


def _compare(name: str, ledger: Path, digits: int, count: Counter[str]) -> None:
    chance = Random(name)
    with TemporaryDirectory() as made:
        folder = Path(made)
        found = list(differences(ledger, None, folder))
        count["accounts"] += 1
        count["balances"] += sum(map(len, ours(ledger).values()))
        count["differences"] += len(found)
        for line in found[:5]:
            _say(f"{name}: {line}")
        for form in BOOKS:
            text = (folder / f"books.{form}").read_text("utf-8")
            places = amounts(text)
            for at in chance.sample(places, min(digits, len(places))):
                count["digits"] += 1
                if not is_caught(changed(text, at, chance), form, folder):
                    count["not caught"] += 1
                    _say(f"{name}, {form}: a digit changed at {at} is not caught")


def _summary(count: Counter[str]) -> str:
    return (
        f"{count['accounts']} accounts, {count['balances']} balances at ends of months in "
        f"{len(BOOKS)} forms, {count['differences']} differ; "
        f"{count['digits']} digits changed, {count['not caught']} not caught"
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
