"""The README's test command on each Python that it promises: `python3 -m tests.pythons [PYTHON …]`.

Each interpreter gets a fresh clone of what is committed here and runs the command as it stands in
the README, from making the environment to the last test. Without arguments those are taken that
are found: `python3.11` and so on, on the path and among pyenv's; the newest of each version. A
version that is not there is told, and is no failure. Needs nothing but the library, so that a bare
interpreter can start it.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tui.cli.output import say_now

ROOT = Path(__file__).resolve().parent.parent
PROMISED = re.findall(
    r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8")
)
_VERSION = "import sys; print('.'.join(map(str, sys.version_info[:3])))"


def main() -> int:
    """Run them one after the other; 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python", nargs="*", type=Path, help="interpreters, instead of those found")
    parser.add_argument("--list", action="store_true", help="only tell which would be run")
    given = parser.parse_args()
    chosen = newest_of_each(given.python or candidates())
    for promised in PROMISED:
        if not any(version.startswith(f"{promised}.") for version in chosen):
            say_now(f"{promised}: not here; give the path of one")
    failed = False
    for version, python in sorted(chosen.items(), key=lambda found: _figures(found[0])):
        say_now(f"{version}: {python}")
        if not given.list:
            failed |= not passes(version, python)
    return int(failed)


def candidates() -> list[Path]:
    """What is on the path under a promised version's name, and what pyenv keeps."""
    found = [shutil.which(f"python{version}") for version in PROMISED]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [
        *(Path(path) for path in found if path is not None),
        *sorted(pyenv.glob("*/bin/python3")),
        Path(sys.base_prefix) / "bin" / "python3",
    ]


def newest_of_each(pythons: Iterable[Path]) -> dict[str, Path]:
    """One interpreter for each version that is promised, by its full number."""
    versions = {version: python for python in pythons if (version := version_of(python))}
    newest: dict[str, str] = {}
    for version in sorted(versions, key=_figures):
        minor = version.rpartition(".")[0]
        if minor in PROMISED:
            newest[minor] = version
    return {version: versions[version] for version in newest.values()}


def version_of(python: Path) -> str:
    """The full number; empty where it does not run, as a shim of pyenv's without its version."""
    try:
        asked = subprocess.run(
            [python, "-c", _VERSION], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError:
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _figures(version: str) -> Sequence[int]:
    return [int(figure) for figure in version.split(".")]


def test_command() -> str:
    """The line of the README that runs every check."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return next(line for line in readme.splitlines() if "python -m pytest " in line)


def passes(version: str, python: Path) -> bool:
    """Whether the command passes in a fresh clone where `python3` is this interpreter."""
    begun = monotonic()
    with TemporaryDirectory(prefix=f"python-{version}-") as folder:
        Path(folder).chmod(0o755)  # tests that give up their rights have to read what they run
        first, clone = Path(folder) / "bin", Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        first.mkdir()
        shim = first / "python3"  # a link would lose its library
        shim.write_text(f'#!/bin/sh\nexec {shlex.quote(str(python))} "$@"\n', "utf-8")
        shim.chmod(0o755)
        path = os.pathsep.join((str(first), os.environ.get("PATH", os.defpath)))
        ended = subprocess.run(
            ["sh", "-c", test_command()], cwd=clone, env={**os.environ, "PATH": path}, check=False
        )
    passed = ended.returncode == 0
    verdict = "passed" if passed else f"FAILED (exit status {ended.returncode})"
    say_now(f"{version}: {verdict} after {monotonic() - begun:.0f} s")
    return passed


if __name__ == "__main__":
    sys.exit(main())
