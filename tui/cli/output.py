"""What goes to stdout and stderr and how: any encoding, any pipe, and only printable characters.

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
from tui.text.bar import bar

_TWINS = "tightrope-twins"
_PATIENCE = 0.5
"""Seconds before a run shows its progress."""
_REFRESH = 0.1
_LONGEST_COMPLAINT = 2_000


def speak_any_encoding() -> None:
    """Replace characters that a terminal cannot show by plain ones, instead of failing."""
    codecs.register_error(_TWINS, _twin)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and not _speaks_unicode(stream):
            reconfigure(errors=_TWINS)


def _twin(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    from tui.text.format import asciify  # rarely needed, and slow to import

    return asciify(fault.object[fault.start : fault.end]), fault.end


def _speaks_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") == "utf8"


def say(*lines: str) -> None:
    """Print lines of the result: each stays one line."""
    for line in lines:
        print(clean(line, len(line)))


def complain(*lines: str) -> None:
    """Print lines to stderr; if nobody listens there, that is not a fault."""
    try:
        for line in lines:
            print(f"tightrope: {clean(line, _LONGEST_COMPLAINT)}", file=sys.stderr)
    except OSError:
        pass


def say_now(*lines: str) -> None:
    """Print lines at once, also into a pipe."""
    say(*lines)
    sys.stdout.flush()


def say_json(value: Any, *, line: bool = False) -> None:
    """Print a JSON document; `line` puts it on one line among several. Exact on any terminal."""
    import json  # here: many commands print none

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
        pass  # stdout is not a real file: nothing to redirect
    finally:
        os.close(quiet)


class Progress:
    """A bar on stderr for a long run, if that is a terminal.

    A run that `speaks` on stdout meanwhile shows none if that is a terminal too.
    """

    def __init__(self, *, speaks: bool = True) -> None:
        self._wanted = sys.stderr.isatty() and not (speaks and sys.stdout.isatty())
        self._next = monotonic() + _PATIENCE
        self._drawn = 0

    def reach(self, done: int, total: int, so_far: Callable[[], str] | None = None) -> None:
        """Redraw the bar, if it is time to, followed by what is known so far."""
        if not self._wanted or monotonic() < self._next:
            return
        self._next = monotonic() + _REFRESH
        line = bar(done, total) + (f"  {so_far()}" if so_far else "")
        self._drawn = max(self._drawn, len(line))
        print(f"\r{line:<{self._drawn}}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        """Remove the bar."""
        if self._drawn:
            print("\r" + " " * self._drawn + "\r", end="", file=sys.stderr, flush=True)
