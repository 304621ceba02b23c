"""What the tests of imports share: the dressed files, and a tape's bars as lines."""

import gzip

import pytest

from ledger.market.csv_import.import_tape import ForeignTape, read_foreign
from ledger.market.csv_import.layout import ImportOptions
from ledger.market.tapes.tape_file import HEADER
from ledger.refused import Refused
from tests.places import DATA

FOLDER = DATA / "imports"


def read(name: str, **wishes: str) -> ForeignTape:
    """A file of the folder, imported."""
    return read_foreign((FOLDER / name).read_bytes(), name, ImportOptions(**wishes))


def imported(*lines: str, name: str = "t.csv", **wishes: str) -> ForeignTape:
    """A table of these lines, imported."""
    return read_foreign("\n".join((*lines, "")).encode(), name, ImportOptions(**wishes))


def refused(*lines: str, name: str = "t.csv", **wishes: str) -> str:
    """Why a table of these lines is not taken."""
    with pytest.raises(Refused) as caught:
        imported(*lines, name=name, **wishes)
    return "\n".join(caught.value.faults)


def bars_of(found: ForeignTape) -> list[str]:
    """The bars as the tape's own file has them."""
    header, *rows = gzip.decompress(found.packed).decode().splitlines()
    assert header == HEADER
    return rows


def by_line(found: ForeignTape) -> list[tuple[str, int, int]]:
    """Kind and lines of each fault."""
    return [(fault.kind.value, fault.line, fault.last_line) for fault in found.faults]
