"""What a figure of a rule book may be, and how its bounds are told."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ledger.market.rule_files.field_types import Amount, Leverage, NotNegative
from ledger.market.rule_files.keys import keys_markdown
from tests.worlds import D


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        (NotNegative, "0", True),
        (NotNegative, "-0.000001", False),
        (NotNegative, "999999999999.99", True),
        (NotNegative, "1000000000000", False),
        (Amount, "-1", False),
        (Amount, "0", True),
        (Leverage, "1", True),
        (Leverage, "0.99", False),
        (Leverage, "1000", True),
        (Leverage, "1000.1", False),
    ],
)
def test_a_figure_is_within_its_bounds(kind: Any, value: str, taken: bool) -> None:
    check = TypeAdapter(kind)
    if taken:
        assert check.validate_python(D(value)) == D(value)
    else:
        with pytest.raises(ValidationError):
            check.validate_python(D(value))


@pytest.mark.parametrize(
    ("key", "takes"),
    [
        ("max_leverage", "a figure from 1 to 1000"),
        ("minimum_equity", "a figure from 0"),  # below a trillion goes without saying
    ],
)
def test_the_bounds_of_a_key_are_told_in_the_guide(key: str, takes: str) -> None:
    lines = keys_markdown().splitlines()
    row = next(line for line in lines if line.startswith(f"| `{key}` |"))
    assert row.split(" | ")[2].removesuffix(" |").partition(";")[0] == takes
