"""Why a ledger cannot be opened or written, one plain sentence each."""

from pathlib import Path


class LedgerError(Exception):
    """The ledger could not be opened or written; the message names the file and the cause."""


class LedgerInUse(LedgerError):
    """Another process has the ledger open for writing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is in use by another Tightrope.")


class LedgerTooNew(LedgerError):
    """A later version wrote this ledger."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(
            f"{path} was written by a newer Tightrope: its format is {version}, "
            f"this one knows up to {known}."
        )


class LedgerUnusable(LedgerError):
    """The file cannot serve as a ledger; `reason` says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}.")
        self.reason = reason


class LedgerDamaged(LedgerUnusable):
    """The record is inconsistent: it may be viewed, but not written to."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            path,
            f"{fault}. It can be viewed but not written to: restore a backup, "
            "or run `tightrope doctor --deep` for details",
        )


class LedgerEmpty(LedgerUnusable):
    """A first start died before anything was recorded; the next one begins the ledger."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no account was ever opened in it")


class LedgerBusy(LedgerUnusable):
    """Another program holds the file at the moment; the same entry may be tried again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "another program has locked it")


class LedgerGone(LedgerError):
    """The file was deleted or replaced while it was open.

    `rescued` is where all of it was saved, up to the last entry; `None` if that failed too.
    """

    def __init__(self, path: Path, rescued: Path | None) -> None:
        self.rescued = rescued
        saved = f"everything is saved as {rescued}" if rescued else "anything written since is lost"
        super().__init__(
            f"{path} was deleted or replaced while Tightrope was writing to it; {saved}."
        )


class EntryRefused(LedgerError):
    """An entry breaks a rule of the ledger, or its key is already used for something else."""
