"""Another file out of one or two: bytes, lines, and the keys and values of TOML."""

import gzip
import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence

from tests.hostile import STORABLE

_VALUES = tuple(
    value.encode()
    for value in (
        *("0", "-1", "1", "nan", "inf", "1e400", "1e-400", "9" * 400, "0.9999999999999", "1_0"),
        *("true", '""', "[]", "{}", "[[]]", '"x"', '"１"', '"-0"', '"1e9"', '"0x10"', "{ a = 1 }"),
        *("2024-01-01", "2024-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
        *("1979-05-27T07:32:00-23:59", "07:32:00", '"' + "[" * 300, "[" * 300, "{a=" * 200),
        *('"2024-01-01"', "'''", '"""', "#", "1 # 2", '"a\\u0000b"', '"\\U0010ffff"'),
    )
)
_WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_-]*|[0-9][0-9.:TZ-]*")

_NUMBER = re.compile(rb"(?<![A-Za-z_])[0-9]+(?:\.[0-9]+)?")
_TABLE = re.compile(rb"\[\[do\]\]\n(?:[^\[\n][^\n]*\n?)+")

Mutation = Callable[[bytes, bytes, random.Random], bytes]


def _flipped(data: bytes, other: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        at = dice.randrange(len(changed))
        changed[at] = dice.choice((changed[at] ^ 1 << dice.randrange(8), dice.randrange(256)))
    return bytes(changed)


def _cut(data: bytes, other: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return dice.choice((data[:start], data[:start] + data[end:]))


def _doubled(data: bytes, other: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end] * dice.choice((1, 2, 20)) + data[end:]


def _spliced(data: bytes, other: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other) + 1) :]


def _hostile(data: bytes, other: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(STORABLE).encode() + data[at:]


def _lines(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """One less, one twice, two exchanged, or one of another file."""
    lines = data.split(b"\n")
    at, to = dice.randrange(len(lines)), dice.randrange(len(lines))
    match dice.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case _:
            lines.insert(at, dice.choice(other.split(b"\n")))
    return b"\n".join(lines)


def _word(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """A key, name or number becomes another word of the two files, or an odd value."""
    words = [*_WORD.finditer(data)]
    if not words:
        return data
    found = dice.choice(words)
    news = _WORD.findall(other) or [b"x"]
    new = dice.choice(_VALUES) if dice.random() < 0.3 else dice.choice(news)
    return data[: found.start()] + new + data[found.end() :]


def _value(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """What stands behind an equals sign or a comma becomes odd."""
    places = [m.span(1) for m in re.finditer(rb"[=,]\s*([^,\n}=]+)", data)]
    if not places:
        return data
    start, end = dice.choice(places)
    return data[:start] + dice.choice(_VALUES) + data[end:]


def _number(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """A number of the file becomes another number, near or of the same file."""
    numbers = [*_NUMBER.finditer(data)]
    if not numbers:
        return data
    found = dice.choice(numbers)
    at = dice.randrange(len(found[0]))
    digit = b"%d" % dice.randrange(10)
    near = found[0][:at] + digit + found[0][at + dice.randrange(2) :]
    new = dice.choice((near, near, dice.choice(numbers)[0], b"0", b"1", b"0.00000001", b"1e9"))
    return data[: found.start()] + new + data[found.end() :]


def _action(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """A table of the other file, or one of its own again."""
    tables = [m[0] for m in _TABLE.finditer(dice.choice((data, other)))]
    return data + (b"\n" + dice.choice(tables) if tables else b"")


def _packed(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Inside a gzip file something else, or the bytes as a gzip or zip file, or in UTF-16."""
    kind = dice.randrange(4)
    if data[:2] == b"\x1f\x8b":
        try:
            inside = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return _flipped(data, other, dice)
        inside = dice.choice(TEXTS)(inside or b"x", inside or b"x", dice)
        return gzip.compress(inside, 1, mtime=0) if kind else inside
    if kind == 0:
        return gzip.compress(data, 1, mtime=0)
    if kind == 1:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.csv"), data)
        return file.getvalue()
    return data.decode("utf-8", "replace").encode(dice.choice(("utf-16", "utf-8-sig", "utf-16-be")))


TEXTS: Sequence[Mutation] = (_flipped, _cut, _doubled, _spliced, _hostile, _lines, _word, _value)
FILES: Sequence[Mutation] = (
    *TEXTS,
    _lines,
    _value,
    _word,
    *(_number,) * 6,
    *(_action,) * 2,
    _packed,
)
BINARY: Sequence[Mutation] = (_flipped, _flipped, _flipped, _cut, _doubled, _spliced)


def mutated(
    data: bytes, other: bytes, dice: random.Random, kinds: Sequence[Mutation], most: int
) -> bytes:
    """One to four mutations, one after the other; never longer than `most`."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(kinds)(data or b"\n", other or b"\n", dice)[:most]
    return data
