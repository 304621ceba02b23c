"""Which ledger is used: the option's, then the environment's, then the one in the data folder."""

import os
from argparse import Namespace
from pathlib import Path

from ledger.practice.library.files import data_folder
from ledger.refused import Refused

VARIABLE = "TIGHTROPE_LEDGER"
FILE = "ledger.db"


def ledger_path(arguments: Namespace) -> Path:
    """The ledger of this command. It need not exist."""
    named = named_ledger(arguments)
    if named is not None:
        return named
    if os.environ.get(VARIABLE):
        return path_of(os.environ[VARIABLE], f"${VARIABLE}")
    return data_folder() / FILE


def named_ledger(arguments: Namespace) -> Path | None:
    """The ledger that the command names; `None` if it names none."""
    return None if arguments.ledger is None else path_of(arguments.ledger, "--ledger")


def path_of(text: str, where: str) -> Path:
    """The path in a text. Raises `Refused`, naming `where`."""
    if not text or "\0" in text:
        raise Refused(f"{where}: not a path; give the path of a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # `~user` without such a user
        return Path(text)
