"""What a disk may hold after a power cut: all up to each file's last fsync, and of what came after
anything at all, in sectors and out of order. So it is with names, up to the fsync of their folder.

Not in it: a disk that lies about flushing, or that damages what it was not asked to write.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.power.shim import Kind, Op

SECTORS = (512, 4096)
Image = dict[str, tuple[int, bytes]]
"""By its path under the root, which file it is (one may have two names), and what is in it."""


@dataclass
class File:
    """What the disk has, and what it was asked for since."""

    durable: bytes = b""
    waiting: list[Op] = field(default_factory=list)

    def flush(self) -> None:
        """Everything that was asked for is there."""
        self.durable = bytes(landed(self.durable, self.waiting))
        self.waiting = []


@dataclass
class Name:
    """A change of a folder that the disk was asked for."""

    folder: str
    gone: str = ""
    made: str = ""
    file: int = 0


FOLDER = -1
"""Instead of a file's number: a folder."""


class Disk:
    """Follows a trace; `image` is what a cut after it could leave."""

    def __init__(self, root: str, start: Image | None = None) -> None:
        self.root = root
        self.files: dict[int, File] = {}
        self.durable: dict[str, int] = {}
        """Names on disk."""
        self.named: dict[str, int] = {}
        """Names as the program sees them."""
        self.waiting: list[Name] = []
        self.promised = 0
        self._numbers: dict[int, int] = {}
        self._folders: dict[int, str] = {}
        for path, (number, data) in (start or {}).items():
            at = f"{root}/{path}"
            self.files[number] = File(data)
            self.durable[at] = number
            for above in _folders(root, at):
                self.durable[above] = FOLDER
        self.named = dict(self.durable)

    def follow(self, ops: Iterable[Op]) -> None:
        """Take note of operations."""
        for op in ops:
            self._follow(op)

    def _follow(self, op: Op) -> None:
        if op.kind is Kind.MARK:
            self.promised = max(self.promised, op.offset)
        elif op.kind is Kind.OPEN:
            self._opened(op)
        elif op.kind is Kind.CREATE:
            self._numbers[op.file] = number = max(self.files, default=0) + 1
            self.files[number] = File()
            self._name(Name(_above(op.path), made=op.path, file=number))
        elif op.kind is Kind.MKDIR:
            self._name(Name(_above(op.path), made=op.path, file=FOLDER))
        elif op.kind is Kind.UNLINK:
            self._name(Name(_above(op.path), gone=op.path))
        elif op.kind is Kind.LINK:
            self._name(Name(_above(op.to), made=op.to, file=self.named[op.path]))
        elif op.kind is Kind.RENAME:
            file = self.named[op.path]
            self._name(Name(_above(op.to), gone=op.path, made=op.to, file=file))
        elif op.kind is Kind.SYNC and op.file in self._folders:
            self._flush_names(self._folders[op.file])
        elif op.kind is Kind.SYNC:
            self.files[self._numbers[op.file]].flush()
        else:
            self.files[self._numbers[op.file]].waiting.append(op)

    def _opened(self, op: Op) -> None:
        known = self.named.get(op.path)
        if op.path == self.root or known == FOLDER:
            self._folders[op.file] = op.path
        elif known is not None:
            self._numbers[op.file] = known

    def _name(self, change: Name) -> None:
        _change(self.named, change)
        self.waiting.append(change)

    def _flush_names(self, folder: str) -> None:
        for change in self.waiting:
            if change.folder == folder:
                _change(self.durable, change)
        self.waiting = [change for change in self.waiting if change.folder != folder]

    def image(self, chance: Random) -> Image:
        """What is left, where the power goes now."""
        names = dict(self.durable)
        for change in _some(self.waiting, chance):
            _change(names, change)
        sector, mode = chance.choice(SECTORS), chance.choice(MODES)
        found: Image = {}
        data: dict[int, bytes] = {}
        for path, number in sorted(names.items()):
            above = _folders(self.root, path)
            if number == FOLDER or path.endswith("-shm") or any(a not in names for a in above):
                continue  # what lies in a folder that is lost is lost; a -shm is made anew
            if number not in data:
                data[number] = survived(self.files[number], sector, mode, chance)
            found[path[len(self.root) + 1 :]] = number, data[number]
        return found


