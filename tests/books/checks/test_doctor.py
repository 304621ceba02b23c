"""The doctor finds whatever is not as it was written, and touches nothing."""

import random
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.account.events.kinds import InterestAccrued
from ledger.books.checks.doctor import Check, examine
from ledger.books.store import Ledger
from ledger.market.rules.carry import Calendar
from tests.books.lives import by_the_hour, first_call, long_life
from tests.books.shelves import fork_of, keep, plainly, shelf

CALL = first_call()
TABLES = ("rulebooks", "branches", "accounts", "events", "legs", "balances")


def findings(path: Path, deep: bool = True) -> dict[str, str]:
    """The checks that failed, with what they found."""
    return {check.name: check.detail for check in examine(path, deep) if not check.ok}


def tamper(path: Path, *statements: str) -> None:
    """Change a ledger behind its guards, and put the guards back in place."""
    with plainly(path) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
        for _, sql in guards:
            db.execute(sql)


@pytest.mark.parametrize("deep", [False, True], ids=["quick", "deep"])
def test_a_sound_ledger_passes_every_check(tmp_path: Path, deep: bool) -> None:
    path = shelf(tmp_path, CALL, long_life())
    with Ledger.open(path) as ledger:
        fork_of(ledger, 1, 9)
        keep(ledger, CALL, "what came after")
        while_it_is_open = findings(path, deep)
    assert while_it_is_open == {}
    assert findings(path, deep) == {}


def test_the_doctor_changes_nothing(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    before = path.read_bytes()
    examine(path, deep=True)
    assert path.read_bytes() == before


def test_an_old_sqlite_is_a_warning_and_no_fault(tmp_path: Path) -> None:
    check = examine(shelf(tmp_path, CALL))[0]
    assert check.ok
    assert ("warning" in check.detail) is (sqlite3.sqlite_version_info < (3, 51, 3))


def test_a_file_that_others_can_read_is_told(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    path.chmod(0o644)
    assert findings(path) == {"only its owner can read the file": "its mode is 0644"}


def test_what_is_no_ledger_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    assert "there is no such file" in findings(path)["the file opens as a ledger"]
    path.write_text("x" * 5_000)
    path.chmod(0o600)
    assert "it is not a Tightrope ledger" in findings(path)["the file opens as a ledger"]


CHAIN = "each event has the checksum of its content"
AGAIN = "replaying it gives the same account"


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE balances SET amount = amount + 1", "balances are the sums of their legs"),
        ("UPDATE balances SET amount = amount + 1", "balances sum to zero for each asset"),
        ("INSERT INTO legs VALUES (1, 99, 1, 1, 2, 5)", "no leg without its event"),
        ("INSERT INTO legs VALUES (1, 99, 1, 1, 2, 5)", "no reference is broken"),
        ("INSERT INTO legs VALUES (1, 2, 9, 1, 2, 5)", "legs claimed are legs present"),
        ("UPDATE legs SET amount = amount + 1 WHERE event_seq = 2", CHAIN),
        (
            "UPDATE legs SET debit_id = credit_id",
            "a leg joins two accounts of one asset and branch",
        ),
        ("UPDATE events SET body = replace(body, '62.00', '63.00')", CHAIN),
        ("UPDATE events SET idem_key = 'x' || idem_key", CHAIN),
        ("UPDATE events SET version = 2 WHERE seq = 3", CHAIN),
        ("UPDATE events SET account = 'me' WHERE seq = 3", CHAIN),
        ("UPDATE events SET hash = lower(hex(zeroblob(32))) WHERE seq = 3", CHAIN),
        (
            "UPDATE events SET prev_hash = lower(hex(zeroblob(32))) WHERE seq = 3",
            "each event carries the hash of the one before",
        ),
        ("UPDATE events SET seq = 99 WHERE seq = 5", "events are numbered without gaps"),
        (
            "UPDATE events SET time = '2023-01-01T00:00:00Z' WHERE seq = 9",
            "market time never goes backwards",
        ),
        ("UPDATE events SET type = 'swept' WHERE seq = 2", "columns say what the body says"),
        ("DELETE FROM events WHERE seq = 4", "every event was committed once"),
        ("UPDATE branches SET seed = 8", "each branch has the checksum of its origin"),
        ("UPDATE branches SET name = 'me'", "each branch has the checksum of its origin"),
        ("UPDATE branches SET setup = '{'", "setups and places are JSON"),
        ("UPDATE places SET body = '{'", "setups and places are JSON"),
        (
            "UPDATE rulebooks SET body = replace(body, '0.08', '0.07')",
            "rule books match their hashes",
        ),
        ("UPDATE accounts SET portfolio = 'longterm'", "accounts match the chart of accounts"),
        ("UPDATE accounts SET class = 'asset'", "accounts match the chart of accounts"),
        ("UPDATE accounts SET per_unit = 1000000", "accounts match the chart of accounts"),
        (
            "UPDATE accounts SET opening = 5 WHERE id = 1",
            "a what-if line opens with the balances at its fork",
        ),
        (
            "UPDATE accounts SET portfolio = 'longterm' WHERE name = 'realized_pnl'",
            "no forced exit reaches the long-term account",
        ),
        ("DELETE FROM commit_log", "every event was committed once"),
        (
            "UPDATE balances SET amount = -amount",
            "nobody owes less than nothing",
        ),
        ("CREATE TABLE songs (title)", "tables, guards and views are this program's"),
        ("DROP VIEW v_journal", "tables, guards and views are this program's"),
        ("CREATE INDEX mine ON legs (amount)", "tables, guards and views are this program's"),
        (
            "UPDATE events SET body = replace(body, '\"call\":', '\"call\":9')",
            "a call is met, expired or open, and only once",
        ),
        ("UPDATE events SET body = 'so what' WHERE seq = 3", AGAIN),
        ("DELETE FROM rulebooks", AGAIN),
    ],
)
def test_what_was_changed_is_found(tmp_path: Path, statement: str, check: str) -> None:
    path = shelf(tmp_path, CALL)
    tamper(path, statement)
    assert check in findings(path)


