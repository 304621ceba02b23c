"""What an account may be called: a word that a shell, a file name and a list take as it is."""

import re

from ledger.refused import Refused

LONGEST_NAME = 40
FILE_MARK = "file/"
"""What the mark of an account begins with that was begun from a file of one's own."""


def slug(name: str) -> str:
    """Small letters, digits and single dashes, never empty."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_NAME].strip("-") or "run"


def checked_name(name: str, where: str) -> str:
    """The name, as it was given. Raises `Refused`, naming `where`."""
    if name != slug(name):
        raise Refused(f"{where}: allowed: small letters, digits and -, such as {slug(name)}")
    return name
