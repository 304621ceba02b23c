"""A file's bytes as text: unpacked, decoded, and never larger than was asked for."""

import gzip
import io
import zlib

from ledger.market.faults import Refused

LARGEST_TEXT = 400_000_000
"""Bytes after unpacking."""

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PEEK = 400
_BROKEN = "the file is damaged: it cannot be unpacked"


def unpacked(data: bytes, name: str) -> bytes:
    """What is inside a gzip file, or a zip file of one member; other bytes as they are.

    Raises `Refused` when it is damaged or becomes larger than `LARGEST_TEXT`.
    """
    try:
        if data[:2] == _GZIP:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(LARGEST_TEXT + 1)
        elif data[:4] == _ZIP:
            data = _unzipped(data, name)
    except (OSError, EOFError, zlib.error):
        raise Refused(f"{name}: {_BROKEN}") from None
    if len(data) > LARGEST_TEXT:
        raise Refused(f"{name}: the file is too large; allowed: {LARGEST_TEXT} bytes unpacked")
    return data


def beginning(data: bytes) -> bytes:
    """The first few hundred bytes of what is inside a file, plain or gzipped; empty if damaged."""
    if data[:2] != _GZIP:
        return data[:_PEEK]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[: 2 * _PEEK], _PEEK)
    except zlib.error:
        return b""


def _unzipped(data: bytes, name: str) -> bytes:
    import zipfile  # here, since few files come in one

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [
                member
                for member in archive.infolist()
                if not member.is_dir() and not member.filename.startswith("__MACOSX")
            ]
            if len(members) != 1:
                raise Refused(f"{name}: {len(members)} files are inside; allowed: one")
            with archive.open(members[0]) as member:
                return member.read(LARGEST_TEXT + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError):
        raise Refused(f"{name}: {_BROKEN}") from None


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, UTF-16 by its mark, else Latin-1.

    Raises `Refused` for what is no text at all.
    """
    try:
        if data[:2] in _UTF16:
            return _checked(data.decode("utf-16"), name), "UTF-16"
        return _checked(data.decode("utf-8-sig"), name), "UTF-8"
    except UnicodeDecodeError:
        return _checked(data.decode("latin-1"), name), "Latin-1"


def _checked(text: str, name: str) -> str:
    """Refuses text with characters that no table has."""
    if any(chr(code) in text for code in (*range(9), *range(14, 27), 127)):
        raise Refused(f"{name}: this is no text; allowed: a table in CSV, plain or gzipped")
    return text
