"""Processes that do a part of a command end with it, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cli.driving import ROOT

KILLED = """
import os, signal
from tui.cli.workers import workers

def job():
    os.write(1, b"begun\\n")  # at one go: two of them write to one pipe
    signal.pause()

if __name__ == "__main__":
    with workers(2) as pool:
        pool.submit(job)
        pool.submit(job)
        signal.pause()
"""

BROKEN_OFF = """
import sys
from pathlib import Path
from tui.cli.workers import workers

begun, gate = map(Path, sys.argv[1:])

def job():
    begun.write_text("begun")
    return gate.read_text()

if __name__ == "__main__":
    try:
        with workers(1) as pool:
            first = pool.submit(job)
            later = [pool.submit(int, "1") for _ in range(50)]
            begun.read_text()
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        gate.write_text("go")
        print(first.result(), later[-1].cancelled())
"""


@contextmanager
def _script(folder: Path, text: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive a test that fails."""
    file = folder / "script.py"
    file.write_text(text, "utf-8")
    with subprocess.Popen(
        [sys.executable, file, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_no_worker_outlives_a_command_that_was_killed(tmp_path: Path) -> None:
    """Each of them holds the other end of the pipe: it is at its end when all of them are gone."""
    with _script(tmp_path, KILLED) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["begun\n"] * 2
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == ""


def test_what_was_not_begun_is_dropped_where_a_command_is_broken_off(tmp_path: Path) -> None:
    pipes = tmp_path / "begun", tmp_path / "gate"
    for pipe in pipes:
        os.mkfifo(pipe)
    with _script(tmp_path, BROKEN_OFF, *pipes) as process:
        assert process.communicate() == ("go True\n", None)
        assert process.returncode == 0
