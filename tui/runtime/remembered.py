"""Restores the settings of the last time to the app and the desk, and stores those made since."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Protocol

from textual.app import App

from tui.runtime.conductor import Conductor
from tui.runtime.pace import SPEEDS
from tui.settings import Settings, read_settings, write_settings
from tui.text import display


class Panels(Protocol):
    """What is needed of the desk's panels."""

    symbol: str

    def chart_symbol(self, symbol: str) -> object: ...


class Remembered:
    """The settings in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._settings = Settings()

    def recall(self, app: App[Any], conductor: Conductor, panels: Panels) -> str:
        """Restore theme, speed, symbol and what is hidden. Returns what is wrong with the file, if
        anything."""
        self._settings, wrong = read_settings(self._file)
        remembered = self._settings
        if remembered.theme in app.available_themes and "TEXTUAL_THEME" not in os.environ:
            app.theme = remembered.theme
        if remembered.speed in SPEEDS:
            conductor.pace.index = SPEEDS.index(remembered.speed)
        if remembered.symbol in conductor.session.account.instruments:
            panels.chart_symbol(remembered.symbol)
        display.choose(display.remembered(remembered.display))
        return wrong

    def store(self, app: App[Any], conductor: Conductor, panels: Panels) -> str:
        """Store what changed. Returns what went wrong, if anything."""
        now = Settings(app.theme, conductor.pace.speed, panels.symbol, display.chosen().value)
        return write_settings(self._file, now) if now != self._settings else ""
