"""What a reader is handed is refused or taken, at a bounded cost; and the fuzzer would notice.

`python -m tests.fuzz --target rehearsal --runs 10000` is the long proof, and so for each target.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="memory is measured where the system tells it")

from tests.fuzz.mutate import BINARY
from tests.fuzz.run import Hunt, hunt
from tests.fuzz.targets import TARGETS, Target

SHORT = {"rehearsal": 120, "rulebook": 150, "tape": 250, "ledger": 40}
"""Runs: some seconds each."""


def hunted(target: Target, runs: int, seed: int = 1) -> Hunt:
    *_, found = hunt(target, runs, seed)
    return found


@pytest.mark.parametrize("name", TARGETS)
def test_no_file_of_a_stranger_ends_in_anything_but_a_refusal(name: str, tmp_path: Path) -> None:
    found = hunted(TARGETS[name](tmp_path), SHORT[name])
    assert list(found.findings.values()) == []
    assert found.runs == SHORT[name]
    assert found.read > 0
    assert len(found.corpus) > len(found.taken) > 0


def test_the_same_seed_reads_the_same_inputs(tmp_path: Path) -> None:
    target = TARGETS["rulebook"](tmp_path)
    first, second = hunted(target, 40, seed=5), hunted(target, 40, seed=5)
    assert first.corpus == second.corpus
    assert first.corpus != hunted(target, 40, seed=6).corpus


def behind_four_doors(data: bytes) -> None:
    """A planted fault that chance alone finds in one of four thousand million files."""
    if not data.startswith(b"Z"):
        return
    if not data.startswith(b"Zq"):
        return
    if not data.startswith(b"Zq7"):
        return
    if not data.startswith(b"Zq7#"):
        return
    raise KeyError("planted")


def without_an_end(data: bytes) -> None:
    """A planted loop that goes on where a number is negative."""
    left = 3
    while left and b"-" in data:
        left = 3


def without_a_bound(data: bytes) -> None:
    """A planted fault of a reader that believes a number."""
    if b"9" in data:
        assert b"x" * 300_000_000


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        (behind_four_doors, "KeyError in test_fuzz.py"),
        (without_an_end, "endless"),
        (without_a_bound, "memory"),
    ],
)
def test_a_planted_fault_is_found(planted: Callable[[bytes], object], told: str) -> None:
    target = Target(planted, [b"abcd", b"efgh"], BINARY, largest=8, lines=10_000)
    for found in hunt(target, 100_000, seed=1):
        if any(where.startswith(told) for where in found.findings):
            return
    raise AssertionError(f"{told}: not found in {found.runs} inputs")