def test_a_missing_guard_is_found(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    with plainly(path) as db:
        db.execute("DROP TRIGGER legs_never_go")
    assert "legs_never_go is missing" in findings(path).values()


def test_a_guard_that_guards_nothing_is_found(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    with plainly(path) as db:
        db.execute("DROP TRIGGER legs_never_go")
        db.execute("CREATE TRIGGER legs_never_go BEFORE DELETE ON legs BEGIN SELECT 1; END")
    assert "legs_never_go was changed" in findings(path).values()


def test_interest_on_another_rate_than_it_says_is_found(tmp_path: Path) -> None:
    """Even where every checksum was computed anew, the events must follow from each other."""
    wrong = [
        event.__class__(**{**fields_of(event), "rate": event.rate * 2})
        if type(event).__name__ == "InterestAccrued"
        else event
        for event in CALL.events
    ]
    path = shelf(tmp_path, CALL.__class__(CALL.start, tuple(wrong), CALL.end))
    assert "its interest is not principal x rate x time" in findings(path)[AGAIN]


@pytest.mark.parametrize("calendar", Calendar)
def test_an_hour_charged_at_the_drawing_is_whole_by_every_calendar(
    tmp_path: Path, calendar: Calendar
) -> None:
    assert not findings(shelf(tmp_path, by_the_hour(calendar)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"periods": 2}, "its interest does not cover whole periods"),
        ({"amount": Decimal("9.99")}, "its interest is not principal x rate x time"),
        ({"principal": Decimal("9.99")}, "its interest does not start from"),
        ({"borne_by": {"ACME": Decimal("9.99")}}, "its interest does not equal"),
    ],
)
def test_an_hour_too_many_is_found(tmp_path: Path, change: dict[str, object], told: str) -> None:
    life = by_the_hour()
    events = list(life.events)
    hourly = next(
        n for n, x in enumerate(events) if isinstance(x, InterestAccrued) and x.to > x.from_
    )
    events[hourly] = replace(events[hourly], **change)  # type: ignore[arg-type]
    path = shelf(tmp_path, life.__class__(life.start, tuple(events), life.end))
    assert told in findings(path)[AGAIN]


def fields_of(event: object) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}  # type: ignore[attr-defined]


def content(path: Path) -> list[object]:
    """Everything that a ledger says and a checksum or sum stands for."""
    with plainly(path) as db:
        db.text_factory = bytes
        return [db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]


def test_every_flipped_bit_that_changes_the_content_is_found(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL, long_life(30))
    sound, before = path.read_bytes(), content(path)
    chance = random.Random(7)
    changed = 0
    for _ in range(150):
        place, bit = chance.randrange(len(sound)), chance.randrange(8)
        flipped = bytearray(sound)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        try:
            same = content(path) == before
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            same = False
        if not same:
            changed += 1
            assert findings(path), f"bit {bit} of byte {place}"
    assert changed > 30


def test_a_zeroed_page_and_a_cut_file_are_found(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    sound = path.read_bytes()
    page = 4096
    for number in range(1, len(sound) // page):
        start = number * page
        path.write_bytes(sound[:start] + bytes(page) + sound[start + page :])
        assert findings(path), f"page {number + 1} zeroed"
        path.write_bytes(sound[:start])
        assert findings(path), f"cut before page {number + 1}"


def test_many_findings_are_counted(tmp_path: Path) -> None:
    path = shelf(tmp_path, CALL)
    tamper(path, "UPDATE events SET idem_key = 'x' || idem_key")
    detail = findings(path)[CHAIN]
    assert detail.startswith("event 1 of branch 1 does not match its checksum; event 2")
    assert detail.endswith(f"; and {len(CALL.events) - 3} more")


def test_a_check_is_a_name_a_verdict_and_what_was_found(tmp_path: Path) -> None:
    assert Check("legs claimed are legs present", True) in examine(shelf(tmp_path, CALL))
