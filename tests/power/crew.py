"""Workers with the shim in them, side by side, and what they found."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

from tests.power.shim import build, preloaded

ROOT = Path(__file__).resolve().parents[2]
UNITS = {"kills": "kills", "cuts": "disk images", "faults": "disk errors"}
"""What a proof counts."""


@dataclass
class Sum:
    """What all trials of a proof showed."""

    proof: str
    trials: int = 0
    struck: int = 0
    promised: int = 0
    findings: list[str] = field(default_factory=list)

    def add(self, line: str, seed: int) -> None:
        """A worker's line about one trial."""
        told = json.loads(line)
        self.trials += told["trials"]
        self.struck += told["struck"]
        self.promised += told["promised"]
        again = f"{self.proof} --actor {told['actor']} --seed {seed} --first {told['number']}"
        self.findings += [f"{found}\n  trial: {again}" for found in told["findings"]]

    def __str__(self) -> str:
        return (
            f"{self.proof:7} {self.struck:,} {UNITS[self.proof]} in {self.trials:,} runs, "
            f"{self.promised:,} events promised, {len(self.findings)} findings"
        )


class Crew:
    """Sends workers out. `heard` is called after each trial with what there is so far."""

    def __init__(self, library: Path, workers: int = 1, seed: int = 7) -> None:
        self._library = library
        self._workers = workers
        self._seed = seed

    def prove(
        self,
        proof: str,
        times: int,
        *,
        sweep: bool = False,
        heard: Callable[[Sum], None] = lambda _: None,
    ) -> Sum:
        """So many kills, images or errors, dealt out; a `sweep`: at every `times`-th operation."""
        found = Sum(proof)
        step = times * self._workers if sweep else self._workers
        words = ["--sweep"] if sweep else ["--times", str(-(-times // self._workers))]

        def work(number: int) -> None:
            first = number * times if sweep else number
            for line in self._lines([proof, *words, "--first", str(first), "--step", str(step)]):
                found.add(line, self._seed)
                heard(found)

        with ThreadPoolExecutor(self._workers) as pool:
            list(pool.map(work, range(self._workers)))
        return found

    def try_out(self, proof: str, actors: Iterable[str], times: int) -> dict[str, Sum]:
        """Each of these until it is caught, at most so many kills, images or errors."""
        found = {actor: Sum(proof) for actor in actors}
        words = [proof, "--times", str(times), "--stop"]
        for line in self._lines([*words, *(f"--actor={actor}" for actor in found)]):
            found[json.loads(line)["actor"]].add(line, self._seed)
        return found

    def _lines(self, words: list[str]) -> Iterator[str]:
        """What a worker says. Raises where it does not end well."""
        command = [sys.executable, "-m", "tests.power.worker", *words, "--seed", str(self._seed)]
        with Popen(
            command, cwd=ROOT, env=preloaded(self._library), stdout=PIPE, text=True
        ) as worker:
            assert worker.stdout is not None
            yield from worker.stdout
        if worker.returncode:
            raise RuntimeError(f"a worker ended with {worker.returncode}")


@contextmanager
def crew(workers: int = 1, seed: int = 7) -> Iterator[Crew | None]:
    """Workers for a while; none where the shim cannot be built."""
    with TemporaryDirectory() as folder:
        library = build(Path(folder))
        yield None if library is None else Crew(library, workers, seed)
