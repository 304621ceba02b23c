"""Wrong input of every kind: one clear sentence, the stated status, and nothing is changed."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from ledger.books.store import Ledger
from tests.cli.driving import FIRST_CALL, JOURNEY, Ended, contents, tightrope, without_rights

TEXT = FIRST_CALL.read_text("utf-8")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger, the journey's tape, and files that are no ledgers; to be copied."""
    path = tmp_path_factory.mktemp("shelf")
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path / "ledger.db").status == 0
    (path / "acme.csv").write_bytes((JOURNEY / "acme.csv").read_bytes())
    (path / "text.db").write_text("a shopping list", "utf-8")
    with closing(sqlite3.connect(path / "other.db")) as other, other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with closing(sqlite3.connect(path / "newer.db")) as newer, newer:
        newer.execute("PRAGMA application_id = 0x54475250")
        newer.execute("PRAGMA user_version = 99")
        newer.execute("CREATE TABLE events (seq INTEGER)")
    return path


@pytest.fixture
def folder(shelf: Path, tmp_path: Path) -> Path:
    """A copy of the shelf, for one test."""
    copytree(shelf, tmp_path, dirs_exist_ok=True)
    return tmp_path


def refused(ended: Ended, status: int = 2) -> list[str]:
    """The faults that were told, each on a line that begins with the program's name."""
    assert ended.status == status, ended.err
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert lines
    assert all(line.startswith("tightrope: ") and line.isprintable() for line in lines)
    return lines


MUTATIONS = {
    "an unknown key": (
        ('quantity = "200"', 'quantity = "200", colour = "red"'),
        r"do\[2\]\.buy\.colour: .*allowed: .*quantity",
    ),
    "a quantity of 13 digits": (
        ('quantity = "200"', 'quantity = "1234567890123"'),
        r"do\[2\]\.buy\.quantity: .*1234567890123.*allowed",
    ),
    "a quantity finer than the lot": (
        ('quantity = "200"', 'quantity = "200.5"'),
        r"do\[2\]\.buy\.quantity: .*lot",
    ),
    "a quantity that is no number": (
        ('quantity = "200"', 'quantity = "2e2"'),
        r"do\[2\]\.buy\.quantity: .*not a plain number",
    ),
    "money finer than a cent": (
        ('deposit = "10000"', 'deposit = "10000.001"'),
        r"do\[1\]\.deposit: .*0\.01",
    ),
    "a tape that is missing": (
        ('"acme.csv"', '"nothing.csv"'),
        r"tape\[1\]\.source: nothing\.csv: there is no such file",
    ),
    "a tape that nobody knows": (
        ('"acme.csv"', '"spy-us-1d"'),
        r"tape\[1\]\.source: .*spy-us-1d-1998-2021",
    ),
    "a venue that nobody knows": (
        ('"us-reg-t"', '"us-reg-x"'),
        r"venue: .*us-reg-t",
    ),
    "a mode the venue has not": (
        ('"cross"', '"isolated"'),
        r"mode: .*allowed: cross",
    ),
    "a symbol without a tape": (
        ('buy = { symbol = "ACME"', 'buy = { symbol = "ACNE"'),
        r"do\[2\]\.buy\.symbol: .*ACME",
    ),
    "an end before the start": (
        ("end   = 2024-01-13T00:00:00Z", "end   = 2023-01-13T00:00:00Z"),
        r"end: .*after 2024-01-01T00:00:00Z",
    ),
}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_fault_in_the_file_is_told_with_its_line_and_what_is_allowed(
    kind: str, folder: Path
) -> None:
    (was, becomes), told = MUTATIONS[kind]
    number = 1 + TEXT.partition(was)[0].count("\n")
    assert was in TEXT
    file = folder / "changed.toml"
    file.write_text(TEXT.replace(was, becomes), "utf-8")
    before = contents(folder)
    for ledger in ("ledger.db", "new.db"):
        (line,) = refused(tightrope("rehearse", file, "--ledger", folder / ledger))
        assert re.match(f"tightrope: changed.toml:{number}: {told}", line), line
    assert contents(folder) == before


def test_a_file_that_is_no_toml_is_told(folder: Path) -> None:
    file = folder / "changed.toml"
    file.write_text("title = First call", "utf-8")
    (line,) = refused(tightrope("rehearse", file))
    assert line.startswith("tightrope: changed.toml: not valid TOML")


def test_every_fault_has_its_own_line(folder: Path) -> None:
    file = folder / "changed.toml"
    file.write_text(TEXT.replace('"200"', '"2e2"').replace('"10000"', '"1e4"'), "utf-8")
    deposit, quantity = refused(tightrope("rehearse", file))
    assert "do[1].deposit" in deposit
    assert "do[2].buy.quantity" in quantity


