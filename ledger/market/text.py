"""Text from outside: one rule for what may pass the border, used on reading and again on drawing.

A tape's name, a note, a file's heading may carry escape sequences, right-to-left overrides or
marks that pile up without width. None of them means anything to a ledger and all of them can make
a screen lie, so they go; what is left is plain characters, never longer than was asked.
"""

from __future__ import annotations

import unicodedata

_SPACES = frozenset("\t\n\v\f\r\x85\u2028\u2029")
"""Controls that stand between words: dropping them outright would join the words."""

_UNSEEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Without width, though Unicode files them under letters and marks and not under format (Cf)."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MARKS_IN_A_ROW = 2


def clean(text: str, limit: int = 200, *, newlines: bool = False) -> str:
    """At most `limit` printable characters of `text`; a cut shows as a final ellipsis.

    Line breaks and tabs become one space, or stay line breaks where `newlines` asks for them.
    """
    if limit <= 0:
        return ""
    if len(text) <= limit and text.isascii() and text.isprintable():
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


def _pass(char: str, newlines: bool) -> str:
    """The character that stands for `char`; empty where nothing may."""
    if char == "\n" and newlines:
        return char
    if char in _SPACES:
        return " "
    if char in _UNSEEN or unicodedata.category(char) in _DROPPED:
        return ""
    return char
