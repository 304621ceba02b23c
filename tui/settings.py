"""What a person set on the desk and finds again at the next start: theme, speed and symbol.

Law: a file that cannot be read or written costs a sentence, never the start and never a run.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

LARGEST = 10_000
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Empty where nothing is remembered. `speed` is in bars a second."""

    theme: str = ""
    speed: float = 0.0
    symbol: str = ""


_KINDS: dict[str, tuple[type, ...]] = {"theme": (str,), "speed": (int, float), "symbol": (str,)}


def settings_file() -> Path:
    """Where this user's settings are kept. It is not made here."""
    from platformdirs import user_config_path  # not before the first paint

    return user_config_path("tightrope", appauthor=False) / "desk.toml"


def read_settings(file: Path) -> tuple[Settings, str]:
    """What is remembered, and what is wrong with the file; unknown keys are left alone."""
    import tomllib

    try:
        with file.open("rb") as opened:
            found = tomllib.loads(opened.read(LARGEST).decode("utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, ValueError) as fault:  # not UTF-8 and not TOML are ValueErrors
        words = str(getattr(fault, "strerror", None) or fault)
        return Settings(), f"Settings not read, {file}: {words}"
    given = {key: value for key, value in found.items() if key in _KINDS}
    kept = {key: value for key, value in given.items() if type(value) in _KINDS[key]}
    wrong = [key for key in given if key not in kept]
    said = f"Settings not read, {file}: {', '.join(wrong)}" if wrong else ""
    return Settings(**kept), said


def write_settings(file: Path, settings: Settings) -> str:
    """Keep them; what went wrong, where something did."""
    import json

    lines = [f"{key} = {json.dumps(value)}\n" for key, value in asdict(settings).items() if value]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(lines), "utf-8")
    except OSError as fault:
        return f"Settings not saved, {file}: {fault.strerror or fault}"
    return ""
