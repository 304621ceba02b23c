"""A process that has the shim in it and does trials; `crew.py` starts it and hears it.

Each trial has a number, from which, with the seed, all of its chance comes. A line of JSON tells
what each showed.
"""

import gc
import json
import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.power import cuts, faults, kills
from tests.power.actors import Desk
from tests.power.canaries import ACTORS
from tests.power.stage import Stage, Toll, stage
from tests.power.stories import Story, stories

Trial = Callable[[Stage, Desk, Story, Random], Toll]
PROOFS: dict[str, Trial] = {"kills": kills.trial, "cuts": cuts.trial, "faults": faults.trial}
TOLD = ("loan", "loan", "perpetual", "perpetual", "scenario")
"""Stories as often as they are drawn; a scenario takes longer to open."""


def main() -> None:
    given = _given()
    logging.disable()
    gc.freeze()  # what is loaded is not walked again in each fork
    with stage() as where, TemporaryDirectory() as beside:
        told = stories(Path(beside))
        if given.sweep:
            _sweep(given, where, told)
            return
        for name in given.actor or [Desk.name]:
            _put_to_proof(given, where, told, ACTORS[name])


def _put_to_proof(given: Namespace, where: Stage, told: dict[str, Story], actor: Desk) -> None:
    done = 0
    for number in count(given.first, given.step):
        toll = one(given, where, told, actor, number)
        _say(actor, number, toll)
        done += toll.struck
        if done >= given.times or (given.stop and toll.findings):
            return


def one(given: Namespace, where: Stage, told: dict[str, Story], actor: Desk, number: int) -> Toll:
    """The trial of a number, the same one each time."""
    chance = Random(f"{given.seed}:{number}")
    story = told[chance.choice(TOLD)]
    return PROOFS[given.proof](where, actor, story, chance)


def _sweep(given: Namespace, where: Stage, told: dict[str, Story]) -> None:
    """Every fault at every operation, or every n-th of them."""
    actor, number = ACTORS[Desk.name], 0
    for story in told.values():
        for fault, at in faults.points(where, actor, story):
            number += 1
            if number % given.step == given.first % given.step:
                chance = Random(f"{given.seed}:{number}")
                _say(actor, number, faults.strike(where, actor, story, chance, fault, at))


def _say(actor: Desk, number: int, toll: Toll) -> None:
    told = {"actor": actor.name, "number": number, **asdict(toll)}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _given() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("proof", choices=PROOFS)
    parser.add_argument("--actor", choices=ACTORS, action="append")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--sweep", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
