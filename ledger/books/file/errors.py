"""What can keep a ledger from being opened or written, one plain sentence each."""

from pathlib import Path


class LedgerError(Exception):
    """The ledger could not be opened or written; the message names the file and the cause."""


class LedgerInUse(LedgerError):
    """Another process has the ledger open for writing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is in use by another Tightrope.")


class LedgerTooNew(LedgerError):
    """A later version wrote this ledger."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} was written by a newer Tightrope: its format is {found}, "
            f"this one knows up to {known}."
        )


class LedgerUnusable(LedgerError):
    """The file cannot serve as a ledger; `reason` says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}.")
        self.reason = reason


class LedgerDamaged(LedgerUnusable):
    """What is on record does not fit together: it may be looked at, and nothing is added to it."""

    def __init__(self, path: Path, found: str) -> None:
        super().__init__(
            path,
            f"{found}. It can be viewed but not written to: restore a backup, "
            "or run `tightrope doctor --deep` for details",
        )


class LedgerEmpty(LedgerUnusable):
    """A first start died before anything was on record; the next one begins the ledger."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no account was ever opened in it")


class LedgerBusy(LedgerUnusable):
    """Another program holds the file for the moment; the same entry may be tried again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "another program has locked it")


class LedgerGone(LedgerError):
    """The file was deleted or replaced while it was open.

    `rescued` is where all of it was saved, up to the last entry; `None` where that failed too.
    """

    def __init__(self, path: Path, rescued: Path | None) -> None:
        self.rescued = rescued
        saved = f"everything is saved as {rescued}" if rescued else "anything written since is lost"
        super().__init__(
            f"{path} was deleted or replaced while Tightrope was writing to it; {saved}."
        )


class EntryRefused(LedgerError):
    """An entry breaks a rule of the ledger, or its key stands for something else already."""
