"""For each check of the doctor a damage that it has to find: one that finds nothing is not one."""

from tests.corruption.damages import Damage, statement

_AIMED = {
    "tables, guards and views are this program's": "DROP VIEW v_journal",
    "no reference is broken": "INSERT INTO legs VALUES (1, 99, 1, 1, 2, 5)",
    "each event has the checksum of its content": "UPDATE events SET idem_key = 'x' || idem_key",
    "each branch has the checksum of its origin": "UPDATE branches SET seed = 8 WHERE id = 2",
    "clocks and commits have the checksum of their place": (
        "UPDATE commit_log SET version = '9.9' WHERE id = 1"
    ),
    "snapshots have the checksum of their event": (
        "UPDATE snapshots SET body = replace(body, ':', ': ')"
    ),
    "names and archives have the checksum of their act": "UPDATE acts SET name = 'x'",
    "no account took more than its purse held": (
        "INSERT INTO acts VALUES (4, 2, 'funded', '', NULL, NULL, 0, hex(zeroblob(32)))"
    ),
    "a twin's clock stands where its account's does": (
        "UPDATE branches SET setup = json_set(setup, '$.twin_of', 'first-call') WHERE id = 3"
    ),
    "rule books match their hashes": ("UPDATE rulebooks SET body = replace(body, '0.08', '0.07')"),
    "accounts match the chart of accounts": "UPDATE accounts SET class = 'asset' WHERE id = 3",
    "setups and places are JSON": "UPDATE branches SET setup = '{' WHERE id = 1",
    "the steps to its format are on record": "DELETE FROM _sqlite_migrations WHERE id = 2",
    "no what-if line is its own ancestor": (
        "UPDATE branches SET parent_id = 4, fork_seq = 15 WHERE id = 4"
    ),
    "legs claimed are legs present": "INSERT INTO legs VALUES (1, 2, 9, 1, 2, 5)",
    "no leg without its event": "INSERT INTO legs VALUES (1, 99, 1, 1, 2, 5)",
    "a leg joins two accounts of one asset and branch": "UPDATE legs SET debit_id = credit_id",
    "amounts are whole and above zero": "UPDATE legs SET amount = -amount WHERE rowid = 3",
    "events are numbered without gaps": (
        "UPDATE events SET seq = 99 WHERE seq = 5 AND branch_id = 1"
    ),
    "market time never goes backwards": (
        "UPDATE events SET time = '2023-01-01T00:00:00Z' WHERE seq = 9"
    ),
    "each event carries the hash of the one before": (
        "UPDATE events SET prev_hash = lower(hex(zeroblob(32))) WHERE seq = 3"
    ),
    "balances are the sums of their legs": "UPDATE balances SET amount = amount + 1",
    "balances sum to zero for each asset": "UPDATE balances SET amount = amount + 1",
    "nobody owes less than nothing": (
        "UPDATE balances SET amount = 5 WHERE account_id IN"
        " (SELECT id FROM accounts WHERE class = 'liability')"
    ),
    "a holding of nothing costs nothing": (
        "UPDATE balances SET amount = 5 WHERE account_id IN"
        " (SELECT id FROM accounts WHERE name LIKE 'position:%')"
    ),
    "columns say what the body says": "UPDATE events SET type = 'swept' WHERE seq = 2",
    "a call is met, expired or open, and only once": (
        "UPDATE events SET body = replace(body, '\"call\":', '\"call\":9')"
    ),
    "a what-if line opens with the balances at its fork": (
        "UPDATE accounts SET opening = 5 WHERE id = 1"
    ),
    "no forced exit reaches the long-term account": (
        "UPDATE accounts SET portfolio = 'longterm' WHERE name = 'realized_pnl'"
    ),
    "legs are numbered from one": "UPDATE legs SET n = n + 1 WHERE event_seq = 2",
    "every event was committed once": "DELETE FROM commit_log WHERE id = 2",
    "the pages of the file are whole": "UPDATE accounts SET asset = x'aa' WHERE id = 2",
    "replaying it gives the same account": (
        "UPDATE events SET body = 'so what' WHERE seq = 3 AND branch_id = 1"
    ),
}

AIMED: dict[str, Damage] = {
    check: statement(f"aimed at: {check}", change) for check, change in _AIMED.items()
}
