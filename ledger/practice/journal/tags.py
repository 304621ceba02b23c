"""Tags: words by which trades are found again."""

from collections.abc import Iterable

from ledger.refused import Refused
from ledger.text import dropped

LONGEST_TAG = 40


def tags_of(text: str) -> tuple[str, ...]:
    """The tags in a text, separated by commas or spaces; a leading # is no part of one.

    Raises `Refused` for one that is too long, or has characters that nobody would see.
    """
    words = [part.lstrip("#") for part in text.replace(",", " ").split()]
    for word in words:
        if hidden := dropped(word):
            raise Refused(f"tags: {hidden} cannot be shown; leave that character out")
        if len(word) > LONGEST_TAG:
            raise Refused(f"tags: {word} is too long; a tag has at most {LONGEST_TAG} characters")
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
