"""The ledger's views, read by programs that know nothing of Tightrope."""

import importlib.util
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.books.file.views import VIEWS
from ledger.practice.library.guide import chapter, text_of
from tests.cli.driving import FIRST_CALL, tightrope


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first-call") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


def test_the_guide_names_every_view_with_its_columns(ledger: Path) -> None:
    rows = re.findall(r"^\| `(v_\w+)` \| (.*) \|$", text_of(chapter("exports")), re.MULTILINE)
    said = {name: re.findall(r"`(\w+)`", told) for name, told in rows}
    assert said.keys() == VIEWS.keys()
    with closing(sqlite3.connect(ledger)) as db:
        for name, told in said.items():
            columns = [row[0] for row in db.execute(f"SELECT * FROM {name} LIMIT 0").description]
            assert [each for each in told if each not in VIEWS] == columns


@pytest.mark.skipif(
    importlib.util.find_spec("datasette") is None,
    reason="datasette is not installed (it brings twenty packages): sqlite3 alone opened the views",
)
def test_datasette_shows_every_view_as_it_is(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.row_factory = sqlite3.Row
        for name in VIEWS:
            page = f"/{ledger.stem}/{name}.json?_shape=array&_size=max"
            ended = subprocess.run(
                [sys.executable, "-m", "datasette", str(ledger), "--get", page],
                capture_output=True,
                text=True,
                check=True,
            )
            rows = [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
            assert sorted(map(str, json.loads(ended.stdout))) == sorted(map(str, rows)), name
