"""Folders that survive a power cut: a file's name is on disk only when its folder was synced."""

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone, with its parents, each synced to disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the disk keep the names in it. Not every system lets a folder be opened for this."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
