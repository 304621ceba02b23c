"""Which ledger is meant: the option, then the environment, then the user's data folder."""

import os
from argparse import Namespace
from pathlib import Path

from ledger.refused import Refused

VARIABLE = "TIGHTROPE_LEDGER"
FILE = "ledger.db"


def ledger_path(arguments: Namespace) -> Path:
    """The ledger of this command. It need not exist."""
    given = named_ledger(arguments)
    if given is not None:
        return given
    if os.environ.get(VARIABLE):
        return _path(os.environ[VARIABLE], f"${VARIABLE}")
    from platformdirs import user_data_path  # here, since a path is often given

    return user_data_path("tightrope", appauthor=False) / FILE


def named_ledger(arguments: Namespace) -> Path | None:
    """The ledger that the command itself names; `None` where it names none."""
    return None if arguments.ledger is None else _path(arguments.ledger, "--ledger")


def _path(text: str, where: str) -> Path:
    if not text or "\0" in text:
        raise Refused(f"{where}: this is no path; allowed: the path of a file")
    try:
        return Path(text).expanduser()
    except RuntimeError:  # a home that nobody has
        return Path(text)
