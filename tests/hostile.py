"""Two hundred strings that a terminal would act on or a reader would not see, and who lets them by.

The judge knows nothing of `ledger.text`: it goes by Unicode's categories and by what ECMA-48
and xterm's list of control sequences say begins one.
"""

import base64
import json
import os
import pty
import re
import threading
import tty
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from tui.__main__ import main

MARK = "31337"
"""Stands in every sequence of ours, so that one is told from a program's own."""

_ESCAPES = ("\x1b", "\x1b\x1b", "\x9b", "\x9d", "\x90", "\x9e", "\x9f", "\x98")
_COMMANDS = (
    *(f"\x1b]{n};{MARK}\x07" for n in (0, 1, 2, 4, 7, 9, 10, 11, 22, 50, 104, 133, 777, 1337)),
    *(f"\x1b]{n};{MARK}\x1b\\" for n in (0, 2, 52, 133)),
    *(f"\x1b]52;{target};MzEzMzc=\x07" for target in "cpqs07"),
    f"\x1b]8;;http://{MARK}.example\x1b\\a link\x1b]8;;\x1b\\",
    f"\x1b]8;id={MARK};file:///etc/passwd\x07a link\x1b]8;;\x07",
    f"\x9d52;c;{MARK}\x9c",
    f"\x9d0;{MARK}\x07",
    *(f"\x1b[{MARK}{final}" for final in "ABCDEFGHJKLMPSTXZ@`abcdefghilmnqrstux"),
    *(f"\x1b[?{MARK}{final}" for final in "hlncJK"),
    *(f"\x1b[{n};{MARK}t" for n in (8, 11, 18, 20, 21)),
    f"\x1b[>{MARK}c",
    f"\x1b[={MARK}c",
    f"\x1b[!{MARK}p",
    f"\x9b{MARK}m",
    f"\x1bP$q{MARK}\x1b\\",
    f"\x1bP+q{MARK}\x1b\\",
    f"\x1bPq#{MARK}\x1b\\",
    f"\x1b_G{MARK}\x1b\\",
    f"\x1b^{MARK}\x1b\\",
    f"\x1bX{MARK}\x1b\\",
    *(f"\x1b{final}{MARK}" for final in "c78=>DEHMNOZ"),
    *(f"\x1b{between}{final}" for between in "()*+#%" for final in "08B"),
    *(f"{MARK}{escape}" for escape in _ESCAPES),
)
_CONTROLS = tuple(chr(code) for code in (*range(1, 32), *range(127, 160)))
_BIDI = (*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",)
_UNSEEN = (
    *"\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u1160\u17b4\u180e\u2061\u2064\u206a\u206f",
    *"\u3164\uffa0\ufe00\ufe0f\U000e0001\U000e0041\U000e007f\U000e0100\ufff9\ufffb\u2028\u2029",
)
_PILES = (
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306",
    "Z" + "\u20dd" * 50,
    "Z" + "\u0e33\u0e34" * 9,
)
_SURROGATES = ("\ud800", "\udfff", "\udc1b", "\ud800x\udc00")
_PLAIN = (
    *("[/nope]", "[@click=app.quit]x[/]", "[bold red]x", "%s%n", "{0}", "\\x1b[0m", "$(id)"),
    *("`id`", "=1+1", "'; DROP TABLE events;--", "../../etc/passwd", "漢字", "é" * 50),
    *("x" * 300, "-", "--"),
)

CORPUS = tuple(
    dict.fromkeys(
        (
            *_COMMANDS,
            *(f"a{char}b" for char in (*_CONTROLS, *_BIDI, *_UNSEEN)),
            *_PILES,
            *_SURROGATES,
            *_PLAIN,
        )
    )
)
STORABLE = tuple(text for text in CORPUS if not any("\ud800" <= c <= "\udfff" for c in text))
"""Those that a file in UTF-8 can hold."""

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe00\ufe0f\U000e0100")
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_OWN = re.compile(
    r"\x1b\[[0-9;:<=>?]*[ $]?[A-Za-z@`]|\x1b\[[0-9;?]*\$p|\x1b\]22;[a-z-]+\x07|\x1b[78=>]"
)
"""What Textual's driver writes: control sequences, and the pointer's shape."""
_COPIED = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def spoken(raw: bytes, *, lines: str = "\r\n") -> list[str]:
    """What came through that should not have: each with what stands around it."""
    text = raw.decode("utf-8")
    found = [
        f"{char!a} in {text[max(at - 30, 0) : at + 30]!a}"
        for at, char in enumerate(text)
        if char not in lines and (unicodedata.category(char) in _FORBIDDEN or char in _INVISIBLE)
    ]
    pile = re.search("[\u0300-\u036f\u20d0-\u20ff]{3}", text)
    return [*found[:5], *([f"a pile at {pile.start()}"] if pile else [])]


def drawn(raw: bytes) -> list[str]:
    """The same of a screen: behind the sequences that Textual itself writes, none of them ours."""
    text = raw.decode("utf-8")
    ours = [ascii(found[0]) for found in _OWN.finditer(text) if MARK in found[0]]
    copied = [found for found in _COPIED.findall(text) if found != "MzEzMzc="]
    for content in copied:  # what the desk itself copied
        ours += spoken(base64.b64decode(content), lines="\n")
        text = text.replace(f"\x1b]52;c;{content}\x07", "")
    rung = _OWN.sub("", text).replace("\x07", "")  # the bell of a form that refuses a key
    return [*ours, *spoken(rung.encode())]


def batches(texts: tuple[str, ...] = CORPUS, size: int = 12) -> Iterator[str]:
    """Several in one string, for what is run once for each."""
    for start in range(0, len(texts), size):
        yield " ".join(texts[start : start + size])


def in_toml(text: str) -> str:
    """A TOML string of any text that TOML can have."""
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


def in_names(folder: Path, suffix: str) -> list[Path]:
    """Files with the hostile in their names, as far as a file system takes them."""
    texts = [text.replace("/", "") for text in CORPUS]
    made = []
    for text in texts:
        name = os.fsencode(text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
        if 0 < len(name) < 200:
            made.append(folder / (os.fsdecode(name) + suffix))
    return made


def changed(value: object, texts: Iterator[str]) -> object:
    """A JSON value with something hostile in each text of it and beside each key."""
    if isinstance(value, str):
        return value + next(texts)
    if isinstance(value, list):
        return [changed(item, texts) for item in value]
    if isinstance(value, dict):
        kept = {key: changed(item, texts) for key, item in value.items()}
        return kept | {next(texts): next(texts)}
    return value


def rewritten(body: str, texts: Iterator[str]) -> str:
    """A body of a ledger by a stranger; what kind it is stays, for it has to be told."""
    value = json.loads(body)
    return json.dumps(
        {key: item if key == "type" else changed(item, texts) for key, item in value.items()}
    )


@contextmanager
def pseudo_terminal() -> Iterator[bytearray]:
    """Both streams on a terminal's own wire, as they are written; read it when all is said."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    raw = bytearray()

    def listen() -> None:
        while not raw.endswith(b"\x04\x04\x04"):
            raw.extend(os.read(master, 65_536))

    reader = threading.Thread(target=listen)
    reader.start()
    try:
        with (
            open(slave, "w", encoding="utf-8", closefd=False) as out,
            redirect_stdout(out),
            redirect_stderr(out),
        ):
            yield raw
    finally:
        os.write(slave, b"\x04\x04\x04")
        reader.join()
        del raw[-3:]
        os.close(slave)
        os.close(master)


def on_a_terminal(*arguments: object) -> tuple[int, bytes]:
    """The status of a command and each byte that a terminal got of it."""
    with pseudo_terminal() as raw:
        status = main([str(argument) for argument in arguments])
    return status, bytes(raw)
