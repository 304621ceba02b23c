"""What the accounts live through that are killed, cut off and starved of disk."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from ledger.books.writer import Writer
from ledger.practice.library.files import assets
from ledger.practice.rehearsals.actions import Action
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.sessions.session import Session
from ledger.practice.sessions.timeline import Phase
from tui.runtime.opener import Door, Offer

Promise = Callable[[int], None]
"""Called with the number of the last event that may be shown."""

LEDGER = Path("data") / "ledger.db"
"""In a folder that is not there at first, as on a first start."""

PERPETUAL = """
title = "Both ways"
venue = "binance-usdm"
mode  = "isolated"
start = 2024-05-06T00:00:00Z
end   = 2024-05-06T14:00:00Z

[[instrument]]
symbol = "XYZ"
tick   = "0.01"
lot    = "0.001"

[[tape]]
symbol = "XYZ"
source = "xyz.csv"

[[do]]
at = 2024-05-06T00:00:00Z
deposit = "1000"

[[do]]
at = 2024-05-06T01:00:00Z
buy = { symbol = "XYZ", quantity = "20", leverage = 10, stop_loss = "93", reason = "a bounce" }

[[do]]
at = 2024-05-06T03:00:00Z
note = { text = "said \\"so\\" \\u00e4", tags = ["a"] }

[[do]]
at = 2024-05-06T05:00:00Z
sell = { symbol = "XYZ", quantity = "30", leverage = 20 }

[[do]]
at = 2024-05-06T09:00:00Z
incident = { kind = "outage", hours = "2" }

[[do]]
at = 2024-05-06T12:00:00Z
deposit = "50"
"""
CLOSES = (100, 101, 99, 97, 94, 92, 94, 96, 97, 99, 98, 97, 99, 98)


@dataclass(frozen=True)
class Story:
    """A rehearsal as the desk offers it. `fated` happens by itself, as in a scenario."""

    offer: Offer
    fated: bool = False

    @property
    def actions(self) -> tuple[Action, ...]:
        return () if self.fated else _actions(self.offer.file)


@cache
def _actions(file: Path) -> tuple[Action, ...]:
    return tuple(load_rehearsal(file).actions)


def stories(folder: Path) -> dict[str, Story]:
    """A loan with its call, a venue of perpetuals, and a scenario; files go into the folder."""
    file = folder / "both-ways.toml"
    if not file.exists():
        rows = [f"2024-05-06T{n:02}:00:00Z,{c},{c + 1},{c - 1},{c},9" for n, c in enumerate(CLOSES)]
        text = "\n".join(("time,open,high,low,close,volume", *rows))
        (folder / "xyz.csv").write_text(text + "\n")
        file.write_text(PERPETUAL)
    shipped = assets() / "rehearsals" / "first-call.toml"
    franc = assets() / "scenarios" / "2015-franc.toml"
    return {
        "loan": Story(Offer("first-call", "", "", shipped)),
        "perpetual": Story(Offer("both-ways", "", "", file)),
        "scenario": Story(Offer("scenarios/2015-franc", "", "", franc), fated=True),
    }


def enter(folder: Path, story: Story) -> Session:
    """The account as the desk finds it at a start, or begun anew where there is none."""
    door = Door(folder / LEDGER)
    opened = door.last(None) or door.begin(story.offer)
    return opened.session


def go_on(session: Session, story: Story, chance: Random, promise: Promise) -> None:
    """To the end of the tape, in transactions cut by chance; some wait for the disk, some do not.

    Where a run was cut off, the place says how much of the script is done.
    """

    def perhaps_commit() -> None:
        if chance.random() < 0.6:
            keep(session, promise, wait=chance.random() < 0.5)
        if chance.random() < 0.08 and isinstance(session._keeper, Writer):
            session._keeper.flush()
            session._keeper._ledger.checkpoint()  # what the writer does in a pause

    while not session.ended:
        if session.place.phase is not Phase.OPEN:
            session.open_step()
            perhaps_commit()
            continue
        while session.script_done < len(story.actions):
            action = story.actions[session.script_done]
            if action.at > session.market.time:
                break
            session.script_done += 1
            session.send(action.command)
            perhaps_commit()
        session.close_step()
        perhaps_commit()
    session.wait(session.timeline.end)
    keep(session, promise, wait=True)


def keep(session: Session, promise: Promise, *, wait: bool) -> None:
    """Hand on what was decided; it is promised when the books say that it may be shown."""
    ticket = session.commit()
    ticket.add_done_callback(
        lambda done: None if done.exception() else promise(session.published_seq)
    )
    if wait:
        ticket.result()
