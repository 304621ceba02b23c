"""Who takes part, and one measurement: a process of its own that loads, plays and tells.

`python -m tests.bench.peers.entrants ENTRANT PLAN` is what `__main__` starts; PLAN is a pickle of
a `Workload` or a `CrossPlan`. A process of its own for each keeps one's memory, collector and
compiled code from slowing another.
"""

from __future__ import annotations

import gc
import importlib
import json
import pickle
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Protocol, runtime_checkable

from tests.bench.peers.cross import CrossPlan, CrossPlayed
from tests.bench.peers.engines.plain import Played
from tests.bench.peers.workload import Workload
from tui.cli.output import say

HERE = "tests.bench.peers"
ROOT = Path(__file__).resolve().parents[3]

Plan = Workload | CrossPlan
Done = list[list[Any]]
"""What was done, for comparison: trades, or events of crossed positions."""


@runtime_checkable
class Closable(Protocol):
    """What is loaded, where it holds a file or a thread."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """One that plays the workload.

    `module` has `loaded(plan)` and the function `plays(plan, loaded)`; `times` is how often one
    process plays, `sampled` whether only on a part of the bars, `ledger` whether what it does is
    committed to a file, `package` the distribution whose version the report tells.
    """

    title: str
    module: str
    plays: str = "play"
    times: int = 1
    sampled: bool = False
    ledger: bool = False
    package: str = ""


STEPPING = {"plays": "ours_stepping", "sampled": True}
SKIPPING = {"plays": "ours_skipping"}

PEERS = {
    "nautilus": Entrant(title="nautilus_trader", module="with_nautilus", package="nautilus_trader"),
    "backtrader": Entrant(title="backtrader", module="with_backtrader", package="backtrader"),
    "backtesting": Entrant(
        title="backtesting.py", module="with_backtesting", package="backtesting"
    ),
    "vectorbt": Entrant(title="vectorbt", module="with_vectorbt", times=7, package="vectorbt"),
}
ONE = {
    "stepping": Entrant(title="ours, stepping", module="ours", **STEPPING),
    "stepping-kept": Entrant(
        title="ours, stepping, ledger committed", module="ours", ledger=True, **STEPPING
    ),
    "skipping": Entrant(title="ours, skipping", module="ours", times=25, **SKIPPING),
    "skipping-kept": Entrant(
        title="ours, skipping, ledger committed", module="ours", ledger=True, times=10, **SKIPPING
    ),
    "plain": Entrant(title="tuned plain loop", module="plain", times=25),
    "scan": Entrant(title="one-pass scan", module="scan", times=7),
}
CROSS = {
    "cross-stepping": Entrant(title="ours, stepping", module="ours_cross", **STEPPING),
    "cross-skipping": Entrant(title="ours, skipping", module="ours_cross", times=3, **SKIPPING),
    "cross-plain": Entrant(title="tuned plain loop", module="plain_cross"),
    "cross-scan": Entrant(title="one-pass scan", module="scan_cross"),
}
ALL = PEERS | ONE | CROSS


@dataclass(slots=True)
class Measured:
    """Seconds of loading and of each run, and what was done; `missing` says why nothing was.

    `busy` is the processor's time of each run: what a crowded machine does not stretch as much.
    """

    load: float = 0.0
    runs: tuple[float, ...] = ()
    busy: tuple[float, ...] = ()
    done: Done | None = None
    money: float = 0.0
    missing: str = ""


def measure(name: str, plan: Path) -> Measured:
    """One process's figures. Raises `CalledProcessError` when it fails."""
    command = [sys.executable, "-m", f"{HERE}.entrants", name, str(plan)]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(told.stdout.splitlines()[-1]))


def take_part(entrant: Entrant, plan: Plan) -> Measured:
    """Load and play so many times. What is loaded is put out of the collector's sight."""
    try:
        module = importlib.import_module(f"{HERE}.engines.{entrant.module}")
    except ModuleNotFoundError as absent:
        return Measured(missing=f"{absent.name} is not installed here: see requirements.txt")
    measured = Measured()
    with TemporaryDirectory() as folder:
        for turn in range(entrant.times):
            kept = (Path(folder) / f"{turn}.db",) if entrant.ledger else ()
            begun = perf_counter()
            data = module.loaded(plan, *kept)
            measured.load = measured.load or perf_counter() - begun
            gc.collect()
            gc.freeze()
            begun, busy = perf_counter(), process_time()
            try:
                played = getattr(module, entrant.plays)(plan, data)
            except NotImplementedError as missing:
                return Measured(missing=str(missing))
            measured.busy += (process_time() - busy,)
            measured.runs += (perf_counter() - begun,)
            if isinstance(data, Closable):
                data.close()
            gc.unfreeze()
    measured.done, measured.money = _told(played)
    return measured


def _told(played: Played | CrossPlayed | int) -> tuple[Done, float]:
    if isinstance(played, Played):
        trades = [[t.entered, t.left, t.entry, t.exit, t.why] for t in played.trades]
        return trades, played.wallet
    if isinstance(played, CrossPlayed):
        return [list(event) for event in played.events], played.equity
    return [[played]], 0.0


def main() -> None:
    """Play as one entrant and print the figures as a line of JSON."""
    name, path = sys.argv[1:]
    plan = pickle.loads(Path(path).read_bytes())
    say(json.dumps(asdict(take_part(ALL[name], plan))))


if __name__ == "__main__":
    main()
