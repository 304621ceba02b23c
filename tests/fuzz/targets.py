"""What reads files of strangers, and the files it begins with."""

import gzip
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from ledger.account.events.kinds import Event
from ledger.books.checks.doctor import examine
from ledger.books.file.errors import LedgerError
from ledger.books.wire.codec import to_wire
from ledger.market.csv_import.import_tape import read_foreign
from ledger.market.csv_import.layout import ImportOptions
from ledger.market.rule_files.rulebook_file import RulebookPage, parse_rulebook
from ledger.practice.library.files import assets
from ledger.practice.library.read_tape import read_tape
from ledger.practice.rehearsals.rehearsal import load_rehearsal
from ledger.practice.scenarios.run import run
from ledger.practice.sessions.ledger_reader import reading
from ledger.practice.sessions.open_session import begin, look, resume
from ledger.practice.sessions.statement import write_statement
from ledger.practice.venues.venue_page import venue_page
from ledger.practice.words.narration import narrate
from ledger.refused import Refused
from tests.cli.driving import JOURNEY
from tests.corruption.subject import made
from tests.fuzz.mutate import BINARY, FILES, Mutation
from tui.pages.venue_lines import page_lines

REFUSALS = (Refused, LedgerError)
"""How the house says no; whatever else comes out of a reader is a finding."""

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Target:
    """A reader, the inputs it begins with, and how they are changed."""

    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    kinds: Sequence[Mutation] = FILES
    largest: int = 40_000
    """Bytes of an input."""
    lines: int = 2_000_000
    """Of ours that may be run for one input."""
    growth: int = 100_000_000
    """Bytes by which the process may grow for one input."""


def _rehearsal(folder: Path) -> Target:
    shutil.copy(JOURNEY / "acme.csv", folder)
    file = folder / "rehearsal.toml"

    def read(data: bytes) -> None:
        file.write_bytes(data)
        rehearsal = load_rehearsal(file)
        if max(len(tape.times) for tape in rehearsal.tapes.values()) > _PLAYED:
            return
        session = begin(rehearsal, None, "fuzzed")
        try:
            actions = () if session.fate else rehearsal.actions
            run(session, actions, _tell)
            write_statement(session.statement())
        finally:
            session.close()

    made(folder)  # brings its rehearsals
    seeds = [path.read_bytes() for path in folder.glob("*.toml")]
    seeds += [_SCENARIO.encode(), _COIN.encode()]
    return Target(read, seeds)


_COIN = """
title = "C"
venue = "binance-usdm"
mode = "isolated"
start = 2024-01-01T00:00:00Z
[rules]
funding_rate = "0.1"
[[tape]]
symbol = "ACME"
source = "acme.csv"
market = "coins"
[[do]]
at = 2024-01-01T00:00:00Z
deposit = 5000
[[do]]
at = 2024-01-01T00:00:00Z
sell = { symbol = "ACME", notional = 900, leverage = 10, take_profit = "80" }
[[do]]
at = 2024-01-02T00:00:00Z
add_margin = { symbol = "ACME", amount = "5" }
[[do]]
at = 2024-01-03T00:00:00Z
incident = { kind = "auto_deleveraging", share = "0.5" }
[[do]]
at = 2024-01-04T00:00:00Z
sell = { symbol = "ACME", quantity = 1, type = "limit", limit = "120", id = "x" }
[[do]]
at = 2024-01-05T00:00:00Z
amend = { id = "x", limit = "78" }
"""
_PLAYED = 100
"""Bars of a tape that is played to its end."""


def _tell(events: tuple[Event, ...]) -> None:
    for event in events:
        narrate(to_wire(event, 1, "fuzzed"))


_SCENARIO = """
title = "T"
venue = "us-reg-t"
seed = 3
[[tape]]
symbol = "ACME"
source = "acme.csv"
market = "stocks"
[[tape]]
symbol = "TWO"
source = { token = "acme.csv", multiple = "2" }
[scenario]
kind = "drill"
goal = "G"
briefing = "B"
debrief = "D"
picture = "█▇"
[deck]
draws = 2
kinds = ["outage"]
[[do]]
at = 2024-01-01T00:00:00Z
deposit = 5000
"""


def _rulebook(folder: Path) -> Target:
    files = {path.stem: path for path in sorted((assets() / "venues").glob("*.toml"))}

    def find(source: str) -> RulebookPage:
        if source not in files:
            raise Refused(f"{source}: no such book")
        return parse_rulebook(files[source].read_text("utf-8"), source)

    def read(data: bytes) -> None:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return  # told where the file is read
        page_lines(venue_page(parse_rulebook(text, "venue.toml", find, "venue")), 80)

    own = b'extends = "us-reg-t"\nname = "Mine"\n[interest]\nannual_rate = "0.1"\n'
    return Target(read, [own, *(path.read_bytes() for path in files.values())])


def _tape(folder: Path) -> Target:
    def read(data: bytes) -> None:
        with suppress(Refused):
            read_tape(data, name="tape.csv", symbol="X")
        with suppress(Refused):
            read_foreign(data, "tape.csv", ImportOptions(zone="America/New_York"))
        read_foreign(data, "BTCUSDT-1h.csv")

    tables = [*sorted((ROOT / "data" / "imports").glob("*.csv")), JOURNEY / "acme.csv"]
    seeds = [b"\n".join(path.read_bytes().split(b"\n")[:30]) for path in tables]
    seeds += [gzip.compress(seed, 1, mtime=0) for seed in seeds[:5]]
    return Target(read, seeds)


def _ledger(folder: Path) -> Target:
    file = folder / "fuzzed.db"

    def read(data: bytes) -> None:
        for end in ("-wal", "-shm", "-journal"):
            file.with_name(file.name + end).unlink(missing_ok=True)
        file.write_bytes(data)
        file.chmod(0o600)
        examine(file, deep=True)
        with suppress(*REFUSALS), reading(file, None) as account:
            account.statement()
            list(account.events()), account.page(50)
        try:
            session = resume(file)
        except LedgerError as fault:
            session = look(file, None, fault)
        try:
            write_statement(session.statement())
        finally:
            with suppress(*REFUSALS):
                session.close()

    whole = made(folder)
    small = folder / "small.db"
    shutil.copy(whole, small)
    with closing(sqlite3.connect(small)) as db:
        db.execute("VACUUM")
    seeds = [whole.read_bytes(), small.read_bytes()]
    return Target(read, seeds, BINARY, largest=400_000, lines=5_000_000)


TARGETS: dict[str, Callable[[Path], Target]] = {
    "rehearsal": _rehearsal,
    "rulebook": _rulebook,
    "tape": _tape,
    "ledger": _ledger,
}
