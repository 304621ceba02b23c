"""The command says what it needs, also where that is not installed."""

import sys

import pytest

from tests.mutants.__main__ import main
from tests.mutants.rooms import ROOMS, ROOT, SUITES


@pytest.fixture(autouse=True)
def _without_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cosmic_ray", None)
    for name in ("making", "sampling"):
        monkeypatch.delitem(sys.modules, f"tests.mutants.{name}", raising=False)


def test_help_is_printed_without_the_tool(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "--sample" in capsys.readouterr().out


def test_a_run_without_the_tool_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["STATE"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "cosmic_ray is not installed: python -m pip install -e '.[dev,mutants]'\n"
    assert not shown.out


def test_every_room_and_every_suite_is_there() -> None:
    patterns = [pattern for patterns in ROOMS.values() for pattern in patterns]
    assert [pattern for pattern in patterns if not list(ROOT.glob(pattern))] == []
    assert [suite for suite in SUITES if not (ROOT / suite).exists()] == []