LEDGERS = {
    "not a ledger": ("text.db", r"text\.db cannot be used: it is not a Tightrope ledger"),
    "another program's file": ("other.db", r"other\.db cannot be used: it is not a Tightrope"),
    "from a newer version": ("newer.db", r"newer\.db was written by a newer Tightrope.* 99"),
    "a folder": (".", r"cannot be used: .*not a file"),
    "inside a file": ("text.db/ledger.db", r"cannot be used"),
}
COMMANDS: dict[str, list[str | Path]] = {
    "rehearse": ["rehearse", FIRST_CALL],
    "status": ["status"],
    "positions": ["positions"],
    "orders": ["orders"],
    "ledger": ["ledger"],
    "watch": ["watch", "--once"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", LEDGERS)
def test_what_is_no_ledger_is_refused_and_stays_as_it_is(
    kind: str, command: str, folder: Path
) -> None:
    name, told = LEDGERS[kind]
    before = contents(folder)
    (line,) = refused(tightrope(*COMMANDS[command], "--ledger", folder / name))
    if command == "rehearse" or kind in ("not a ledger", "another program's file"):
        assert re.search(told, line), line
    assert contents(folder) == before


def test_a_ledger_in_use_is_told_by_its_own_status(folder: Path) -> None:
    path = folder / "ledger.db"
    with Ledger.open(path):
        before = path.read_bytes()
        (line,) = refused(tightrope("rehearse", FIRST_CALL, "--ledger", path), status=4)
        assert path.read_bytes() == before
        assert tightrope("status", "--ledger", path).status == 0, "reading is always possible"
    assert line == f"tightrope: {path} is in use by another Tightrope."


def test_a_folder_that_cannot_be_written_is_refused() -> None:
    assert tightrope("rehearse", FIRST_CALL).status == 0  # loads what is needed while we may
    with without_rights() as folder:
        for name in ("ledger.db", "deeper/ledger.db"):
            path = folder / name
            (line,) = refused(tightrope("rehearse", FIRST_CALL, "--ledger", path))
            assert line.startswith(f"tightrope: {path} cannot be used: Permission denied")
        assert contents(folder) == {}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rehearse", "nowhere.toml"], "nowhere.toml: there is no such file"),
        (["rehearse", "."], "this is a folder, not a file"),
        (["rehearse", ""], "this is a folder, not a file"),
        (["rehearse", "a\0b.toml"], "no such file"),
        (["rehearse", FIRST_CALL, "--account", "Größe"], "allowed: small letters, digits and -"),
        *(
            ([*words, "--ledger", "nowhere.db"], "nowhere.db: there is no ledger yet")
            for words in (
                ["journal"],
                ["trade", "1"],
                ["report"],
                ["tax"],
                ["review"],
                ["passive"],
                ["discipline"],
                ["calls"],
                ["note", "1", "so"],
                ["tag", "1", "late"],
                ["plan", "--preset=funded"],
                ["review", "--rule=reason"],
                ["discipline", "--contest=x"],
                ["compare", "a", "b"],
            )
        ),
        (["status", "--ledger", "nowhere.db"], "nowhere.db cannot be used: there is no such file"),
        (["journal", "--ledger", "."], "cannot be used: it is not a file"),
        (["status", "--ledger", ""], "--ledger: not a path"),
        (["doctor", "--ledger", "nowhere.db"], "nowhere.db: there is no such file"),
        (["backup", "copy.db", "--ledger", "nowhere.db"], "nowhere.db: there is no such file"),
        (["venues", "us-reg-x"], 'no rule book is called "us-reg-x"; nearest: us-reg-t'),
        (["venues", "/nowhere/book.toml"], "book.toml: there is no such file"),
        (["calc", "call", "--value", "1", "--loan", "x", "--maintenance", "0.3"], "not a plain"),
        (["calc", "call", "--value", "1", "--loan", "1"], "--maintenance"),
        (["calc", "size"], "--equity"),
        (["calc"], "WHAT"),
        (["fly"], "invalid choice: 'fly'"),
        (["fly\x1b[31m"], "invalid choice"),
        (["status", "--colour"], "unrecognized arguments: --colour"),
        (["ledger", "--limit", "0"], "'0' is not a whole number above zero"),
        (["ledger", "--limit", "9" * 30], "is not a whole number above zero"),
        (["ledger", "--led", "x"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_understood_is_told_in_one_line(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = refused(tightrope(*arguments))
    assert told in line
    assert contents(tmp_path) == {}


def test_an_account_or_a_kind_of_event_that_is_not_there_names_the_nearest(folder: Path) -> None:
    ledger = folder / "ledger.db"
    (line,) = refused(tightrope("status", "--ledger", ledger, "--account", "first-cal"))
    assert 'no account is called "first-cal"' in line
    assert line.endswith("nearest: first-call")
    (line,) = refused(tightrope("ledger", "--ledger", ledger, "--kind", "margin_call"))
    assert "margin_call_issued" in line


def test_a_backup_replaces_nothing(folder: Path) -> None:
    before = contents(folder)
    ledger, target = folder / "ledger.db", folder / "text.db"
    (line,) = refused(tightrope("backup", target, "--ledger", ledger))
    assert "already exists" in line
    (line,) = refused(tightrope("backup", folder / "no" / "copy.db", "--ledger", ledger))
    assert contents(folder) == before


def test_the_desk_needs_a_terminal(tmp_path: Path) -> None:
    (line,) = refused(tightrope("--ledger", tmp_path / "ledger.db"))
    assert "needs a terminal" in line
    assert contents(tmp_path) == {}
