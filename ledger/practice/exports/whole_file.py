"""Files that appear under their name when they are complete, and replace nothing."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from ledger.refused import Refused

_BESIDE = ".tightrope-"


def write_lines(target: Path, lines: Iterable[str]) -> None:
    """A text file of these lines. Raises `Refused` for a name that is taken, and for a place that
    cannot be written: then nothing is left behind."""
    with new_file(target) as part, part.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            out.write(line)
            out.write("\n")


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A file to be filled, which gets its name at the end. Raises as `write_lines`."""
    _must_be_free(target)
    with _told(target):
        handle, name = tempfile.mkstemp(prefix=_BESIDE, dir=target.parent)  # for its owner alone
        os.close(handle)
        part = Path(name)
        try:
            yield part
            _to_disk(part)
            _give_name(part, target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to be filled, which gets its name at the end. Raises as `write_lines`."""
    _must_be_free(target)
    with _told(target):
        part = Path(tempfile.mkdtemp(prefix=_BESIDE, dir=target.parent))
        try:
            yield part
            for file in part.iterdir():
                _to_disk(file)
            _must_be_free(target)
            part.rename(target)
        finally:
            rmtree(part, ignore_errors=True)


def _must_be_free(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise Refused(f"{target}: already exists, and an export never overwrites; name another")
    if not target.parent.is_dir():
        raise Refused(f"{target}: there is no folder {target.parent}; make it first")


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeError) as fault:
        said = getattr(fault, "strerror", None) or str(fault)
        raise Refused(f"{target}: cannot be written: {said}") from None


def _give_name(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # fails if another program was first
    except FileExistsError:
        _must_be_free(target)
        raise
    except OSError:  # a file system without hard links
        _must_be_free(target)
        part.rename(target)


def _to_disk(file: Path) -> None:
    with suppress(OSError):
        handle = os.open(file, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
