"""A run over a sample: what is left to try, what was found so far, and how things stand."""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.explaining import explained, shown
from tests.mutants.making import Mutant, Place, made, paths, sample, short_name, statement
from tests.mutants.rooms import ROOMS, ROOT, SUITES
from tests.mutants.touching import Touching, watch
from tests.mutants.trying import AGAIN, HUNG, KILLED, NO_IMPORT, SURVIVED, Trial, Verdict, try_all

ENOUGH = 85
"""Of a hundred mutants so many must be killed."""


def run(wanted: argparse.Namespace) -> int:
    """Try what is left of a sample, or its survivors again. Returns the exit status."""
    state = Path(wanted.state).resolve()
    os.chdir(ROOT)
    drawn = [
        place
        for place in sample(wanted.only or list(ROOMS), wanted.sample, wanted.seed)
        if not wanted.at or any(text in f"{place.path}:{place.line}" for text in wanted.at)
    ]
    if wanted.list:
        for place in drawn:
            _show(made(place))
        return 0
    found = _found(state)
    if not wanted.report:
        _try_left(drawn, found, state, wanted)
    return _report(drawn, found)


def _try_left(
    drawn: list[Place], found: dict[str, Verdict], state: Path, wanted: argparse.Namespace
) -> None:
    """Try what has no verdict yet, first in the code as it is loaded, then what only an import can
    tell; or what survived and is open, and from the import too: it may be run there only."""
    outcomes: set[str | None] = {SURVIVED} if wanted.again else {None}
    left = [
        place
        for place in drawn
        if _outcome(found, place) in outcomes and not (wanted.again and explained().of(made(place)))
    ]
    kept = Path(f"{state}.again" if wanted.again else f"{state}.touching")
    if wanted.again:
        kept.unlink(missing_ok=True)  # of other tests, or of older ones
    touching = _touching(kept, wanted.tests or SUITES)
    trials = [Trial(place, _tests(place, touching, wanted.budget)) for place in left]
    _try(trials, found, state, wanted.workers, anew=False)
    anew = {AGAIN, SURVIVED} if wanted.again else {AGAIN}
    by_import = [trial for trial in trials if _outcome(found, trial.place) in anew]
    _try(by_import, found, state, wanted.workers, anew=True)


def _outcome(found: dict[str, Verdict], place: Place) -> str | None:
    return found[place.key].outcome if place.key in found else None


def _touching(kept: Path, suites: list[str]) -> Touching:
    """Which test touches what: asked in a process of its own, since this one imports nothing."""
    if not kept.exists():
        child = os.fork()
        if child == 0:
            watch(suites, paths(list(ROOMS)), kept)
            os._exit(0)
        os.waitpid(child, 0)
    return Touching.read(kept)


def _found(state: Path) -> dict[str, Verdict]:
    """The verdicts so far; a later line of a mutant takes the place of an earlier one."""
    lines = state.read_text("utf-8").splitlines() if state.exists() else []
    return {line["mutant"]: Verdict(line["outcome"], line["by"]) for line in map(json.loads, lines)}


def _try(
    trials: list[Trial], found: dict[str, Verdict], state: Path, workers: int, *, anew: bool
) -> None:
    done = 0

    def told(place: Place, verdict: Verdict) -> None:
        nonlocal done
        done += 1
        line = {"mutant": place.key, "outcome": verdict.outcome, "by": verdict.by}
        with state.open("a", encoding="utf-8") as keeping:
            keeping.write(json.dumps(line) + "\n")
        if done % 20 == 0 or verdict.outcome == SURVIVED:
            _say(f"{done} of {len(trials)}: {place.key} {verdict.outcome}")

    try_all(trials, workers, told, anew=anew)
    found.update(_found(state))


def _tests(place: Place, touching: Touching, budget: float) -> dict[str, float]:
    """The tests of the statement, first those that mirror its file; of a statement that only runs
    at the import, those of its floor and of its file, which may touch no line of it."""
    mirror = place.path.replace("ledger/", "tests/", 1).rpartition("/")[0] + "/"
    chosen = touching.tests(place.path, statement(place.path, place.line))
    if not chosen:
        mirror = "/".join(mirror.split("/")[:2]) + "/"
        of_floor = [name for name in touching.all_tests() if name.startswith(mirror)]
        chosen = list(dict.fromkeys([*of_floor, *touching.tests(place.path)]))
    chosen.sort(key=lambda name: not name.startswith(mirror))
    tests: dict[str, float] = {}
    total = 0.0
    for name in chosen:
        total += touching.seconds[name]
        if total > budget and tests:
            break
        tests[name] = touching.seconds[name]
    return tests


def _show(mutant: Mutant, why: str = "") -> None:
    place, (was, becomes) = mutant.place, shown(mutant)
    name = short_name(place.operator)
    _say(f"{place.path}:{place.line} {mutant.where} {name}\n  - {was}\n  + {becomes}")
    if why:
        _say(f"  {why}")


def _report(drawn: list[Place], found: dict[str, Verdict]) -> int:
    tried = [place for place in drawn if _outcome(found, place) not in (None, AGAIN)]
    survivors = [made(place) for place in tried if _outcome(found, place) == SURVIVED]
    reasons = {mutant: explained().of(mutant) for mutant in survivors}
    unexplained = [mutant for mutant, why in reasons.items() if not why]
    for mutant, why in sorted(reasons.items(), key=lambda pair: not pair[1]):
        _show(mutant, why)
    for by, many in Counter(_by(found[place.key]) for place in tried).most_common():
        _say(f"{many:6} {by}")
    killed = len(tried) - len(survivors)
    share = 100 * killed / max(1, len(tried))
    at_import = sum(_outcome(found, place) == NO_IMPORT for place in tried)
    by_tests = 100 * (killed - at_import) / max(1, len(tried) - at_import)
    _say(
        f"{len(tried)} of {len(drawn)} mutants tried, {killed} killed ({share:.1f}%;"
        f" {by_tests:.1f}% of those that can be imported), {len(survivors)} survived, of which"
        f" {len(unexplained)} are not explained"
    )
    return int(share < ENOUGH or bool(unexplained) or len(tried) < len(drawn))


def _by(verdict: Verdict) -> str:
    """What became of a mutant, with the folder of the tests that told."""
    if verdict.outcome not in (KILLED, HUNG) or "::" not in verdict.by:
        return verdict.outcome
    return f"{verdict.outcome} by {'/'.join(verdict.by.partition('::')[0].split('/')[:2])}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
