"""The README says what is so, and is short: commands, files and links that exist."""

import re

from tests.places import ROOT
from tui.cli.parser import build

README = (ROOT / "README.md").read_text("utf-8")
LONGEST = 1_600
"""Words, without the lines of tables; what is longer belongs in the guide."""


def test_the_readme_is_read_in_a_few_minutes() -> None:
    words = [word for word in README.split() if word.strip("|-:")]
    assert len(words) <= LONGEST


def test_every_command_of_the_help_is_in_the_readme() -> None:
    listed = re.findall(r"^    ([a-z]+) ", build().format_help(), re.MULTILINE)
    assert "rehearse" in listed
    commands = README.replace("tightrope ", "")
    assert not [name for name in listed if f"`{name}" not in commands]


def test_every_file_the_readme_names_is_there() -> None:
    named = re.findall(r"(?:assets|tests)/[\w/-]+\.(?:toml|svg|png)", README)
    assert named
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_every_module_the_readme_runs_is_there() -> None:
    named = set(re.findall(r"\b((?:tests|tui)(?:\.\w+)+)\b", README))
    assert "tests.bench.startup" in named
    paths = [ROOT / name.replace(".", "/") for name in sorted(named)]
    assert not [
        path for path in paths if not path.is_dir() and not path.with_suffix(".py").is_file()
    ]
