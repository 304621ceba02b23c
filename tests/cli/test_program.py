"""The installed program in a process of its own: other folders, pipes, encodings, interrupts."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from ledger.account.commands import AddNote
from ledger.practice.sessions.open_session import resume
from tests.cli.driving import (
    FIRST_CALL,
    JOURNEY,
    contents,
    exact,
    installed,
    program,
    rows,
    tightrope,
)

PATIENCE = 60
"""Seconds after which a program that says nothing is ended, so that its test fails."""


def test_the_command_works_from_any_folder(tmp_path: Path) -> None:
    assert program("--version", folder=tmp_path).stdout.startswith(b"tightrope 0.")
    for name in ("first-call.toml", "acme.csv"):
        (tmp_path / name).write_bytes((JOURNEY / name).read_bytes())
    ended = program("rehearse", "first-call.toml", "--json", folder=tmp_path)
    assert ended.returncode == 0
    assert ended.stderr == b""
    assert ended.stdout.decode() == tightrope("rehearse", FIRST_CALL, "--json").out
    assert program("tapes", folder=tmp_path).returncode == 0
    assert set(contents(tmp_path)) == {"first-call.toml", "acme.csv"}


def test_the_ledger_is_kept_where_the_system_keeps_a_user_s_data(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    home |= {"TIGHTROPE_LEDGER": "", "LOCALAPPDATA": str(tmp_path), "APPDATA": str(tmp_path)}
    ended = program("status", folder=tmp_path, environment=home)
    assert ended.returncode == 2
    assert str(tmp_path).encode() in ended.stderr
    assert contents(tmp_path) == {}


def test_a_reader_who_has_enough_is_no_error(tmp_path: Path) -> None:
    for arguments in (["tapes"], ["rehearse", FIRST_CALL], ["status"]):
        gone, end = os.pipe()
        os.close(gone)
        ledger = tmp_path / "ledger.db"
        if arguments == ["status"]:
            tightrope("rehearse", FIRST_CALL, "--ledger", ledger)
        ended = subprocess.run(
            [installed(), *map(str, arguments)],
            env={**os.environ, "TIGHTROPE_LEDGER": str(ledger)},
            stdout=end,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
        os.close(end)
        assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_run_that_is_kept_goes_to_its_end_when_nobody_reads_it(tmp_path: Path) -> None:
    gone, end = os.pipe()
    os.close(gone)
    ledger = tmp_path / "ledger.db"
    command = [str(installed()), "rehearse", str(FIRST_CALL), "--json", "--ledger", str(ledger)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    ended = subprocess.run(
        command, env=environment, stdout=end, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
    )
    os.close(end)
    assert (ended.returncode, ended.stderr) == (0, b"")
    told = tightrope("rehearse", FIRST_CALL, "--json").lines
    assert [body for (body,) in rows(ledger, "SELECT body FROM events ORDER BY seq")] == told[:-1]


def test_an_output_that_cannot_be_written_is_told_in_one_line() -> None:
    """As a full disk would: every write to this handle fails."""
    deaf = os.open(os.devnull, os.O_RDONLY)
    command = [str(installed()), "tapes"]
    ended = subprocess.run(
        command, stdout=deaf, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
    )
    os.close(deaf)
    assert ended.returncode == 1
    assert ended.stderr == b"tightrope: the output cannot be written: Bad file descriptor\n"


def test_a_terminal_without_unicode_gets_plain_twins(tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": "ascii"}
    for arguments in (["venues"], ["venues", "binance-usdm"], ["rehearse", FIRST_CALL]):
        ended = program(*arguments, folder=tmp_path, environment=environment)
        assert (ended.returncode, ended.stderr) == (0, b"")
        assert ended.stdout.isascii()
    ended = program("venues", "--json", folder=tmp_path, environment=environment)
    assert exact(ended.stdout.decode("ascii")) == exact(tightrope("venues", "--json").out)
    ended = program("rehearse", "Größe.toml", folder=tmp_path, environment=environment)
    assert ended.returncode == 2
    assert ended.stderr.isascii()
    assert ended.stderr.count(b"\n") == 1


@contextmanager
def watching(ledger: Path) -> Iterator["subprocess.Popen[str]"]:
    """`watch` in a process of its own, ended in any case."""
    process = subprocess.Popen(
        [installed(), "watch", "--ledger", ledger],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    guard = Timer(PATIENCE, process.kill)
    guard.start()
    try:
        yield process
    finally:
        guard.cancel()
        process.kill()
        process.communicate()


def test_watch_tells_what_another_process_commits_until_it_is_interrupted(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    tightrope("rehearse", FIRST_CALL, "--ledger", ledger, "--account", "one")
    with watching(ledger) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "CLOCK  equity 2,375.34 USD" in process.stdout.readline()
        extend(ledger)
        assert "NOTE   Note: told to the watcher" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert process.stderr.read() == ""


def extend(ledger: Path) -> None:
    """Write a note into the account as the desk does."""
    session = resume(ledger, "one")
    session.send(AddNote(text="told to the watcher"))
    session.close()


def test_an_interrupted_run_ends_quietly_and_keeps_what_it_did(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    process = subprocess.Popen(
        [installed(), "rehearse", FIRST_CALL, "--ledger", ledger],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 130), "it may have been done already"
    assert told == b""
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
