"""The one table of keys: nothing twice, nothing dead, and the same words everywhere."""

import pytest

from tui.app import TightropeApp
from tui.keymap import CHART, DESK, KEYMAP, ROWS, Key, bindings, help_for, markdown
from tui.screens.desk.desk import Desk
from tui.screens.desk.parts import DeskChart
from tui.screens.help import help_lines
from tui.widgets.grid import DataGrid


def spellings(key: Key) -> list[str]:
    return key.keys.split(",")


@pytest.mark.parametrize("place", [CHART, ROWS])
def test_no_key_means_two_things(place: str) -> None:
    pressed = [spelling for key in help_for([DESK, place]) for spelling in spellings(key)]
    assert sorted(pressed) == sorted(set(pressed))


def test_no_id_stands_twice() -> None:
    ids = [key.id for key in KEYMAP]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("key", [key for key in KEYMAP if key.action], ids=lambda key: key.id)
def test_every_key_has_a_handler_where_it_works(key: Key) -> None:
    owner = {DESK: Desk, CHART: DeskChart, ROWS: DataGrid}[key.where]
    name = key.action.partition("(")[0]
    if name.startswith("app."):
        owner, name = TightropeApp, name.removeprefix("app.")
    assert hasattr(owner, f"action_{name}")


@pytest.mark.parametrize("place", [DESK, CHART])
def test_every_key_of_the_table_is_bound_with_its_id(place: str) -> None:
    assert {binding.id for binding in bindings(place)} == {
        key.id for key in KEYMAP if key.where == place
    }
    owner = {DESK: Desk, CHART: DeskChart}[place]
    assert {binding.id for binding in owner.BINDINGS if hasattr(binding, "id")} == {
        key.id for key in KEYMAP if key.where == place
    }


def test_no_key_that_terminals_take_for_themselves() -> None:
    taken = {f"ctrl+{letter}" for letter in "abchijmsqz"} | {"ctrl+left_square_bracket"}
    pressed = {spelling for key in KEYMAP for spelling in spellings(key)}
    assert not pressed & taken
    assert not [spelling for spelling in pressed if spelling.startswith("alt+")]


def test_help_and_readme_tell_every_key() -> None:
    told = "\n".join("".join(text for text, _ in line) for line in help_lines([DESK, CHART, ROWS]))
    for key in KEYMAP:
        assert key.help in told
        assert f"| `{key.shown}` | {key.help} |" in markdown()
