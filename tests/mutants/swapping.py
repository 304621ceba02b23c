"""A fault put into code that is loaded already: the functions stay, their code is exchanged."""

import functools
import gc
import warnings
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

from tests.mutants.making import Mutant
from tests.mutants.rooms import ROOT

Pairs = list[tuple[CodeType, CodeType]]


def compiled(path: str, source: str) -> CodeType:
    """The code of a file, as the import would make it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(source, str(ROOT / path), "exec", dont_inherit=True)


def changed_functions(mutant: Mutant) -> Pairs | None:
    """The code to exchange; None if the fault is in what runs at the import: a default, a class."""
    path = mutant.place.path
    return _pairs(compiled(path, mutant.original), compiled(path, mutant.mutated))


def _pairs(before: CodeType, after: CodeType) -> Pairs | None:
    if before == after:
        return []
    if before.co_flags & CO_OPTIMIZED:
        return [*_inside(before, after)]
    ours, theirs = _nested(before), _nested(after)
    plain = [[c for c in code.co_consts if not _is_code(c)] for code in (before, after)]
    same = (before.co_code, before.co_names) == (after.co_code, after.co_names)
    if not same or repr(plain[0]) != repr(plain[1]) or len(ours) != len(theirs):
        return None
    found: Pairs = []
    for one, other in zip(ours, theirs, strict=True):
        pairs = _pairs(one, other)
        if pairs is None:
            return None
        found += pairs
    return found


def _inside(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """A function and those within it, of which some may be alive already."""
    yield before, after
    for one, other in zip(_nested(before), _nested(after), strict=False):
        yield from _inside(one, other)


def _nested(code: CodeType) -> list[CodeType]:
    return [inner for inner in code.co_consts if _is_code(inner)]


def _is_code(constant: object) -> bool:
    return isinstance(constant, CodeType)


class Loaded:
    """The functions that live, and the results that some of them keep."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str, int], list[FunctionType]] = {}
        self.keepers: list[functools._lru_cache_wrapper[object]] = []
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType):
                self.functions.setdefault(_place(thing.__code__), []).append(thing)
            elif isinstance(thing, functools._lru_cache_wrapper):
                self.keepers.append(thing)

    def swap(self, pairs: Pairs) -> bool:
        """Exchange the code, and forget results. False if the function itself does not live."""
        for before, after in pairs:
            for function in self.functions.get(_place(before), []):
                function.__code__ = after
        for keeper in self.keepers:
            keeper.cache_clear()
        return bool(pairs) and _place(pairs[0][0]) in self.functions


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno
