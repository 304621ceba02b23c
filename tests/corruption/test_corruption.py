"""A changed byte, cell, row or word of the schema is told; nothing is opened as another account.

`python -m tests.corruption --bytes 1000 --cells 1000` is the long proof.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from ledger.books.checks.doctor import examine
from ledger.books.file import connect as books
from ledger.books.file.errors import LedgerDamaged, LedgerError
from ledger.books.replay import replay
from ledger.books.store import Ledger
from ledger.practice.sessions import open_session
from ledger.practice.sessions.open_session import resume
from tests.corruption.aimed import AIMED
from tests.corruption.damages import Damage, past_every_guard, statement
from tests.corruption.run import Toll, corrupt
from tests.corruption.schemas import ENDLESS
from tests.corruption.subject import made
from tests.corruption.verdict import Bench
from tests.tui.desks import desk
from tui.chart.fill_marks import Fills
from tui.panels import event_rows
from tui.runtime.opener import Door

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a timer of the processor, and SIGINT")
pytestmark = POSIX

DEPOSIT = statement(
    "a deposit of 90,000 for one of 20,000",
    "UPDATE events SET body = replace(body, '20000', '90000') WHERE type = 'deposited'",
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("corruption")
    return Bench(made(folder), folder)


@pytest.fixture(scope="module")
def toll(bench: Bench) -> Toll:
    *_, toll = corrupt(bench, flips=40, cells=60, seed=3)
    return toll


def test_the_ledger_has_something_in_every_table(bench: Bench) -> None:
    assert all(bench.sound_content.tables.values())


def test_every_change_is_told_and_no_promise_is_broken(toll: Toll) -> None:
    assert toll.findings() == []
    assert sum(verdict.changed for verdict in toll.verdicts) > 50


@pytest.mark.parametrize("check", AIMED)
def test_a_doctor_who_leaves_out_a_check_is_caught(toll: Toll, check: str) -> None:
    assert toll.findings(blind=check)


def test_every_check_of_the_doctor_is_aimed_at(bench: Bench) -> None:
    about_the_file = 3  # SQLite's version, the mode, and that it opens
    checks = [check.name for check in examine(bench.sound, deep=True)]
    assert sorted(checks[about_the_file:]) == sorted(AIMED)


def test_an_opening_that_checks_nothing_is_caught(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert broken(bench, DEPOSIT) == []
    monkeypatch.setattr(open_session, "verified", replay)
    monkeypatch.setattr(books, "first_fault", lambda connection: None)
    assert "orders is opened as another than it was" in broken(bench, DEPOSIT)


def test_an_opening_that_ends_in_a_traceback_is_caught(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_json = AIMED["setups and places are JSON"]
    assert broken(bench, no_json) == []
    monkeypatch.setattr(open_session, "ledger_errors", lambda path: nullcontext())
    assert any("JSONDecodeError" in told for told in broken(bench, no_json))


def broken(bench: Bench, damage: Damage) -> list[str]:
    verdict = bench.judge(damage)
    assert verdict is not None
    return verdict.broken


def test_a_byte_in_free_space_changes_nothing(bench: Bench) -> None:
    """Between the last cell pointer of a page and its first cell, by SQLite's file format."""
    page = int.from_bytes(bench.whole[16:18])
    tried = 0
    for start in range(page, len(bench.whole), page):
        kind, cells, content = (
            bench.whole[start],
            int.from_bytes(bench.whole[start + 3 : start + 5]),
            int.from_bytes(bench.whole[start + 5 : start + 7]),
        )
        free = start + (8 if kind in (10, 13) else 12) + 2 * cells + 1
        if kind in (2, 5, 10, 13) and free < start + content - 1:
            tried += 1
            verdict = bench.judge(Damage(f"free byte {free}", lambda path, at=free: flip(path, at)))  # type: ignore[misc]
            assert verdict is not None
            assert (verdict.changed, verdict.named, verdict.broken) == (False, frozenset(), [])
            assert verdict.writable
        if tried == 5:
            return
    raise AssertionError("pages with free space: too few")


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("table", ["events", "branches", "accounts", "places", "snapshots"])
def test_a_view_without_end_in_the_place_of_a_table_is_never_asked(
    bench: Bench, table: str
) -> None:
    bench.renew()
    with closing(sqlite3.connect(bench.copy)) as db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        db.execute("PRAGMA legacy_alter_table = ON")
        db.execute(f"ALTER TABLE {table} RENAME TO was")
        made_up = ENDLESS.format(", ".join(f"1 AS {column}" for column in columns))
        db.execute(f"CREATE VIEW {table} AS {made_up}")
    told = {check.name: check.detail for check in examine(bench.copy, deep=True) if not check.ok}
    assert told.pop("tables, guards and views are this program's")
    assert told == {"what is on record": "not read: a table is not this program's"}


