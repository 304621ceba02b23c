"""A rule book laid over another: key by key, rows by their names, less what is taken away."""

from typing import Any

import pytest

from ledger.market.rule_files.extends import laid_over
from ledger.refused import Refused

PARENT: dict[str, Any] = {
    "id": "parent",
    "title": "The parent",
    "currency": "USD",
    "interest": {"day_count": 360, "rates": [1, 2], "deeper": {"a": 1, "b": 2}},
    "fee": {"value": 1, "source": "there"},
    "level": [
        {"rung": "warning", "multiple": 3},
        {"rung": "liquidation", "multiple": 1, "fee": {"value": 1, "source": "there"}},
    ],
    "schedule": [
        {"name": "house", "symbols": ["A"], "rate": 1},
        {"name": "house", "symbols": ["B"], "rate": 2},
    ],
}


def laid(**own: Any) -> dict[str, Any]:
    return laid_over({"id": "own", **own}, PARENT, "parent", "own.toml").tables


def test_what_a_file_does_not_say_is_its_parents() -> None:
    found = laid()
    assert found["id"] == "own"
    assert found["title"] == "The parent, changed"
    assert {key: found[key] for key in PARENT if key not in ("id", "title")} == {
        key: value for key, value in PARENT.items() if key not in ("id", "title")
    }
    assert laid(title="Mine")["title"] == "Mine"


def test_tables_are_merged_key_by_key_at_any_depth_and_lists_replaced_whole() -> None:
    found = laid(interest={"day_count": 365, "rates": [9], "deeper": {"b": 7}})
    assert found["interest"] == {"day_count": 365, "rates": [9], "deeper": {"a": 1, "b": 7}}


def test_a_figure_is_replaced_with_its_source() -> None:
    assert laid(fee={"value": 2, "date": "now"})["fee"] == {"value": 2, "date": "now"}
    assert laid(fee=3)["fee"] == 3


def test_rows_of_a_name_are_merged_and_others_stand_behind_them() -> None:
    own = {"rung": "warning", "multiple": 5, "judged": "close"}
    found = laid(level=[own, {"rung": "other", "multiple": 2}])["level"]
    assert found == [
        {"rung": "warning", "multiple": 5, "judged": "close"},
        PARENT["level"][1],
        {"rung": "other", "multiple": 2},
    ]


def test_a_rung_stands_in_its_place_on_the_ladder() -> None:
    found = laid(level=[{"rung": "call", "multiple": 2}])["level"]
    assert [row["rung"] for row in found] == ["warning", "call", "liquidation"]


def test_rows_are_called_by_all_that_names_them() -> None:
    found = laid(schedule=[{"name": "house", "symbols": ["B"], "rate": 9}])["schedule"]
    assert [row["rate"] for row in found] == [1, 9]
    new = laid(schedule=[{"name": "house", "symbols": ["C"], "rate": 9}])["schedule"]
    assert [row["rate"] for row in new] == [1, 2, 9]


def test_a_second_row_of_a_name_in_the_file_itself_is_not_merged_into_the_first() -> None:
    rows = [{"rung": "warning", "multiple": 5}, {"rung": "warning", "multiple": 6}]
    found = laid(level=rows)["level"]
    assert [row["multiple"] for row in found] == [5, 6, 1]


def test_a_place_of_the_whole_is_told_as_one_of_the_file() -> None:
    own = {"level": [{"rung": "call", "multiple": 2}, {"rung": "liquidation", "multiple": 4}]}
    whole = laid_over(own, PARENT, "parent", "own.toml")
    # warning is the parent's; the call is the file's first row, the liquidation its second
    assert whole.home(("level", 0, "multiple")) is None
    assert whole.home(("level", 1, "multiple")) == ("level", 0, "multiple")
    assert whole.home(("level", 2, "multiple")) == ("level", 1, "multiple")
    assert whole.home(("currency",)) == ("currency",)
    assert whole.home(("interest", "day_count")) == ("interest", "day_count")
    assert whole.home(("rates", 1)) == ("rates", 1)


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("currency", {"currency": None}),
        ("interest.day_count", {"interest": {"rates": [1, 2], "deeper": {"a": 1, "b": 2}}}),
        ("interest.deeper.a", {"interest": {**PARENT["interest"], "deeper": {"b": 2}}}),
        ("level.warning", {"level": PARENT["level"][1:]}),
        ("level.liquidation", {"level": PARENT["level"][:1]}),
        ("level.warning.multiple", {"level": [{"rung": "warning"}, PARENT["level"][1]]}),
        ("schedule.house", {"schedule": []}),  # with those of that name for some symbols
    ],
)
def test_one_thing_less_leaves_everything_else(path: str, left: dict[str, Any]) -> None:
    found = laid(without=[path])
    expected = {**PARENT, **left, "id": "own", "title": "The parent, changed", "without": [path]}
    assert found == {key: value for key, value in expected.items() if value is not None}


@pytest.mark.parametrize(
    "path",
    [
        "no_such",
        "interest.no_such",
        "interest.day_count.more",
        "level.call",
        "level.warning.no_such",
        "fee.value",  # a figure is taken away whole
        "title",
        "",
    ],
)
def test_what_is_not_there_cannot_be_taken_away(path: str) -> None:
    with pytest.raises(Refused, match="is not in parent"):
        laid(without=[path])


def test_what_may_be_taken_away_is_named() -> None:
    with pytest.raises(Refused, match=r"interest\.day_count"):
        laid(without=["interest.day_countt"])
    with pytest.raises(Refused, match=r"level\.warning"):
        laid(without=["level.warnin"])
    with pytest.raises(Refused, match=r"level\.warning\.multiple"):
        laid(without=["level.warning.multipl"])
