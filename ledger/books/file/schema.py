"""The tables of a ledger and the guards that refuse whatever is not an entry.

The order of writing is part of the design: legs first, held by a deferred foreign key, and the
event's row last, whose guard counts them. A writer that forgets its transaction fails at its first
statement, and nothing half-written can ever be committed.

No JSON functions in here or in the views: SQLite 3.40 calls them unsafe where the schema is not
trusted, and a ledger that someone else sent is not.
"""

from ledger.books.file.views import VIEWS, VIEWS_OF_1, body_head

VERSION = 3
"""`PRAGMA user_version`: the newest format this program knows."""

APPLICATION_ID = 0x54475250
"""`PRAGMA application_id` ("TGRP"): marks the file as a Tightrope ledger."""

MIGRATIONS_TABLE = "_sqlite_migrations"

STEPS = ("m001_first_tables", "m002_seals_and_snapshots", "m003_acts")
"""The recorded names of the migration steps, one to each format."""

_TIME = (
    "'"
    + "-".join(("[0-9]" * 4, "[0-9]" * 2, "[0-9]" * 2))
    + "T"
    + ":".join(("[0-9]" * 2,) * 3)
    + "Z'"
)

TABLES = {
    "rulebooks": """(
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  body TEXT NOT NULL
) STRICT""",
    "branches": """(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  parent_id INTEGER,
  fork_seq INTEGER,
  seed INTEGER NOT NULL,
  engine TEXT NOT NULL,
  title TEXT NOT NULL,
  setup TEXT NOT NULL,
  genesis TEXT NOT NULL CHECK (length(genesis) = 64),
  CHECK ((parent_id IS NULL) = (fork_seq IS NULL)),
  FOREIGN KEY (parent_id, fork_seq) REFERENCES events (branch_id, seq)
) STRICT""",
    "accounts": """(
  id INTEGER PRIMARY KEY,
  branch_id INTEGER NOT NULL REFERENCES branches (id),
  portfolio TEXT NOT NULL,
  name TEXT NOT NULL,
  class TEXT NOT NULL,
  asset TEXT NOT NULL,
  per_unit INTEGER NOT NULL CHECK (per_unit IN (100, 1000000, 100000000)),
  opening INTEGER NOT NULL DEFAULT 0,
  UNIQUE (branch_id, name, asset)
) STRICT""",
    "events": f"""(
  branch_id INTEGER NOT NULL REFERENCES branches (id),
  seq INTEGER NOT NULL,
  time TEXT NOT NULL CHECK (time GLOB {_TIME}),
  type TEXT NOT NULL,
  account TEXT NOT NULL,
  idem_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  n_legs INTEGER NOT NULL CHECK (n_legs >= 0),
  body TEXT NOT NULL,
  prev_hash TEXT NOT NULL CHECK (length(prev_hash) = 64),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  PRIMARY KEY (branch_id, seq),
  UNIQUE (branch_id, idem_key)
) STRICT""",
    "legs": """(
  branch_id INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  n INTEGER NOT NULL CHECK (n > 0),
  debit_id INTEGER NOT NULL REFERENCES accounts (id),
  credit_id INTEGER NOT NULL REFERENCES accounts (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  PRIMARY KEY (branch_id, event_seq, n),
  FOREIGN KEY (branch_id, event_seq) REFERENCES events (branch_id, seq)
    DEFERRABLE INITIALLY DEFERRED
) STRICT""",
    "balances": """(
  account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
  amount INTEGER NOT NULL
) STRICT""",
    "places": """(
  branch_id INTEGER PRIMARY KEY REFERENCES branches (id),
  body TEXT NOT NULL
) STRICT""",
    "commit_log": """(
  id INTEGER PRIMARY KEY,
  branch_id INTEGER NOT NULL REFERENCES branches (id),
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  wall_time TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  version TEXT NOT NULL
) STRICT""",
}
"""`accounts.per_unit` is atoms in one whole; `opening` a branch's balance where it forked.

The wall clock is in `commit_log` alone, which no hash covers.
"""

ADDED = {
    "seals": """(
  branch_id INTEGER PRIMARY KEY REFERENCES branches (id),
  seq INTEGER NOT NULL,
  step INTEGER NOT NULL,
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  script_done INTEGER NOT NULL,
  commits TEXT NOT NULL CHECK (length(commits) = 64),
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT""",
    "snapshots": """(
  branch_id INTEGER NOT NULL REFERENCES branches (id),
  seq INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  PRIMARY KEY (branch_id, seq),
  FOREIGN KEY (branch_id, seq) REFERENCES events (branch_id, seq)
) STRICT""",
}
"""What format 2 has beside the tables of format 1.

`seals` is the checksum of what no event covers: the clock's place (`places`) after the event `seq`,
and the branch's rows of `commit_log`. `snapshots` are accounts as they were after an event, so that
a long history opens without a full replay.
"""