def _change(names: dict[str, int], change: Name) -> None:
    if change.gone:
        names.pop(change.gone, None)
    if change.made:
        names[change.made] = change.file


def _above(path: str) -> str:
    return os.path.dirname(path)  # noqa: PTH120 - a text, many of them


def _folders(root: str, path: str) -> list[str]:
    """The folders between the root and a path."""
    found = []
    while (path := _above(path)) != root:
        found.append(path)
    return found


def _some(changes: list[Name], chance: Random) -> list[Name]:
    """Which of these the disk has: none, all, the first, or any."""
    how = chance.randrange(4)
    if how == 0:
        return []
    if how == 1:
        return changes
    if how == 2:
        return changes[: chance.randrange(len(changes) + 1)]
    return [change for change in changes if chance.random() < 0.5]


MODES = ("none", "all", "first", "few", "half", "most", "but one", "only one")


def survived(file: File, sector: int, mode: str, chance: Random) -> bytes:
    """A file as a cut may leave it."""
    if not file.waiting or mode == "none":
        return file.durable
    pieces = [piece for op in file.waiting for piece in _pieces(op, sector)]
    count = len(pieces)
    one = chance.randrange(count)
    if mode == "all":
        kept = pieces
    elif mode == "first":
        kept = pieces[:one]
    elif mode == "but one":
        kept = pieces[:one] + pieces[one + 1 :]
    elif mode == "only one":
        kept = [pieces[one]]
    else:
        share = {"few": 0.1, "half": 0.5, "most": 0.9}[mode]
        kept = [piece for piece in pieces if chance.random() < share]
    if kept and chance.random() < 0.2:
        kept = _torn(kept, chance)
    return bytes(_longer(landed(file.durable, kept), file, chance))


def _pieces(op: Op, sector: int) -> Iterable[Op]:
    """A write in sectors of the disk; anything else is whole."""
    if op.kind is not Kind.WRITE:
        yield op
        return
    at, end = op.offset, op.offset + len(op.data)
    while at < end:
        to = min(end, (at // sector + 1) * sector)
        yield Op(op.kind, op.file, at, "", "", op.data[at - op.offset : to - op.offset])
        at = to


def _torn(kept: list[Op], chance: Random) -> list[Op]:
    """One of them landed in part."""
    n = chance.randrange(len(kept))
    op = kept[n]
    part = op.data[: chance.randrange(len(op.data) + 1)]
    return [*kept[:n], Op(op.kind, op.file, op.offset, "", "", part), *kept[n + 1 :]]


def _longer(data: bytearray, file: File, chance: Random) -> bytearray:
    """A new length may be on disk before what belongs there: then zeros, or what was there."""
    meant = max(
        (op.offset + len(op.data) for op in file.waiting if op.kind is Kind.WRITE), default=0
    )
    gap = meant - len(data)
    if gap > 0 and chance.random() < 0.3:
        data += bytes(gap) if chance.random() < 0.5 else chance.randbytes(gap)
    return data


def landed(durable: bytes, ops: Iterable[Op]) -> bytearray:
    """A file after these writes and cuts, in their order."""
    data = bytearray(durable)
    for op in ops:
        if op.kind is Kind.TRUNCATE:
            del data[op.offset :]
            data += bytes(op.offset - len(data))
            continue
        end = op.offset + len(op.data)
        if op.offset > len(data):
            data += bytes(op.offset - len(data))
        data[op.offset : end] = op.data
    return data


def lay(folder: Path, image: Image) -> None:
    """Put an image down as files, with the modes that a ledger has."""
    made: dict[int, Path] = {}
    for path, (number, data) in image.items():
        file = folder / path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if number in made:
            file.hardlink_to(made[number])
            continue
        file.write_bytes(data)
        file.chmod(0o600)
        made[number] = file
