"""The rules of the house, held by a program: tools, floors, sizes, and what must never be named."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import is_dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from ledger.books.wire.codec import KINDS
from tests.places import ROOT

SOURCES = sorted(path for room in ("ledger", "tui") for path in (ROOT / room).rglob("*.py"))
LONGEST_FILE = 350
LONGEST_BODY = 40
FULLEST_FOLDER = 15
"""Files that a reader takes in at a glance."""

LINT_IMPORTS = "from importlinter.cli import lint_imports_command as lint; lint()"
TOOLS = {
    "lint": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "floors": ["-c", LINT_IMPORTS, "--no-cache"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_have_nothing_to_say(tool: str) -> None:
    result = run_python(*TOOLS[tool])
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert not [
        f"{path.relative_to(ROOT)}: {length} lines"
        for path, length in lengths.items()
        if length > LONGEST_FILE
    ]


@pytest.mark.parametrize("top", ["ledger", "tui", "tests"])
def test_no_folder_holds_more_than_a_glance(top: str) -> None:
    held = Counter(path.parent.relative_to(ROOT) for path in (ROOT / top).rglob("*.py"))
    assert not {folder: files for folder, files in held.items() if files > FULLEST_FOLDER}


def test_a_room_s_own_file_says_what_it_is_and_nothing_else() -> None:
    rooms = [path for path in SOURCES if path.name == "__init__.py"]
    assert not [
        str(path.relative_to(ROOT))
        for path in rooms
        if path.parent != ROOT / "ledger"  # which holds the version
        and not is_docstring_alone(ast.parse(path.read_text("utf-8")))
    ]


def is_docstring_alone(module: ast.Module) -> bool:
    return len(module.body) == 1 and ast.get_docstring(module) is not None


def test_no_function_is_longer_than_a_screen() -> None:
    assert not [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length} lines"
        for path in SOURCES
        for function in functions(path)
        if (length := body_length(function)) > LONGEST_BODY
    ]


def test_the_ledger_names_no_venue() -> None:
    """Figures live in the rule books, shapes in the code: a second venue must need no `if`."""
    venues = [path.stem for path in (ROOT / "assets" / "venues").glob("*.toml")]
    spellings = {spelling for name in venues for spelling in (name, name.replace("-", "_"))}
    assert not [
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        if path.is_relative_to(ROOT / "ledger")
        for name in spellings
        if re.search(rf"\b{re.escape(name)}\b", path.read_text("utf-8"), re.IGNORECASE)
    ]


def test_what_an_event_says_is_compared_by_its_type() -> None:
    """A word of an event that is written out in a comparison goes on being there when the event
    says another: whoever decides by it has to name its member."""
    words = vocabularies()
    assert {"sale", "due"} & words["by"] == {"sale"}, "the fields are seen"
    assert not [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        for name in map(field_read, (node.left, *node.comparators))
        if name in words
        for side in (node.left, *node.comparators)
        if not words[name].isdisjoint(texts(side))
    ]


def test_nothing_is_decided_by_a_sentence() -> None:
    """What has two words is said to a person, and may be said in other words tomorrow. (Another
    program's sentence is searched where it gives no code.)"""
    assert not [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        for side in ([] if isinstance(node.ops[0], ast.In) else [node.left]) + node.comparators
        if any(re.search(r"\w \w", text) for text in texts(side))
    ]


def test_no_local_name_hides_what_its_file_imports_or_defines() -> None:
    """The next edit of such a function would take the one for the other."""
    assert not [
        f"{path.relative_to(ROOT)}:{function.lineno} {name}"
        for path in SOURCES
        for function in functions(path)
        for name in local_names(function) & names_of(path)
    ]


def test_only_the_border_writes_to_the_terminal() -> None:
    """Whatever is printed elsewhere would leave uncleaned: a file's name can hold OSC 52."""
    border = ROOT / "tui" / "cli" / "output.py"
    writes = re.compile(
        r"\bprint\(|\.(stdout|stderr|__stdout__|__stderr__)\.(write|buffer)\b|_driver\b"
    )
    assert not [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if path != border
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if writes.search(line)
    ]


def test_the_ledger_runs_without_a_screen() -> None:
    result = run_python("-c", "import ledger, sys; sys.exit('textual' in sys.modules)")
    assert result.returncode == 0, result.stderr


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def vocabularies() -> dict[str, set[str]]:
    """The fields of events that hold one word of a few, and these words."""
    found: dict[str, set[str]] = {}
    kinds: list[Any] = list(KINDS.values())
    for kind in kinds:
        for field, hint in get_type_hints(kind).items():
            for one in (hint, *get_args(hint)):
                if isinstance(one, type) and issubclass(one, StrEnum):
                    found.setdefault(field, set()).update(one)
                elif is_dataclass(one):
                    kinds.append(one)
    return found


def field_read(node: ast.expr) -> str | None:
    """The field whose value this is: `event.by`, `wire["by"]` or `wire.get("by")`."""
    match node:
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
            return name
        case _:
            return None


def texts(node: ast.expr) -> list[str]:
    """A text that is written out, or several in a row."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Its parameters, and what is assigned in it."""
    inside = list(ast.walk(function))
    assigned = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return assigned | {node.arg for node in inside if isinstance(node, ast.arg)}


@cache
def names_of(path: Path) -> set[str]:
    """What a file imports at its top, and the functions and classes that it defines there."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(name.asname or name.name).partition(".")[0] for name in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement to the last, the docstring not counted."""
    body = function.body
    explained = ast.get_docstring(function, clean=False) is not None
    first = body[1] if explained and len(body) > 1 else body[0]
    last_line = body[-1].end_lineno
    assert last_line is not None
    return last_line - first.lineno + 1
