"""Mutants of the rules: `python -m tests.mutants --sample 1000 --seed 1 [--only engine] STATE`.

STATE is a file that keeps what is found, so that a run that was stopped goes on. Beside it lies
what touches what (`STATE.touching`), which is asked for once. Delete both when the code changes;
where only tests were added, delete the second and the lines of the survivors. A smaller sample of
a seed is the beginning of a larger one.

Needs `pip install -e '.[dev,mutants]'`. Ends with 1 if fewer than 85 of 100 are killed, or if a
survivor is not explained in `explained.toml`.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.mutants.explaining import explained, shown
from tests.mutants.making import (
    ROOMS,
    ROOT,
    Mutant,
    Place,
    made,
    paths,
    sample,
    short_name,
    statement,
)
from tests.mutants.touching import SUITES, Touching, watch
from tests.mutants.trying import AGAIN, NO_IMPORT, SURVIVED, Trial, Verdict, try_all

BUDGET = "seconds of tests for a mutant, the quickest first (20): the laws come last"
ENOUGH = 85
"""Of a hundred mutants so many must be killed."""


def main(arguments: list[str] | None = None) -> int:
    """Try a sample of mutants. Returns the exit status."""
    wanted = _wanted(arguments)
    state = Path(wanted.state).resolve()
    os.chdir(ROOT)
    rooms = wanted.only or list(ROOMS)
    drawn = sample(rooms, wanted.sample, wanted.seed)
    if wanted.list:
        return _list(drawn)
    touching = _touching(Path(f"{state}.touching"), wanted.tests or SUITES)
    found = _found(state)
    for anew in (False, True):
        open_for = {None, AGAIN} if anew else {None}
        left = [one for one in drawn if getattr(found.get(one.key), "outcome", None) in open_for]
        trials = [Trial(place, _tests(place, touching, wanted.budget)) for place in left]
        _try(trials, found, state, wanted.workers, anew=anew)
    return _report(drawn, found)


def _wanted(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("state", help="the file that keeps what is found")
    parser.add_argument("--sample", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (1)")
    parser.add_argument("--only", action="append", choices=list(ROOMS), help="may repeat")
    parser.add_argument("--tests", action="append", help="only these; may repeat")
    parser.add_argument("--budget", type=float, default=20, help=BUDGET)
    parser.add_argument("--workers", type=int, default=2, help="trials at a time (2)")
    parser.add_argument("--list", action="store_true", help="show them and try none")
    return parser.parse_args(arguments)


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
    """The tests of the statement; of one that only runs at the import, those of its file."""
    chosen = touching.tests(place.path, statement(place.path, place.line))
    if not chosen:
        chosen = touching.tests(place.path) or touching.all_tests()
    tests, total = {}, 0.0
    for name in chosen:
        total += touching.seconds[name]
        if total > budget and tests:
            break
        tests[name] = touching.seconds[name]
    return tests


def _list(drawn: Iterable[Place]) -> int:
    for place in drawn:
        _show(made(place))
    return 0


def _show(mutant: Mutant, why: str = "") -> None:
    place, (was, becomes) = mutant.place, shown(mutant)
    name = short_name(place.operator)
    _say(f"{place.path}:{place.line} {mutant.where} {name}\n  - {was}\n  + {becomes}")
    if why:
        _say(f"  {why}")


def _report(drawn: list[Place], found: dict[str, Verdict]) -> int:
    outcomes = Counter(found[place.key].outcome for place in drawn)
    survivors = [made(place) for place in drawn if found[place.key].outcome == SURVIVED]
    reasons = {mutant: explained().of(mutant) for mutant in survivors}
    unexplained = [mutant for mutant, why in reasons.items() if not why]
    for mutant, why in sorted(reasons.items(), key=lambda pair: not pair[1]):
        _show(mutant, why)
    killed = len(drawn) - len(survivors)
    share = 100 * killed / len(drawn)
    at_import = outcomes[NO_IMPORT]
    by_tests = 100 * (killed - at_import) / max(1, len(drawn) - at_import)
    for outcome, many in outcomes.most_common():
        _say(f"{many:6} {outcome}")
    _say(
        f"{len(drawn)} mutants, {killed} killed ({share:.1f}%; {by_tests:.1f}% of those that can be"
        f" imported), {len(survivors)} survived, of which {len(unexplained)} are not explained"
    )
    return int(share < ENOUGH or bool(unexplained))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
