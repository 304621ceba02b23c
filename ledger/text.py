"""Text from outside: one rule for what may pass the border, applied on reading and again on
drawing.

A tape's name, a note or a file's heading may carry escape sequences, right-to-left overrides or
marks that pile up without width. None of them means anything to a ledger and all of them can make a
screen lie, so they are dropped; what is left is plain characters, never longer than the limit.

Everything that leaves for a terminal passes here once more, wherever it came from: the command
line's output in `tui/cli/output.py`, the desk's in `tui/border.py`.
"""

from __future__ import annotations

import re
import unicodedata

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
"""Controls between words: dropping them outright would join the words."""

_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Zero width, though Unicode counts them as letters and marks and not as format characters (Cf)."""

_USUAL = re.compile("[ -\u02ff\u2010-\u20cf\u2100-\u27ff]*")
"""Printable text without marks or zero-width characters: letters, digits, frames."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 2


def clean(text: str, limit: int = 200, *, newlines: bool = False) -> str:
    """At most `limit` printable characters of `text`; a cut shows as a final ellipsis.

    Line breaks and tabs become one space; with `newlines` line breaks stay.
    """
    if limit <= 0:
        return ""
    if len(text) <= limit and text.isprintable() and _USUAL.fullmatch(text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if marks <= _MARKS_IN_A_ROW and (passed := _pass(char, newlines)):
            kept.append(passed)
            if len(kept) > limit:
                kept[limit - 1 :] = "…"
                break
    return "".join(kept)


def dropped(text: str) -> str:
    """The first character of a text that `clean` would leave out, as U+001B; empty if there is
    none. Spaces of any kind stay, as spaces."""
    if text.isprintable() and _USUAL.fullmatch(text):
        return ""
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
        if marks > _MARKS_IN_A_ROW or not _pass(char, newlines=True):
            return f"U+{ord(char):04X}"
    return ""


_FORMULA = ("=", "+", "-", "@")


def spreadsheet_text(text: str, limit: int) -> str:
    """A text on one line that a spreadsheet takes for text: one that begins like a formula gets a
    quotation mark before it (OWASP, CSV injection)."""
    plain = clean(text, limit)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def escaped(document: str) -> str:
    """A JSON document of the same value without a raw character that a terminal may act on, or
    that may be piled on another.

    Such characters can occur only in its strings, apart from the line breaks between them.
    """
    if document.isascii() and "\x7f" not in document:
        return document
    import json  # here: most lines are not documents

    odd = (char for char in set(document) if char != "\n" and not char.isprintable())
    unseen = (char for char in _UNSEEN if char in document)
    document = document.translate({ord(char): json.dumps(char)[1:-1] for char in (*odd, *unseen)})
    marks = "".join(char for char in set(document) if unicodedata.category(char) in _MARKS)
    if not marks:
        return document
    pile = re.compile(f"(?<=[{marks}]{{{_MARKS_IN_A_ROW}}})[{marks}]+")
    return pile.sub(lambda found: json.dumps(found[0])[1:-1], document)


def _pass(char: str, newlines: bool) -> str:
    """What stands for `char`; empty if nothing may."""
    if char == "\n" and newlines:
        return char
    if char in _SPACES:
        return " "
    if char in _UNSEEN or unicodedata.category(char) in _DROPPED:
        return ""
    return char