def test_ctrl_c_ends_a_doctor_at_work(bench: Bench) -> None:
    """Ten towers of a thousand branches, through which every view goes a thousand times."""
    bench.renew()
    with past_every_guard(bench.copy) as db:
        db.execute("BEGIN")
        for number in range(10_000):
            parent = (100 + number - 1, 1) if number % 1_000 else (None, None)
            db.execute(
                "INSERT INTO branches VALUES (?, ?, ?, ?, 0, '', '', '{}', '')",
                (100 + number, f"b{number}", *parent),
            )
        db.execute("COMMIT")
    child = (
        "import sys\n"
        "from ledger.books.checks import doctor\n"
        "from tui.__main__ import main\n"
        "checked = doctor._checked\n"
        "def told(name, find, db):\n"
        "    print(name, file=sys.__stderr__, flush=True)\n"
        "    return checked(name, find, db)\n"
        "doctor._checked = told\n"
        "sys.exit(main(['doctor', '--ledger', sys.argv[1]]))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", child, bench.copy], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as doctor:
        assert doctor.stderr is not None
        while doctor.stderr.readline() != b"a call is met, expired or open, and only once\n":
            assert doctor.poll() is None
        doctor.send_signal(signal.SIGINT)
        out, err = doctor.communicate()
    assert (doctor.returncode, out, err) == (130, b"", b"")


def test_whatever_shape_an_event_has_it_is_a_line_of_the_log(bench: Bench) -> None:
    """An account that is only looked at may have such events before its last snapshot."""
    odd: tuple[object, ...] = (
        None,
        5,
        1.5,
        [],
        {},
        [[1]],
        {"a": {"b": None}},
        "",
        "x",
        "1e999",
        "\ud800",
        10**400,
    )
    with closing(sqlite3.connect(bench.sound)) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM events")]
    for body in bodies:
        for wire in misshapen(body, odd):
            assert event_rows.row_of(wire, "USD", ("ACME",))  # type: ignore[arg-type]
            Fills([wire])  # type: ignore[list-item]


def misshapen(value: object, odd: tuple[object, ...]) -> Iterator[object]:
    """The same JSON with one node of it another, or gone."""
    if isinstance(value, dict):
        for key, held in value.items():
            rest = {k: v for k, v in value.items() if k != key}
            yield rest
            yield from ({**rest, key: new} for new in odd)
            yield from ({**rest, key: new} for new in misshapen(held, odd))
    elif isinstance(value, list):
        for at, held in enumerate(value):
            yield from ([*value[:at], new, *value[at + 1 :]] for new in misshapen(held, odd))


def test_an_account_that_is_gone_is_not_replaced_by_another(bench: Bench) -> None:
    """The one written to last is opened where none is named: not the one before it."""
    bench.renew()
    statement("the last account gone", "DELETE FROM branches WHERE name = 'what-if'").do(bench.copy)
    with pytest.raises(LedgerDamaged, match="there is no branch 4, which was written to last"):
        Door(bench.copy).last(None)


def test_two_accounts_in_each_others_place_are_both_refused(bench: Bench) -> None:
    """Each row is whole and each chain is whole: they are only not those of each other."""
    swapped = statement(
        "coins and what-if in each other's place",
        *(
            f"UPDATE branches SET id = {new} WHERE id = {old}"
            for old, new in ((3, 9), (4, 3), (9, 4))
        ),
    )
    assert broken(bench, swapped) == []
    for name in ("coins", "what-if"):
        bench.renew()
        swapped.do(bench.copy)
        with pytest.raises(LedgerError):
            resume(bench.copy, name)


def test_a_tower_higher_than_views_can_climb_is_told(bench: Bench) -> None:
    bench.renew()
    with past_every_guard(bench.copy) as db:
        for number in range(1_001):
            parent = (100 + number - 1, 1) if number else (None, None)
            db.execute(
                "INSERT INTO branches VALUES (?, ?, ?, ?, 0, '', '', '{}', '')",
                (100 + number, f"b{number}", *parent),
            )
    told = {check.name: check.detail for check in examine(bench.copy) if not check.ok}
    assert told["no what-if line is its own ancestor"] == "branch 1100 has 1000 ancestors"
    assert told["the laws of the books"] == "they cannot be checked"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_desk_shows_an_account_whose_past_is_damaged(
    bench: Bench, size: tuple[int, int]
) -> None:
    """All before its last snapshot: the account is known, and what led to it may be anything."""
    bench.renew()
    bodies = ('{"type": "order_filled", "price": []}', '{"type": {}, "time": 5}', "{}")
    statement(
        "a past of nonsense",
        *(
            f"UPDATE events SET body = '{body}' WHERE branch_id = 1 AND seq % 3 = {n} AND seq < 14"
            for n, body in enumerate(bodies)
        ),
    ).do(bench.copy)
    opened = Door(bench.copy).last("what-if")
    assert opened is not None
    assert opened.session.only_looks
    async with desk(opened.session, size, kept=opened) as hands:
        await hands.press("escape", "L")
        assert "EVENT" in hands.screen()
        await hands.press("escape", "question_mark", "escape", "space")
        assert hands.app.is_running


def test_an_index_that_leads_back_stops_a_replay(bench: Bench) -> None:
    """The key of event 31 says 5: behind 30 comes 5, then 6, and so page after page for ever.

    A record of SQLite: four bytes of header, a constant 1 (the branch) and two numbers of a byte.
    """
    key, leads_back = b"\x04\x09\x01\x01\x1f\x1f", b"\x04\x09\x01\x01\x05\x1f"
    assert bench.whole.count(key) == 1
    bench.renew(bench.whole.replace(key, leads_back))
    with (
        Ledger.open(bench.copy, read_only=True) as ledger,
        pytest.raises(LedgerError, match="event 5 follows event 30"),
    ):
        list(ledger.events(1))
