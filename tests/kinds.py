"""The kinds of values that the files of a room define, and what is said of every one of them."""

import dataclasses
import importlib
import inspect
import pkgutil
from types import ModuleType
from typing import Any

import pytest


def kinds_in(room: ModuleType) -> list[Any]:
    """The dataclasses that are defined in the files of a room."""
    files = pkgutil.walk_packages(room.__path__, room.__name__ + ".")
    modules = [importlib.import_module(file.name) for file in files]
    return [
        kind
        for module in modules
        for kind in vars(module).values()
        if dataclasses.is_dataclass(kind)
        and inspect.isclass(kind)
        and kind.__module__ == module.__name__
    ]


def is_scratch(kind: Any) -> bool:
    """What lives for a step leaves it to the type checker that nobody changes it: it was frozen,
    and lost the guard."""
    return kind.__dataclass_params__.frozen and "__setattr__" not in vars(kind)


def never_changes(kind: Any) -> bool:
    """Whether no figure of a value can be set; of scratch values the type checker sees to that."""
    value, names = object.__new__(kind), [each.name for each in dataclasses.fields(kind)]
    for name in [] if is_scratch(kind) else names:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)
    return bool(kind.__dataclass_params__.frozen)


def is_given_by_name(kind: Any) -> bool:
    """Whether its figures cannot be taken for each other."""
    given = inspect.signature(kind).parameters.values()
    return all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in given)


def defaults(kinds: list[Any]) -> dict[tuple[str, str], object]:
    """What is so of a field unless it is said to be otherwise, where that is not nothing."""
    return {
        (kind.__name__, each.name): each.default
        for kind in kinds
        for each in dataclasses.fields(kind)
        if each.default is not dataclasses.MISSING and each.default
    }
