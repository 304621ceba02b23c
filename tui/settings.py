"""What a person set on the desk and finds again at the next start: theme, speed, symbol, display.

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
    display: str = ""


_KINDS: dict[str, tuple[type, ...]] = {"theme": (str,), "speed": (int, float), "symbol": (str,),
          "display": (str,)}  # fmt: skip


def settings_file() -> Path:
    """Where this user's settings are stored. It is not created here."""
    from platformdirs import user_config_path  # not before the first paint

    return user_config_path("tightrope", appauthor=False) / "desk.toml"


def read_settings(file: Path) -> tuple[Settings, str]:
    """The remembered settings, and what is wrong with the file; unknown keys are ignored."""
    import tomllib

    try:
        with file.open("rb") as opened:
            tables = tomllib.loads(opened.read(LARGEST).decode("utf-8"))
    except FileNotFoundError:
        return Settings(), ""
    except (OSError, ValueError) as fault:  # not UTF-8 and not TOML are ValueErrors
        words = str(getattr(fault, "strerror", None) or fault)
        return Settings(), f"Settings not read, {file}: {words}"
    known = {key: value for key, value in tables.items() if key in _KINDS}
    valid = {key: value for key, value in known.items() if type(value) in _KINDS[key]}
    wrong = [key for key in known if key not in valid]
    problem = f"Settings not read, {file}: {', '.join(wrong)}" if wrong else ""
    return Settings(**valid), problem


def write_settings(file: Path, settings: Settings) -> str:
    """Store the settings. Returns what went wrong, if anything."""
    import json

    lines = [f"{key} = {json.dumps(value)}\n" for key, value in asdict(settings).items() if value]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(lines), "utf-8")
    except OSError as fault:
        return f"Settings not saved, {file}: {fault.strerror or fault}"
    return ""