ADDED_3 = {
    "acts": """(
  id INTEGER PRIMARY KEY,
  branch_id INTEGER REFERENCES branches (id),
  act TEXT NOT NULL CHECK (act IN
    ('renamed', 'archived', 'restored', 'switched', 'funded', 'purse_set')),
  name TEXT NOT NULL CHECK ((act = 'renamed') = (name <> '')),
  asset TEXT CHECK (asset <> ''),
  amount INTEGER CHECK (amount >= 0),
  after_commit INTEGER NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  CHECK ((act = 'purse_set') = (branch_id IS NULL)),
  CHECK ((branch_id IS NULL) <> (asset IS NULL)),
  CHECK ((asset IS NULL) = (amount IS NULL))
) STRICT""",
    "acts_seal": """(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT""",
}
"""What format 3 has beside them: what was done with an account as a whole or with the purse
(`books/acts.py`), and which act was the last. `amount` is atoms of `asset`."""

_HISTORY = {
    "rulebooks": "hash = NEW.hash",
    "branches": "id = NEW.id OR name = NEW.name",
    "accounts": "id = NEW.id OR (branch_id, name, asset) = (NEW.branch_id, NEW.name, NEW.asset)",
    "events": "(branch_id, seq) = (NEW.branch_id, NEW.seq)",
    "legs": "(branch_id, event_seq, n) = (NEW.branch_id, NEW.event_seq, NEW.n)",
    "commit_log": "id = NEW.id",
}
_HISTORY_ADDED = {"snapshots": "(branch_id, seq) = (NEW.branch_id, NEW.seq)"}
"""Append-only tables, and when a new row would replace an existing one.

That second guard is for `INSERT OR REPLACE`, which deletes without firing a delete trigger on a
connection that has `recursive_triggers` off, as every plain connection has.
"""

_ENTRIES = {
    "legs_join_one_asset": """BEFORE INSERT ON legs
BEGIN
  SELECT RAISE(ABORT, 'a leg joins two accounts of one asset in its own branch')
  WHERE NOT EXISTS (
    SELECT 1 FROM accounts d JOIN accounts c
      ON c.branch_id = d.branch_id AND c.asset = d.asset AND c.per_unit = d.per_unit
    WHERE d.id = NEW.debit_id AND c.id = NEW.credit_id AND d.id <> c.id
      AND d.branch_id = NEW.branch_id);
END""",
    "legs_come_before_their_event": """BEFORE INSERT ON legs
BEGIN
  SELECT RAISE(ABORT, 'an event that stands takes no further leg')
  WHERE EXISTS (SELECT 1 FROM events
    WHERE branch_id = NEW.branch_id AND seq = NEW.event_seq);
END""",
    "legs_move_balances": """AFTER INSERT ON legs
BEGIN
  UPDATE balances SET amount = amount + NEW.amount WHERE account_id = NEW.debit_id;
  UPDATE balances SET amount = amount - NEW.amount WHERE account_id = NEW.credit_id;
END""",
    "accounts_have_a_balance": """AFTER INSERT ON accounts
BEGIN
  INSERT INTO balances (account_id, amount) VALUES (NEW.id, NEW.opening);
END""",
    "balances_stay": """BEFORE DELETE ON balances
BEGIN
  SELECT RAISE(ABORT, 'a balance stays as long as its account');
END""",
    "events_follow_on": """BEFORE INSERT ON events
BEGIN
  SELECT RAISE(ABORT, 'an event takes the next number of its branch')
  WHERE NEW.seq IS NOT 1 + coalesce(
    (SELECT max(seq) FROM events WHERE branch_id = NEW.branch_id),
    (SELECT fork_seq FROM branches WHERE id = NEW.branch_id), 0);
  SELECT RAISE(ABORT, 'an event carries the hash of the one before it')
  WHERE NEW.prev_hash IS NOT coalesce(
    (SELECT hash FROM events WHERE branch_id = NEW.branch_id AND seq = NEW.seq - 1),
    (SELECT genesis FROM branches WHERE id = NEW.branch_id));
  SELECT RAISE(ABORT, 'market time never goes backwards')
  WHERE NEW.time < coalesce(
    (SELECT time FROM events WHERE branch_id = NEW.branch_id AND seq = NEW.seq - 1),
    (SELECT e.time FROM branches b
      JOIN events e ON e.branch_id = b.parent_id AND e.seq = b.fork_seq
      WHERE b.id = NEW.branch_id), '');
END""",
    "events_have_their_legs": """BEFORE INSERT ON events
BEGIN
  SELECT RAISE(ABORT, 'an event has as many legs as it claims')
  WHERE (SELECT (count(*), coalesce(max(n), 0)) IS NOT (NEW.n_legs, NEW.n_legs) FROM legs
    WHERE branch_id = NEW.branch_id AND event_seq = NEW.seq);
END""",
    "events_say_what_their_body_says": f"""BEFORE INSERT ON events
BEGIN
  SELECT RAISE(ABORT, 'the columns of an event repeat its body')
  WHERE substr(NEW.body, 1, length({body_head("NEW")})) IS NOT {body_head("NEW")};
END""",
}


