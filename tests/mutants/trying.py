"""Mutants tried in processes that are forked from one in which pytest has gathered every test.

A fault inside a function is put into the loaded code (`swapping.py`), so that a trial costs no more
than its tests. One that acts at the import is tried in a process that imports everything anew.
Time is counted in CPU seconds: a busy machine makes no mutant look hung.
"""

import contextlib
import gc
import importlib.machinery
import json
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutants.making import Place, made
from tests.mutants.rooms import ROOT
from tests.mutants.swapping import Loaded, changed_functions, compiled
from tests.mutants.touching import IMPORTED

KILLED, HUNG, SURVIVED = "killed", "hung", "survived"
NO_IMPORT = "dies at the import"
AGAIN = "again, from the import"
"""A verdict only for a while: the fast way cannot say."""

MEMORY = 6 * 1024**3
PATIENCE = 10
"""A test may take so many times what it takes without a fault, and five seconds more."""


@dataclass(frozen=True)
class Trial:
    """A mutant and the tests to run against it, quickest first, with their seconds."""

    place: Place
    tests: dict[str, float]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant, and the test that told."""

    outcome: str
    by: str = ""


def try_all(
    trials: list[Trial], workers: int, told: Callable[[Place, Verdict], None], *, anew: bool
) -> None:
    """Try them and tell each verdict as it comes; `anew` imports the tree for each of them."""
    if anew:
        _race(trials, lambda trial: _anew(trial), workers, told)
        return
    child = os.fork()
    if child == 0:
        with _quiet():
            gathered = Gathered(lambda items: _swapped(trials, items, workers, told))
            pytest.main([*OPTIONS, *_files(trials)], plugins=[gathered])
        os._exit(0)
    os.waitpid(child, 0)


def _files(trials: list[Trial]) -> list[str]:
    """The files in which the tests of these trials stand."""
    return sorted({name.partition("::")[0] for trial in trials for name in trial.tests})


OPTIONS = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=no", *IMPORTED]


class Gathered:
    """A plugin of pytest's that takes over when the tests are gathered."""

    def __init__(self, work: Callable[[dict[str, pytest.Item]], None]) -> None:
        self.work = work

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            for item in session.items:
                _plain_hypothesis(item)
            self.work({item.nodeid: item for item in session.items})
        return True


def _plain_hypothesis(item: pytest.Item) -> None:
    """The first counterexample is enough: none is made smaller, none is kept."""
    test = getattr(item, "obj", None)
    test = getattr(test, "__func__", test)
    if hasattr(test, "_hypothesis_internal_use_settings"):
        test._hypothesis_internal_use_settings = settings(
            test._hypothesis_internal_use_settings,
            phases=[Phase.explicit, Phase.generate],
            database=None,
            derandomize=True,
            deadline=None,
        )


def _swapped(
    trials: list[Trial],
    items: dict[str, pytest.Item],
    workers: int,
    told: Callable[[Place, Verdict], None],
) -> None:
    loaded = Loaded()
    gc.collect()
    gc.freeze()

    def attempt(trial: Trial) -> Verdict:
        pairs = changed_functions(made(trial.place))
        if pairs is None or not loaded.swap(pairs):
            return Verdict(AGAIN)
        return _run(trial.tests, items)

    _race(trials, attempt, workers, told)


def _anew(trial: Trial) -> Verdict:
    path = trial.place.path
    _import_instead(ROOT / path, compiled(path, made(trial.place).mutated))
    verdicts: list[Verdict] = []
    gathered = Gathered(lambda items: verdicts.append(_run(trial.tests, items)))
    with _quiet():
        pytest.main([*OPTIONS, *_files([trial])], plugins=[gathered])
    return verdicts[0] if verdicts else Verdict(NO_IMPORT)


def _import_instead(path: Path, code: CodeType) -> None:
    loader = importlib.machinery.SourceFileLoader
    usual = loader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        return code if self.path == str(path) else usual(self, name)

    loader.get_code = get_code  # type: ignore[method-assign]


def _run(tests: dict[str, float], items: dict[str, pytest.Item]) -> Verdict:
    chosen = [name for name in tests if name in items]
    for name, following in zip(chosen, [*chosen[1:], None], strict=True):
        _allow(PATIENCE * tests[name] + 5)
        item = items[name]
        after = items[following] if following else None
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=after)):
            return Verdict(KILLED, name)
    return Verdict(SURVIVED)


def _allow(seconds: float) -> None:
    """So much CPU from now on, and ten times as much by the clock, then the process is ended."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10 * seconds + 60)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of what tests print."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        yield


def _race(
    trials: list[Trial],
    attempt: Callable[[Trial], Verdict],
    workers: int,
    told: Callable[[Place, Verdict], None],
) -> None:
    """So many trials at a time, each in a process and a folder of its own."""
    waiting = list(reversed(trials))
    running: dict[int, tuple[Trial, Path]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            trial = waiting.pop()
            folder = Path(tempfile.mkdtemp(prefix="mutant-"))
            running[_started(trial, attempt, folder)] = trial, folder
        child, status = os.wait()
        trial, folder = running.pop(child)
        told(trial.place, _verdict(folder, status))
        shutil.rmtree(folder, ignore_errors=True)


def _started(trial: Trial, attempt: Callable[[Trial], Verdict], folder: Path) -> int:
    child = os.fork()
    if child:
        return child
    try:
        tempfile.tempdir = str(folder)
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        _allow(60)
        verdict = attempt(trial)
        (folder / "verdict").write_text(json.dumps([verdict.outcome, verdict.by]), "utf-8")
    except BaseException as failure:  # noqa: BLE001 - a child must never go on as its parent
        (folder / "verdict").write_text(json.dumps([NO_IMPORT, repr(failure)[:200]]), "utf-8")
    os._exit(0)


def _verdict(folder: Path, status: int) -> Verdict:
    written = folder / "verdict"
    if written.exists():
        return Verdict(*json.loads(written.read_text("utf-8")))
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    hung = number in (signal.SIGPROF, signal.SIGALRM)
    return Verdict(HUNG if hung else KILLED, "" if hung else f"the process ended with {status}")
