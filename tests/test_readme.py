"""The README says what is so: keys, commands, files and links that exist."""

import re

from ledger.practice.rehearsals.synthetic_file import TABLES
from tests.places import ROOT
from tui.cli.parser import build
from tui.keymap import markdown

README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_has_the_table_of_keys_as_the_desk_binds_them() -> None:
    assert markdown() in README


def test_every_command_of_the_help_is_in_the_readme() -> None:
    listed = re.findall(r"^    ([a-z]+) ", build().format_help(), re.MULTILINE)
    assert "rehearse" in listed
    commands = README.replace("tightrope ", "")
    assert not [name for name in listed if f"`{name}" not in commands]


def test_every_key_of_a_made_up_market_is_in_the_readme() -> None:
    keys = {key for table in TABLES.values() for key in table.model_fields}
    assert "jump_rate" in keys
    assert not [key for key in sorted(keys) if f"`{key}`" not in README]


def test_every_file_the_readme_names_is_there() -> None:
    named = re.findall(r"(?:assets|tests)/[\w/-]+\.(?:toml|svg|png)", README)
    assert named
    assert not [name for name in named if not (ROOT / name).is_file()]
