"""Commands as a user types them: inside this process for speed, or as the installed program."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.places import ROOT
from tui.__main__ import main

JOURNEY = ROOT / "tests" / "data" / "journey-a"
FIRST_CALL = JOURNEY / "first-call.toml"
REHEARSALS = ROOT / "assets" / "rehearsals"

_BESIDES = ("-wal", "-shm", ".lock")
"""What SQLite and the lock keep beside a ledger; nothing of it is in there once it is closed."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def tightrope(*arguments: object) -> Ended:
    """The command's own entry point, with its output caught."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = main([str(argument) for argument in arguments])
    return Ended(status, out.getvalue(), err.getvalue())


def installed() -> Path:
    """The program as pip made it, beside the interpreter that runs the tests."""
    name = "tightrope.exe" if os.name == "nt" else "tightrope"
    return Path(sys.executable).with_name(name)


def program(
    *arguments: object, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The installed program in a process of its own, from another folder."""
    return subprocess.run(
        [installed(), *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


def exact(text: str) -> Any:
    """JSON without a single float in it."""
    return json.loads(text, parse_float=_no_float, parse_constant=_no_float)


def _no_float(text: str) -> Any:
    raise AssertionError(f"{text} is a float: exact numbers are strings")


@cache
def rehearsed(path: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The events and the statement of `rehearse --json`; read them, do not change them."""
    ended = tightrope("rehearse", path, "--json")
    assert ended.status == 0, ended.err
    *events, statement = map(exact, ended.lines)
    return events, statement


def of(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The events of one kind."""
    return [event for event in events if event["type"] == kind]


def figure(text: object) -> Decimal:
    """An exact number of the wire."""
    assert isinstance(text, str)
    assert re.fullmatch(r"-?\d+(\.\d+)?", text), f"{text!r} is not in plain notation"
    return Decimal(text)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What a plain SQLite shell reads in a ledger."""
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but what SQLite keeps beside a ledger."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(_BESIDES)
    }


@contextmanager
def without_rights() -> Iterator[Path]:
    """A folder that cannot be written: where tests run as root, modes alone stop no one."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, 65_534, -1)
        folder.chmod(0o555)
        if root:
            os.seteuid(65_534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)
