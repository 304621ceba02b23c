"""A program on a real pseudo-terminal, and what stands on its screen, with nothing but the library.

Only what Textual writes is understood: text, cursor moves, erasing. Colours and modes pass by.
"""

import codecs
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

_SEQUENCE = re.compile(
    r"\x1b\[([0-9;:<=>?]*)[ -/]*([@-~])"  # a control sequence
    r"|\x1b[\]PX^_].*?(?:\x1b\\|\x07)"  # a string for the terminal itself
    r"|\x1b[()*+#%][0-~]|\x1b[0-Z\\^-~]",
    re.DOTALL,
)


_PLAIN = re.compile(r"[^\x00-\x1f\x7f]+")


class Screen:
    """The characters that a terminal of this size shows."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[" "] * width for _ in range(height)]
        self._row = self._column = 0
        self._rest = ""

    def feed(self, text: str) -> None:
        """More of what the program wrote; a sequence may be cut anywhere."""
        text = self._rest + text
        at = 0
        while at < len(text):
            if plain := _PLAIN.match(text, at):
                self._write(plain[0])
                at = plain.end()
                continue
            if text[at] != "\x1b":
                self._move(text[at])
                at += 1
                continue
            found = _SEQUENCE.match(text, at)
            if found is None:
                break
            self._obey(found[1] or "", found[2] or "")
            at = found.end()
        self._rest = text[at:]

    @property
    def lines(self) -> list[str]:
        """The rows, without the blanks at their ends."""
        return ["".join(row).rstrip() for row in self._cells]

    def __contains__(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _write(self, text: str) -> None:
        """A run of characters, each in a cell of its own."""
        fitting = text[: max(self.width - self._column, 0)]
        self._cells[self._row][self._column : self._column + len(fitting)] = fitting
        self._column += len(text)

    def _move(self, char: str) -> None:
        if char == "\r":
            self._column = 0
        elif char == "\n":
            self._row = min(self._row + 1, self.height - 1)
        elif char == "\b":
            self._column = max(self._column - 1, 0)

    def _obey(self, parameters: str, command: str) -> None:
        if parameters[:1] in ("<", "=", ">", "?"):
            return
        numbers = [int(part) if part.isdecimal() else 0 for part in parameters.split(";")]
        first = numbers[0]
        if command in "Hf":
            column = numbers[1] if len(numbers) > 1 else 1
            self._row = min(max(first, 1), self.height) - 1
            self._column = min(max(column, 1), self.width) - 1
        elif command == "A":
            self._row = max(self._row - max(first, 1), 0)
        elif command == "B":
            self._row = min(self._row + max(first, 1), self.height - 1)
        elif command == "C":
            self._column = min(self._column + max(first, 1), self.width - 1)
        elif command == "D":
            self._column = max(self._column - max(first, 1), 0)
        elif command == "G":
            self._column = min(max(first, 1), self.width) - 1
        elif command == "K":
            self._cells[self._row][self._column :] = [" "] * (self.width - self._column)
        elif command == "J":
            self._cells = [[" "] * self.width for _ in range(self.height)]


def _of_this_size(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment on this terminal: its size is asked of it, whatever another one's was."""
    kept = {key: value for key, value in environment.items() if key not in ("COLUMNS", "LINES")}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor"}


class Terminal:
    """A program with a pseudo-terminal of its own; use it as a context."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        width: int = 120,
        height: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.screen = Screen(width, height)
        self.raw = bytearray()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.started = monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=_of_this_size(environment or os.environ),
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    def close(self) -> None:
        """The window is closed; the program is no longer looked at."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def press(self, keys: str) -> None:
        """Type these keys."""
        os.write(self._master, keys.encode())

    def read(self, patience: float) -> bool:
        """Take in what has come within this time; whether there will be more."""
        ready, _, _ = select.select([self._master], [], [], max(patience, 0))
        if not ready:
            return True
        try:
            data = os.read(self._master, 65_536)
        except OSError as fault:
            if fault.errno != errno.EIO:
                raise
            return False  # the program has let go of the terminal
        self.raw += data
        self.screen.feed(self._decode(data))
        return bool(data)

    def read_for(self, seconds: float) -> None:
        """Take in whatever comes within this time."""
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0 and self.read(left):
            pass

    def wait_for(self, what: str | Callable[[Screen], bool], patience: float = 20) -> float:
        """Seconds until a text, or what is asked for, is on the screen. Fails after `patience`."""
        shows = (lambda screen: what in screen) if isinstance(what, str) else what
        begun = monotonic()
        while not shows(self.screen):
            left = begun + patience - monotonic()
            if left <= 0 or not self.read(left):
                raise AssertionError(f"{what} never came; on the screen:\n{self.screen}")
        return monotonic() - begun

    def wait_end(self, patience: float = 20) -> int:
        """The exit status, once the program has ended by itself."""
        until = monotonic() + patience
        while self.read(until - monotonic()):
            if monotonic() > until:
                raise AssertionError(f"it did not end; on the screen:\n{self.screen}")
        return self.process.wait(patience)
