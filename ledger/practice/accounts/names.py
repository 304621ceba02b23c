"""Names of accounts: words that a shell, a file name and a list take as they are."""

import re

from ledger.refused import Refused

LONGEST_NAME = 40
FILE_MARK = "file/"
"""Prefix of the mark of an account begun from a file of the user's own."""


def slug(name: str) -> str:
    """Lower case letters, digits and single dashes, never empty."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_NAME].strip("-") or "run"


def checked_name(name: str, where: str) -> str:
    """The name unchanged. Raises `Refused`, naming `where`."""
    if name != slug(name):
        raise Refused(f"{where}: allowed: small letters, digits and -, such as {slug(name)}")
    return name
