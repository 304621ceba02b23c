"""A file being read: its text, to find the line of a fault, and the faults so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from ledger.refused import Refused
from ledger.toml_file import Location, fault

T = TypeVar("T")


@dataclass(slots=True)
class SourceFile:
    """Paths in it are relative to its folder."""

    folder: Path
    name: str
    text: str
    faults: list[str] = field(default_factory=list)

    def wrong(self, location: Location, problem: str) -> None:
        """Note a fault; reading goes on."""
        self.faults.append(fault(self.name, self.text, location, problem))

    def refusal(self, location: Location, problem: str) -> Refused:
        """The same as an exception, if reading cannot go on."""
        return Refused(fault(self.name, self.text, location, problem))

    def stop_if_faulty(self) -> None:
        """Raises `Refused` with every fault noted so far."""
        if self.faults:
            raise Refused(*self.faults)

    def attempt(self, location: Location, load: Callable[[], T]) -> T | None:
        """What is loaded; `None`, with its faults noted, if it is refused."""
        try:
            return load()
        except Refused as refused:
            for line in refused.faults:
                self.wrong(location, line)
            return None
