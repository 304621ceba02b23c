"""The command for every promised Python: which interpreters it takes, and what it runs."""

import sys
from pathlib import Path

from tests import pythons

HERE = ".".join(map(str, sys.version_info[:3]))


def test_every_python_from_3_11_to_3_14_is_promised() -> None:
    assert pythons.PROMISED == ["3.11", "3.12", "3.13", "3.14"]


def test_what_is_run_is_the_line_of_the_readme_that_ci_runs() -> None:
    assert pythons.test_command().endswith(".venv/bin/python -m pytest -n auto --dist loadfile")


def test_the_python_that_runs_this_is_among_those_found() -> None:
    found = pythons.newest_of_each([Path(sys.executable), Path(sys.executable)])
    assert found == {HERE: Path(sys.executable)}


def test_what_is_no_python_is_passed_over(tmp_path: Path) -> None:
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\nexit 127\n", "utf-8")
    fake.chmod(0o755)
    assert pythons.newest_of_each([tmp_path / "not there", fake]) == {}


def test_of_one_version_the_newest_is_taken_and_an_old_one_is_not(tmp_path: Path) -> None:
    made = []
    for version in ("3.12.9", "3.12.10", "3.9.18"):
        python = tmp_path / version
        python.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
        python.chmod(0o755)
        made.append(python)
    assert pythons.newest_of_each(made) == {"3.12.10": made[1]}
