"""What goes to stdout and stderr and how: any encoding, any pipe, and nothing but plain characters.

This file is the command line's border: nothing else in the house writes to either (a test holds
it), so no file, name or path can send a terminal what it would act on.
"""

import codecs
import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any, TextIO

from ledger.text import clean, escaped

_TWINS = "tightrope-twins"
_BAR = 30
_PATIENCE = 0.5
"""Seconds before a run shows its progress."""
_REFRESH = 0.1
_LONGEST_COMPLAINT = 2_000


def speak_any_encoding() -> None:
    """A terminal that cannot show a character gets its nearest plain twin, never an error."""
    codecs.register_error(_TWINS, _twin)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not _speaks_unicode(stream):
            reconfigure(errors=_TWINS)


def _twin(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    from tui.text.format import asciify  # seldom needed, and what it needs is not free

    return asciify(fault.object[fault.start : fault.end]), fault.end


def _speaks_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"


def say(*lines: str) -> None:
    """Lines of the result: each stays one line."""
    for line in lines:
        print(clean(line, len(line)))


def complain(*lines: str) -> None:
    """One line each to stderr; nobody listening there is no fault."""
    try:
        for line in lines:
            print(f"tightrope: {clean(line, _LONGEST_COMPLAINT)}", file=sys.stderr)
    except OSError:
        pass


def say_now(*lines: str) -> None:
    """Lines that somebody waits for, also at the end of a pipe."""
    say(*lines)
    sys.stdout.flush()


def say_json(value: Any, *, line: bool = False) -> None:
    """A JSON document; `line` puts it on one line of several. Exact whatever the terminal."""
    import json  # here, for the sake of every command that has none

    unicode_ = _speaks_unicode(sys.stdout)
    if line:
        text = json.dumps(value, ensure_ascii=not unicode_, separators=(",", ":"))
    else:
        text = json.dumps(value, ensure_ascii=not unicode_, indent=2)
    print(escaped(text))


def leave_quietly() -> None:
    """Nobody reads on (`| head`): what is still buffered must not fail at the very end."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(quiet, sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # no real file behind stdout: nothing to redirect
    finally:
        os.close(quiet)


class Progress:
    """A bar on stderr for a long run, where that is a terminal.

    A run that `speaks` on stdout meanwhile shows none where that is a terminal too.
    """

    def __init__(self, *, speaks: bool = True) -> None:
        self._wanted = sys.stderr.isatty() and not (speaks and sys.stdout.isatty())
        self._next = monotonic() + _PATIENCE
        self._drawn = 0

    def reach(self, done: int, total: int, so_far: Callable[[], str] | None = None) -> None:
        """Draw the bar anew, if it is time to, with what is known so far behind it."""
        if not self._wanted or monotonic() < self._next:
            return
        self._next = monotonic() + _REFRESH
        filled = _BAR * done // total
        bar = "#" * filled + "-" * (_BAR - filled)
        told = f"[{bar}] {100 * done // total:3}%" + (f"  {so_far()}" if so_far else "")
        self._drawn = max(self._drawn, len(told))
        print(f"\r{told:<{self._drawn}}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Leave no trace of the bar."""
        if self._drawn:
            print("\r" + " " * self._drawn + "\r", end="", file=sys.stderr, flush=True)
