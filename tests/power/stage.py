"""Where an actor acts: a process of its own, forked when everything is loaded, over a folder."""

import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from random import Random
from struct import Struct
from tempfile import TemporaryDirectory

from ledger.books.file.errors import LedgerError
from ledger.refused import Refused
from tests.power.actors import Desk
from tests.power.shim import COUNTED, Op, Shim, read_trace
from tests.power.stories import LEDGER, Story

DIED = -signal.SIGKILL
DONE, TOLD, FELL = 0, 3, 4
"""How an actor's process ends: all done; a failure told in a sentence; a traceback."""

_CELLS = Struct("<qq")


@dataclass
class Toll:
    """What one trial showed; trials add up."""

    trials: int = 0
    struck: int = 0
    """Kills that killed, images that were new, errors that fell on an operation."""
    promised: int = 0
    findings: list[str] = field(default_factory=list)


class Cells:
    """Two numbers that outlive a killed process."""

    def __init__(self) -> None:
        self._shared = mmap(-1, _CELLS.size)

    def promise(self, number: int) -> None:
        """Promises never go back."""
        before, count = _CELLS.unpack_from(self._shared)
        _CELLS.pack_into(self._shared, 0, max(before, number), count)

    def count(self, number: int) -> None:
        promised, _ = _CELLS.unpack_from(self._shared)
        _CELLS.pack_into(self._shared, 0, promised, number)

    def forget(self) -> None:
        _CELLS.pack_into(self._shared, 0, 0, 0)

    @property
    def promised(self) -> int:
        return int(_CELLS.unpack_from(self._shared)[0])

    @property
    def counted(self) -> int:
        return int(_CELLS.unpack_from(self._shared)[1])


class Stage:
    """A folder in memory where it can be had, and the process that acts on what is in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "watched"
        self.words = root / "words"
        self.shim = Shim()
        self.cells = Cells()
        self._traces: dict[tuple[str, str], list[Op]] = {}

    def clear(self) -> None:
        """Nothing was ever here."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.cells.forget()

    def copy(self) -> Path:
        """What lies there, to be looked at while the original stays as it is."""
        beside = self.root / "copy"
        shutil.rmtree(beside, ignore_errors=True)
        made: dict[int, str] = {}

        def copy(file: str, to: str) -> None:
            first = made.setdefault(Path(file).stat().st_ino, to)
            shutil.copy2(file, to) if first == to else os.link(first, to)

        return shutil.copytree(self.folder, beside, copy_function=copy)

    def run(self, work: Callable[[], None]) -> int:
        """Do the work in a fork; how it ended. What it said last is in `last_words`."""
        self.words.write_text("")
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        status = FELL
        try:
            work()
            status = DONE
        except (LedgerError, Refused) as fault:
            status = TOLD
            self.words.write_text(str(fault))
        except BaseException:  # noqa: BLE001 - it is told by the process that waits
            self.words.write_text(traceback.format_exc(limit=-6))
        finally:
            os._exit(status)

    def record(self, actor: Desk, story: Story, chance: Random) -> list[Op]:
        """Every operation of a run that nothing hinders, on what lies there."""
        file = self.root / "trace"
        file.unlink(missing_ok=True)

        def promise(number: int) -> None:
            self.cells.promise(number)
            self.shim.mark(number)

        def work() -> None:
            self.shim.watch(self.folder)
            self.shim.record(file)
            actor.act(self.folder, story, chance, promise)

        assert self.run(work) == DONE, self.last_words
        return list(read_trace(file))

    def usual(self, actor: Desk, story: Story) -> list[Op]:
        """The operations of a first start with all that follows, without marks and openings."""
        key = actor.name, story.offer.id
        if key not in self._traces:
            self.clear()
            found = self.record(actor, story, Random(1))
            self._traces[key] = [op for op in found if op.kind in COUNTED]
            self.clear()
        return self._traces[key]

    @property
    def last_words(self) -> str:
        return self.words.read_text()


def leave_unborn(stage: Stage) -> None:
    """What a first start of an older program could leave: an empty file under the ledger's name."""
    file = stage.folder / LEDGER
    file.parent.mkdir(mode=0o700)
    file.touch(mode=0o600)


@contextmanager
def stage() -> Iterator[Stage]:
    """In the memory of the system where it has such a folder: there an fsync costs nothing."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as root:
        yield Stage(Path(root).resolve())
