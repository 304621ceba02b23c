"""A file's bytes as text: unpacked, decoded, and never larger than the limit."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from ledger.refused import Refused

if TYPE_CHECKING:
    from zipfile import ZipInfo

LARGEST_TEXT = 400_000_000
"""Bytes after unpacking."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BESIDE = re.compile(r"readme|licen[cs]e|report|status|changelog", re.IGNORECASE)
"""In the names of files that are packed beside a table."""
_PEEK = 400
_PIECE = 4_000_000
"""Bytes that are unpacked at a time."""
_ZIP_FAULTS = (RuntimeError, NotImplementedError, ValueError)
"""What else a damaged or encrypted archive may raise."""
_BROKEN = "the file is damaged: it cannot be unpacked"


def unpacked(data: bytes, name: str, most_lines: int | None = None) -> bytes:
    """The content of a gzip file, or the one table of a zip file; other bytes unchanged.

    Raises `Refused` if it is damaged, or as soon as more than `LARGEST_TEXT` bytes or `most_lines`
    lines have been unpacked.
    """
    if data[:2] != _GZIP and data[:4] != _ZIP:
        _check_size(len(data), name)
        return data
    whole, lines = bytearray(), 0
    for piece in pieces(data, name):
        whole += piece
        lines += piece.count(b"\n")
        if most_lines is not None and lines > most_lines:
            raise Refused(f"{name}: more than {most_lines:,} lines; split the file")
    return bytes(whole)


def pieces(data: bytes, name: str) -> Iterator[bytes]:
    """The same, a piece at a time, so that it is never whole in memory.

    Raises `Refused` as `unpacked` does, when it gets there.
    """
    sofar = 0
    try:
        with ExitStack() as opened:
            stream: IO[bytes] | gzip.GzipFile = io.BytesIO(data)
            if data[:2] == _GZIP:
                stream = gzip.GzipFile(fileobj=stream)
            elif data[:4] == _ZIP:
                stream = opened.enter_context(_unzipped(data, name))
            while piece := stream.read(_PIECE):
                sofar += len(piece)
                _check_size(sofar, name)
                yield piece
    except (OSError, EOFError, zlib.error, *_ZIP_FAULTS):
        raise Refused(f"{name}: {_BROKEN}") from None


def _check_size(size: int, name: str) -> None:
    if size > LARGEST_TEXT:
        raise Refused(f"{name}: the file is too large; allowed: {LARGEST_TEXT} bytes unpacked")


def beginning(data: bytes) -> bytes:
    """The first few hundred bytes inside a file, plain or gzipped; empty if damaged."""
    if data[:2] != _GZIP:
        return data[:_PEEK]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[: 2 * _PEEK], _PEEK)
    except zlib.error:
        return b""


@contextmanager
def _unzipped(data: bytes, name: str) -> Iterator[IO[bytes]]:
    """The one file inside a zip file, or its one table, opened for reading."""
    import zipfile  # here, since few files come in one

    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, *_ZIP_FAULTS):
        raise Refused(f"{name}: {_BROKEN}") from None
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX")
    ]
    tables = members if len(members) == 1 else _tables(members)
    if len(tables) != 1:
        raise Refused(
            f"{name}: {len(members)} files are inside, {len(tables)} of them tables; unpack it, "
            "and import one at a time"
        )
    try:
        with archive.open(tables[0]) as member:
            yield member
    except zipfile.BadZipFile:
        raise Refused(f"{name}: {_BROKEN}") from None


def _tables(members: list[ZipInfo]) -> list[ZipInfo]:
    """The tables among the files of an archive: HistData packs a report beside each."""
    for endings in ((".csv", ".tsv"), (".txt",)):
        fitting = [member for member in members if member.filename.lower().endswith(endings)]
        tables = [member for member in fitting if not _BESIDE.search(member.filename)]
        if tables:
            return tables
    return []


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, UTF-16 by its mark, else Latin-1.

    Raises `Refused` for what is not text.
    """
    try:
        if data[:2] in _UTF16:
            return _checked(data.decode("utf-16"), name), "UTF-16"
        return _checked(data.decode("utf-8-sig"), name), "UTF-8"
    except UnicodeDecodeError:
        return _checked(data.decode("latin-1"), name), "Latin-1"


def _checked(text: str, name: str) -> str:
    """The text. Raises `Refused` if it has characters that no table has."""
    if any(chr(code) in text for code in (*range(9), *range(14, 27), 127)):
        raise Refused(f"{name}: not a text file; use CSV, plain or gzipped")
    return text
