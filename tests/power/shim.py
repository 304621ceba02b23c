"""What stands between a process and its disk: `shim.c`, built when it is first needed.

A process that was started with it (`preloaded`) can watch a folder and say at which operation on
its files something happens. Linux alone has it; elsewhere `build` returns nothing.
"""

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from struct import Struct
from subprocess import run

SOURCE = Path(__file__).with_name("shim.c")


class Kind(IntEnum):
    """An operation on a file, as `shim.c` counts them."""

    OPEN = 0
    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    LINK = 5
    RENAME = 6
    UNLINK = 7
    MKDIR = 8
    MARK = 9
    """No operation: what was promised by then."""


COUNTED = tuple(kind for kind in Kind if kind not in (Kind.OPEN, Kind.MARK))
TAKING_SPACE = (Kind.CREATE, Kind.WRITE, Kind.LINK, Kind.MKDIR)


class Act(IntEnum):
    """What happens at the chosen operation."""

    LOOK = 0
    KILL = 1
    TEAR = 2
    """A part of a write lands, anything else does whole; then the process is gone."""
    FAIL = 3
    SHORT = 4
    """A part of a write lands, and it says so."""


def build(folder: Path) -> Path | None:
    """The library, compiled into a folder; `None` where there is no compiler or no Linux."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return None
    library = folder / "shim.so"
    run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl", "-lpthread"],
        check=True,
    )
    return library


def preloaded(library: Path) -> dict[str, str]:
    """The environment of a process that is to have it."""
    return {**os.environ, "LD_PRELOAD": str(library)}


class Shim:
    """The library in this very process."""

    def __init__(self) -> None:
        self._calls = ctypes.CDLL(None)
        self._calls.power_count.restype = ctypes.c_long

    def watch(self, folder: Path) -> None:
        """Count operations on the files of this folder from here on."""
        self._calls.power_watch(os.fsencode(folder))

    def arm(
        self,
        act: Act,
        at: int,
        *,
        error: int = 0,
        part: int = 0,
        kinds: tuple[Kind, ...] = COUNTED,
        lasting: bool = False,
    ) -> None:
        """What is to happen at the first operation of these kinds from number `at` on.

        A write that is torn or short keeps `part` of its bytes, counted round. Where it is
        `lasting`, every later operation of these kinds fails with the error.
        """
        mask = sum(1 << kind for kind in kinds)
        self._calls.power_arm(
            int(act), ctypes.c_long(at), error, ctypes.c_long(part), mask, lasting
        )

    def record(self, file: Path) -> None:
        """Write every operation down; the file must lie elsewhere."""
        self._calls.power_record(os.fsencode(file))

    def mark(self, number: int) -> None:
        """Note among the operations that so much was promised."""
        self._calls.power_mark(ctypes.c_long(number))

    @property
    def count(self) -> int:
        """Operations since the folder is watched."""
        return int(self._calls.power_count())


@dataclass(frozen=True, slots=True)
class Op:
    """One operation of a trace. `offset` is a size for TRUNCATE, and the promise for MARK."""

    kind: Kind
    file: int
    offset: int
    path: str
    to: str
    data: bytes


_HEAD = Struct("<iiQqq")


def read_trace(file: Path) -> Iterator[Op]:
    """The operations in the order in which they were done."""
    raw, at = file.read_bytes(), 0
    while at + _HEAD.size <= len(raw):
        kind, named, number, offset, size = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        path, _, to = os.fsdecode(raw[at : at + named]).partition("\0")
        at += named
        yield Op(Kind(kind), number, offset, path, to, raw[at : at + size])
        at += size
