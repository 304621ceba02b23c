"""Which accounts are twins: stated in the setup of the branch, which its first hash includes."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ledger.books.file.damage import MISFITS

TWIN_OF = "twin_of"
"""The key in a branch's setup: the name under which the account that leads it was begun."""


def twins(db: sqlite3.Connection) -> dict[int, int]:
    """The branch that leads it, by the branch of each twin. A fork of a twin is no twin."""
    begun = {str(name): int(id_) for id_, name in db.execute("SELECT id, name FROM branches")}
    query = "SELECT id, setup FROM branches WHERE parent_id IS NULL AND setup LIKE ?"
    found = {}
    for id_, setup in db.execute(query, (f'%"{TWIN_OF}"%',)):
        try:
            lead = begun.get(json.loads(setup).get(TWIN_OF))
        except MISFITS:  # reported when the account is opened
            continue
        if lead is not None:
            found[int(id_)] = lead
    return found


def without_twin(setup: Mapping[str, Any]) -> dict[str, Any]:
    """A setup as that of an account of its own."""
    return {key: value for key, value in setup.items() if key != TWIN_OF}
