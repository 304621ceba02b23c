"""The mutants that cosmic-ray makes of the rules, and which of them are worth a trial.

Left out is what would flatter or blur the figure: replacements that no number survives
(`a << b` of decimals is a TypeError, whatever the tests say), annotations, `is` against `==`, and
what is no Python. Everything else stays as the tool makes it.
"""

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations, takewhile

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants.rooms import ROOMS, ROOT

ARITHMETIC = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow")
OF_SETS = ("BitOr", "BitAnd", "BitXor")
BINARY = {"arith_expr", "term", "power", "expr", "xor_expr", "and_expr", "factor"}
"""What parso calls an operation; elsewhere the tool takes the `*` of a signature for a product."""
ORDER = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
IDENTITY = ("Is", "IsNot")
OTHER = {
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_UAdd_USub",
    "ReplaceUnaryOperator_USub_UAdd",
    "ZeroIterationForLoop",
}


@dataclass(frozen=True)
class Place:
    """Where an operator of the tool's finds something to change; `line` counts from 1."""

    path: str
    operator: str
    occurrence: int
    line: int

    @property
    def key(self) -> str:
        """What names it among all places of this tree."""
        return f"{self.path}:{self.line} {self.operator} {self.occurrence}"


@dataclass(frozen=True)
class Mutant:
    """One fault in one place: the lines that it takes away, and those it puts there.

    `where` is the dotted name of the function or class around it.
    """

    place: Place
    where: str
    first: int
    was: tuple[str, ...]
    becomes: tuple[str, ...]

    @property
    def original(self) -> str:
        """The file as it is."""
        return source_of(self.place.path)

    @property
    def mutated(self) -> str:
        """The file with the fault."""
        lines = self.original.split("\n")
        lines[self.first : self.first + len(self.was)] = self.becomes
        return "\n".join(lines)


def sample(rooms: list[str], many: int, seed: int) -> list[Place]:
    """So many places in these rooms, drawn at random: with the same seed the same ones.

    A smaller sample of the same seed is the beginning of a larger one.
    """
    places = [place for path in paths(rooms) for place in places_in(path)]
    random.Random(seed).shuffle(places)
    return places[:many]


def made(place: Place) -> Mutant:
    """The mutant at a place."""
    source = source_of(place.path)
    operator = get_operator(f"core/{place.operator}")()
    before = source.split("\n")
    after = mutate_code(source, operator, place.occurrence).split("\n")
    first = _alike(before, after)
    last = min(_alike(before[::-1], after[::-1]), len(before) - first, len(after) - first)
    return Mutant(
        place=place,
        where=_definition(_tree(place.path), place.line),
        first=first,
        was=tuple(before[first : len(before) - last]),
        becomes=tuple(after[first : len(after) - last]),
    )


def _alike(some: list[str], others: list[str]) -> int:
    """How many lines are the same before the first that is not."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False))
    )


def paths(rooms: list[str]) -> list[str]:
    """The files of these rooms, from the root of the tree, in the order of the alphabet."""
    found = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for pattern in ROOMS[room]
        for path in ROOT.glob(pattern)
    }
    return sorted(found)


@cache
def source_of(path: str) -> str:
    """The text of a file of this tree."""
    return (ROOT / path).read_text("utf-8")


def places_in(path: str) -> Iterator[Place]:
    """Each place of a file at which a mutant may be made."""
    nodes = list(ast_nodes(get_ast(source_of(path))))
    left_out = [*_unjudged(_tree(path))]
    for name in _operators():
        operator = get_operator(f"core/{name}")()
        found = [(node, at) for node in nodes for at, _ in operator.mutation_positions(node)]
        for occurrence, (node, start) in enumerate(found):
            inside = any(first <= start < last for first, last in left_out)
            if not inside and (node.type != "operator" or node.parent.type in BINARY):
                yield Place(path, name, occurrence, start[0])


@cache
def _operators() -> list[str]:
    """The tool's operators that are used, by its names for them."""
    pairs = [
        *(f"ReplaceBinaryOperator_{a}_{b}" for a, b in permutations(ARITHMETIC, 2)),
        *(f"ReplaceBinaryOperator_{a}_{b}" for a, b in permutations(OF_SETS, 2)),
        *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in permutations(ORDER, 2)),
        *(f"ReplaceComparisonOperator_{a}_{b}" for a, b in permutations(IDENTITY, 2)),
    ]
    known = {name.removeprefix("core/") for name in operator_names()}
    return sorted(known & {*pairs, *OTHER})


def _unjudged(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where no mutant is taken: annotations, which only the type checker reads."""
    for node in ast.walk(tree):
        notes = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            notes.append(node)
        for note in notes:
            if isinstance(note, ast.AST):
                yield (note.lineno, note.col_offset), (note.end_lineno, note.end_col_offset)  # type: ignore[attr-defined]


def _definition(tree: ast.Module, line: int) -> str:
    """The dotted name of what stands around a line."""
    names: list[str] = []
    inside: ast.AST = tree
    while True:
        around = [
            node
            for node in ast.iter_child_nodes(inside)
            if node.__dict__.get("lineno", line + 1) <= line <= node.__dict__.get("end_lineno", 0)
        ]
        if not around:
            return ".".join(names) or "the file itself"
        inside = around[0]
        if isinstance(inside, ast.FunctionDef | ast.ClassDef):
            names.append(inside.name)


def statement(path: str, line: int) -> range:
    """The lines of the statement on this line: of one with a body, only what stands before it."""
    best = range(line, line + 1)
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.stmt) and node.end_lineno is not None:
            body = node.__dict__.get("body")
            last = body[0].lineno - 1 if body else node.end_lineno
            if node.lineno <= line <= last:
                best = range(node.lineno, last + 1)
    return best


@cache
def _tree(path: str) -> ast.Module:
    return ast.parse(source_of(path))


def short_name(operator: str) -> str:
    """`Lt_LtE` for `ReplaceComparisonOperator_Lt_LtE`."""
    return re.sub(r"^Replace(Binary|Comparison|Unary)Operator_", "", operator)
