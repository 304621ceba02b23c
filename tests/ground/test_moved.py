"""Scripts of before the rooms find what they import."""

from importlib import import_module

import pytest

from ledger.moved import MOVED


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_loads_what_stands_in_its_place_and_says_where(old: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"{old} is now {MOVED[old]}"):
        found = import_module(old)
    now = import_module(MOVED[old])
    public = [name for name in vars(now) if not name.startswith("_")]
    assert all(getattr(found, name) is getattr(now, name) for name in public)
