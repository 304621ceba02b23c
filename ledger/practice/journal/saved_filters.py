"""Filters of the journal that a person gave a name, beside the settings of the desk.

They say how a person looks at trades, and are no part of any account: they stand in a file of
their own, and serve every ledger.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from ledger.practice.review.filter import parse
from ledger.refused import Refused
from ledger.text import clean

READY: dict[str, str] = {
    "all": "",
    "losses": "loss",
    "beyond -1.2 R": "r<-1.2",
    "stop moved": "moves>0",
    "no stop": "missing:stop",
    "called": "called",
    "no note": "missing:note",
    "elsewhere": "elsewhere",
}
"""Filters that are always there."""
LARGEST = 100_000
"""Bytes of a file that is read."""
_NAME, _TEXT, _MANY = 30, 200, 50


def filters_file() -> Path:
    """Where this user's filters are stored. It is not created here."""
    from platformdirs import user_config_path  # not before it is needed

    return user_config_path("tightrope", appauthor=False) / "filters.toml"


def read_filters(file: Path) -> tuple[dict[str, str], str]:
    """The named filters, and what is wrong with the file, which costs a sentence and no more."""
    try:
        with file.open("rb") as opened:
            found = tomllib.loads(opened.read(LARGEST).decode("utf-8")).get("filters", {})
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError) as fault:  # not UTF-8 and not TOML are ValueErrors
        return {}, f"Filters not read, {file}: {getattr(fault, 'strerror', None) or fault}"
    if not isinstance(found, dict):
        return {}, f"Filters not read, {file}: filters is not a table"
    named = {
        clean(name, _NAME): clean(text, _TEXT)
        for name, text in found.items()
        if isinstance(text, str) and name not in READY
    }
    return dict(list(named.items())[:_MANY]), ""


def save_filter(file: Path, name: str, text: str) -> None:
    """Give a filter a name; without a text the name is given up. Raises `Refused`."""
    name, text = clean(name.strip(), _NAME), text.strip()
    known, wrong = read_filters(file)
    if wrong:
        raise Refused(wrong)
    if not name or name in READY:
        raise Refused(f'"{name}" is always there: choose another name')
    if not text:
        if name not in known:
            raise Refused(f"no filter is called {name}")
        del known[name]
    else:
        parse(text)
        if len(text) > _TEXT:
            raise Refused(f"a filter has at most {_TEXT} characters")
        if len(known) >= _MANY and name not in known:
            raise Refused(f"there are {_MANY} filters already: remove one first")
        known[name] = text
    _write(file, known)


def _write(file: Path, known: Mapping[str, str]) -> None:
    lines = [f"{_toml(name)} = {_toml(text)}\n" for name, text in known.items()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(["[filters]\n", *lines]), "utf-8")
    except OSError as fault:
        raise Refused(f"Filters not saved, {file}: {fault.strerror or fault}") from fault


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
