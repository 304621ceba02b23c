"""Which test touches which line, and how long it takes: asked of coverage, once for a tree."""

import json
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import coverage
import pytest

from tests.mutants.rooms import ROOT

LEFT_OUT = ["tests/market/csv_import", "tests/market/tapes/test_large_tapes.py"]

IMPORTED = ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
"""hypothesis is loaded before pytest, whose complaint about that says nothing of a test."""


@dataclass
class Touching:
    """Each test with its seconds of CPU, and for each file and line the tests that touch it."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[int]]] = field(default_factory=dict)

    def tests(self, path: str, lines: Iterable[int] | None = None) -> list[str]:
        """The tests that touch any of these lines, or the file at all; the quickest first."""
        names = list(self.seconds)
        touched = self.lines.get(path, {})
        found = {number for line in (lines or touched) for number in touched.get(line, ())}
        return sorted((names[number] for number in found), key=self.seconds.__getitem__)

    def all_tests(self) -> list[str]:
        """Every test, the quickest first."""
        return sorted(self.seconds, key=self.seconds.__getitem__)

    def write(self, path: Path) -> None:
        """Keep it for the next run."""
        path.write_text(json.dumps({"seconds": self.seconds, "lines": self.lines}), "utf-8")

    @classmethod
    def read(cls, path: Path) -> "Touching":
        """What `write` kept."""
        kept = json.loads(path.read_text("utf-8"))
        lines = {
            name: {int(line): tests for line, tests in of_file.items()}
            for name, of_file in kept["lines"].items()
        }
        return cls(kept["seconds"], lines)


class Watcher:
    """A plugin of pytest's that tells coverage which test is running."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.touching = Touching()
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.measured.switch_context(item.nodeid)
        before = time.process_time()
        told = yield
        self.touching.seconds[item.nodeid] = round(time.process_time() - before, 4)
        self.measured.switch_context("")
        return told

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)


def watch(suites: list[str], measured_files: list[str], kept: Path) -> None:
    """Run the suites once and keep which test touched what. A test that fails is left out."""
    left_out = [f"--ignore={name}" for name in LEFT_OUT]
    measured = coverage.Coverage(
        data_file=None, include=[str(ROOT / name) for name in measured_files], config_file=False
    )
    measured.start()
    watcher = Watcher(measured)
    pytest.main(["-q", "-p", "no:cacheprovider", *IMPORTED, *left_out, *suites], plugins=[watcher])
    measured.stop()
    touching = watcher.touching
    for name in watcher.failed:
        touching.seconds.pop(name, None)
    numbers = {name: number for number, name in enumerate(touching.seconds)}
    data = measured.get_data()
    for name in measured_files:
        by_line = data.contexts_by_lineno(str(ROOT / name))
        touching.lines[name] = {
            line: [numbers[test] for test in tests if test in numbers]
            for line, tests in by_line.items()
        }
    touching.write(kept)
