"""What reading a foreign or damaged ledger may raise, as one sentence."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.books.file.errors import EntryRefused, LedgerDamaged, LedgerError, LedgerUnusable
from ledger.text import clean

STRANGER = "it is not a Tightrope ledger"

MISFITS = (
    *(ValueError, TypeError, LookupError, AttributeError),
    *(AssertionError, ArithmeticError, RecursionError),
)
"""What a cell of arbitrary content does to code that trusts it. Catch them only where what was read
is not, or not yet, covered by a checksum of ours."""


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Raise whatever a ledger's cells lead to inside the block as a `LedgerError`."""
    try:
        yield
    except EntryRefused as fault:  # a branch without an end, or a missing one
        raise LedgerDamaged(path, str(fault).rstrip(".")) from fault
    except LedgerError:
        raise
    except sqlite3.Error as fault:
        raise LedgerUnusable(path, cause(fault)) from fault
    except MISFITS as fault:
        raise unreadable(path, fault) from fault


def unreadable(path: Path, fault: Exception) -> LedgerDamaged:
    """A misfit as the error that names it."""
    what = clean(f"{type(fault).__name__}: {fault}", 120)
    return LedgerDamaged(path, f"its records cannot be read ({what})")


def cause(fault: Exception) -> str:
    """SQLite's own words, made plain where they are not.

    Raises `KeyboardInterrupt` for a query that ctrl+c ended.
    """
    if getattr(fault, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        raise KeyboardInterrupt from fault
    text = str(fault)
    if "not a database" in text:
        return STRANGER
    if "malformed" in text or "decode to UTF-8" in text:
        return "the file is damaged"
    if "too big" in text:
        return "one of its cells is too large; the file is damaged"
    if "readonly" in text:
        return "the file or its folder is read-only"
    return clean(text, 200)
