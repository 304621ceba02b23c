"""Tags: words by which trades are found again."""

from collections.abc import Iterable

from ledger.text import clean

LONGEST_TAG = 40


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in a text, separated by commas or spaces; a leading # is no part of one."""
    parts = text.replace(",", " ").split()
    words = (clean(part.lstrip("#"), LONGEST_TAG) for part in parts)
    return tuple(dict.fromkeys(word for word in words if word))


def completed(typed: str, known: Iterable[str]) -> str:
    """What is typed with its last tag completed, as far as the known tags agree."""
    begun = typed.replace(",", " ").rpartition(" ")[2].lstrip("#")
    fits = [tag for tag in known if tag.lower().startswith(begun.lower())] if begun else []
    if not fits:
        return typed
    shared = fits[0]
    while not all(tag.lower().startswith(shared.lower()) for tag in fits):
        shared = shared[:-1]
    return typed[: len(typed) - len(begun)] + shared
