"""Where files are and how they are read: the shipped ones and the user's own.

Kept free of the file checkers, so that a session can be resumed without loading them.
"""

from functools import cache
from pathlib import Path

import ledger
from ledger.refused import Refused
from ledger.text import clean

LARGEST_FILE = 100_000_000
"""The largest file that is read, in bytes."""


@cache
def assets() -> Path:
    """The folder of shipped files: inside an installed package, beside it in a checkout.

    Raises `Refused` when it is missing.
    """
    assert ledger.__file__ is not None, "a package with a file"
    package = Path(ledger.__file__).resolve().parent
    for folder in (package / "_assets", package.parent / "assets"):
        if (folder / "venues").is_dir():
            return folder
    raise Refused("the rule books and tapes are missing: install Tightrope again")


def data_folder() -> Path:
    """Where this user's ledgers are kept. It is not created here."""
    from platformdirs import user_data_path  # imported here: rarely needed

    return user_data_path("tightrope", appauthor=False)


def read_bytes(path: Path, name: str, limit: int = LARGEST_FILE) -> bytes:
    """A file's bytes, at most `limit`; `name` is what faults call it. Raises `Refused`."""
    shown = clean(name, 80)
    try:
        if path.is_dir():
            raise Refused(f"{shown}: this is a folder, not a file")
        if not path.is_file():
            raise Refused(f"{shown}: there is no such file")
        if path.stat().st_size > limit:
            raise Refused(f"{shown}: the file is too large; allowed: up to {limit} bytes")
        with path.open("rb") as file:  # the reported size can be wrong: see /proc
            data = file.read(limit + 1)
        if len(data) > limit:
            raise Refused(f"{shown}: the file is too large; allowed: up to {limit} bytes")
        return data
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise Refused(f"{shown}: the file cannot be read: {reason}") from None


def read_text(path: Path, name: str) -> str:
    """A file's text; `name` is what faults call it. Raises `Refused`."""
    try:
        return read_bytes(path, name).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(f"{clean(name, 80)}: not a text file in UTF-8") from None


def is_path(source: str, *suffixes: str) -> bool:
    """Whether a source is a path and not an id."""
    return "/" in source or "\\" in source or source.lower().endswith(suffixes)


def within(base: Path | None, source: str) -> Path:
    """The path of a source, relative to the folder of the file that names it."""
    try:
        return (base or Path()) / Path(source).expanduser()
    except RuntimeError:  # `~user` without such a user
        return Path(source)