_HISTORY_ADDED_3 = {"acts": "id = NEW.id"}
_ENTRIES_ADDED_3 = {
    "acts_go_forward": """BEFORE UPDATE ON acts_seal
BEGIN
  SELECT RAISE(ABORT, 'no act is ever taken back') WHERE NEW.last IS NOT OLD.last + 1;
END""",
    "the_seal_of_acts_stays": """BEFORE DELETE ON acts_seal
BEGIN
  SELECT RAISE(ABORT, 'the seal of acts stays');
END""",
    "the_seal_of_acts_is_not_replaced": """BEFORE INSERT ON acts_seal
BEGIN
  SELECT RAISE(ABORT, 'there is one seal of acts') WHERE EXISTS (SELECT 1 FROM acts_seal);
END""",
}

_ENTRIES_ADDED = {
    "the_clock_goes_forward": """BEFORE UPDATE ON seals
BEGIN
  SELECT RAISE(ABORT, 'the clock and the record never go back')
  WHERE NEW.branch_id IS NOT OLD.branch_id OR NEW.seq < OLD.seq
    OR NEW.script_done < OLD.script_done OR (NEW.step, NEW.closed) < (OLD.step, OLD.closed);
END""",
    "a_seal_stays": """BEFORE DELETE ON seals
BEGIN
  SELECT RAISE(ABORT, 'a seal stays as long as its branch');
END""",
}


def _append_only(table: str, taken: str) -> dict[str, str]:
    """Three guards: no row is changed, removed or replaced."""
    refuse = "BEGIN\n  SELECT RAISE(ABORT, '{} is append-only'){};\nEND"
    replaced = f"\n  WHERE EXISTS (SELECT 1 FROM {table} WHERE {taken})"
    return {
        f"{table}_never_change": f"BEFORE UPDATE ON {table}\n{refuse.format(table, '')}",
        f"{table}_never_go": f"BEFORE DELETE ON {table}\n{refuse.format(table, '')}",
        f"{table}_are_not_replaced": f"BEFORE INSERT ON {table}\n{refuse.format(table, replaced)}",
    }


def _guards(entries: dict[str, str], history: dict[str, str]) -> dict[str, str]:
    only = (_append_only(table, taken) for table, taken in history.items())
    return entries | {name: body for guards in only for name, body in guards.items()}


_GUARDS = {
    1: _guards(_ENTRIES, _HISTORY),
    2: _guards(_ENTRIES | _ENTRIES_ADDED, _HISTORY | _HISTORY_ADDED),
    3: _guards(
        _ENTRIES | _ENTRIES_ADDED | _ENTRIES_ADDED_3, _HISTORY | _HISTORY_ADDED | _HISTORY_ADDED_3
    ),
}
GUARDS = _GUARDS[VERSION]

_TABLES = {1: TABLES, 2: TABLES | ADDED, 3: TABLES | ADDED | ADDED_3}

INDEXES = {
    "legs_by_debit": "ON legs (debit_id, amount)",
    "legs_by_credit": "ON legs (credit_id, amount)",
    "events_by_type": "ON events (type, branch_id, seq)",
}


def expected(version: int = VERSION) -> dict[str, str]:
    """Every object of a ledger of this format by name, in the words in which SQLite stores it."""
    version = version if version in _GUARDS else VERSION
    views = VIEWS_OF_1 if version == 1 else VIEWS
    kinds = {
        "TABLE": _TABLES[version],
        "INDEX": INDEXES,
        "VIEW": views,
        "TRIGGER": _GUARDS[version],
    }
    return {
        name: f"CREATE {kind} {name} {body}"
        for kind, objects in kinds.items()
        for name, body in objects.items()
    }
