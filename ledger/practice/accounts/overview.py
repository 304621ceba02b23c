"""Every account of a ledger in a line, from what its last batch stored: nothing is replayed."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from ledger.books.acts import archived, last_used, names, wrong_acts
from ledger.books.branches import has_event
from ledger.books.file.connect import connect_to_ours
from ledger.books.file.damage import MISFITS, ledger_errors
from ledger.books.file.errors import EntryRefused
from ledger.books.purse import funded_branches
from ledger.books.twins import twins
from ledger.books.wire.seals import moved_clocks


class State(StrEnum):
    """The state of an account; the first that applies is shown."""

    DAMAGED = "damaged"
    ARCHIVED = "archived"
    WIPED_OUT = "wiped_out"
    ENDED = "ended"
    IN_A_CALL = "in_a_call"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account in the list; what an older version did not store is `None`.

    Amounts are decimal text in `currency`. `return_basis` is "time-weighted", or "money-weighted":
    gain over everything paid in. `open_risk` is what positions lose from here to their stops,
    without those in `without_stop`. `last_played` is wall-clock time.
    """

    account: str
    state: State
    venue: str | None = None
    mode: str | None = None
    symbols: list[str] | None = None
    time: str | None = None
    currency: str | None = None
    equity: str | None = None
    return_: str | None = None
    return_basis: str | None = None
    open_risk: str | None = None
    without_stop: list[str] | None = None
    wiped_out: int | None = None
    last_played: str | None = None
    opens_next: bool = False
    parent: str | None = None
    twin_of: str | None = None
    """The account that leads it: a twin is played through that one."""
    funded: bool = False
    """Whether its money comes from the purse and goes back there."""
    blind: bool = False
    revealed: bool = False
    """Whether a blind one hides nothing any more: on request, or since its tape has ended."""
    exam: bool = False
    """Whether its results count as an exam's, apart from practice."""

    @property
    def is_archived(self) -> bool:
        """Whether it is hidden by default."""
        return self.state is State.ARCHIVED

    def wire(self) -> dict[str, Any]:
        """The row as JSON."""
        row = asdict(self)
        return {key.removesuffix("_"): value for key, value in row.items()}


def accounts(path: Path) -> list[AccountRow]:
    """All accounts, in the order they were begun; empty without a ledger.

    Raises a `LedgerError` if the file cannot be read at all.
    """
    if not path.exists():
        return []
    db = connect_to_ours(path.absolute())
    try:
        with ledger_errors(path):
            return _rows(db)
    finally:
        db.close()


def _rows(db: sqlite3.Connection) -> list[AccountRow]:
    called, away = names(db), archived(db)
    following: str | None = None
    with suppress(EntryRefused):  # a missing one must not hide the others
        following = last_used(db)
    from_purse, led = funded_branches(db), twins(db)
    damaged = set(called) if wrong_acts(db) else _moved(db)
    played = {
        id_: str(at)
        for id_, _, at in db.execute(
            "SELECT branch_id, max(id), wall_time FROM commit_log GROUP BY branch_id"
        )
    }
    rows = db.execute(
        "SELECT b.id, b.parent_id, p.body, e.body FROM branches b"
        " LEFT JOIN places p ON p.branch_id = b.id"
        " LEFT JOIN events e ON e.branch_id = b.id AND e.seq = 1 ORDER BY b.id"
    )
    account_rows, openings = [], dict[int, str | None]()
    for id_, parent, place, first in rows:
        opened = openings[id_] = first if parent is None else openings.get(parent)
        known: dict[str, Any] = {
            "account": called[id_],
            "last_played": played.get(id_),
            "opens_next": called[id_] == following,
            "parent": called.get(parent),
            "funded": id_ in from_purse,
            "twin_of": called.get(led.get(id_, 0)) if id_ not in away else None,
        }
        try:
            figures = _figures(json.loads(place), opened)
            state = _state(json.loads(place))
            known |= _blindness(db, id_, json.loads(place), opened, is_fork=first is None)
        except MISFITS:
            figures, state = {}, State.DAMAGED
        if id_ in away:
            state = State.ARCHIVED
        if id_ in damaged:
            state = State.DAMAGED
        account_rows.append(AccountRow(**known, **figures, state=state))
    return account_rows


def _blindness(
    db: sqlite3.Connection, id_: int, place: Mapping[str, Any], opened: str | None, *, is_fork: bool
) -> dict[str, bool]:
    """The marks of a blind account; a fork is blind if the account it left is."""
    begun = {} if opened is None else json.loads(opened)
    if begun.get("blind") is not True:
        return {}
    shown = has_event(db, id_, "revealed")
    return {
        "blind": True,
        "revealed": shown or bool(place.get("ended")),
        "exam": begun.get("exam") is True and not shown and not is_fork,
    }


def _moved(db: sqlite3.Connection) -> set[int]:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return moved_clocks(db) if version > 1 else set()


def _figures(place: Mapping[str, Any], opened: str | None) -> dict[str, Any]:
    statement = place["statement"]
    figures = {key: statement[key] for key in ("time", "currency", "equity")}
    summary = place.get("summary")
    if summary is not None:
        keys = ("venue", "mode", "symbols", "return_basis", "open_risk", "without_stop")
        figures |= {key: summary[key] for key in (*keys, "wiped_out")}
        figures["return_"] = summary["return"]
    elif opened is not None:
        first = json.loads(opened)
        figures |= {"venue": first["venue"], "mode": first["mode"]}
        figures["symbols"] = list(first["instruments"])
    return figures


def _state(place: Mapping[str, Any]) -> State:
    statement = place["statement"]
    if place.get("summary", {}).get("is_wiped_out") and not statement["positions"]:
        return State.WIPED_OUT
    if place.get("ended"):
        return State.ENDED
    return State.IN_A_CALL if statement["open_calls"] else State.OPEN
