"""A history as other programs take it: one entry an event, its legs summed for each account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.books.entries import QUANTITY, TRADE


@dataclass(frozen=True, slots=True)
class BookAccount:
    """An account of the books: its name there, what it holds, in how many decimals, and how much
    of it at the end, in atoms (debits less credits)."""

    name: str
    kind: str
    """Its class in the chart of accounts (`entries.Head.kind`)."""
    asset: str
    places: int
    closing: int

    @property
    def counts_units(self) -> bool:
        """Whether it counts units of an instrument, and not money."""
        return self.name.startswith((QUANTITY, TRADE))


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `moves` are atoms by the place of the account in `Record.accounts`, without those
    that come to nothing; `note` is what the trader wrote, if it is a note."""

    seq: int
    time: str
    """ISO 8601, in UTC."""
    kind: str
    says: str
    hash: str
    moves: tuple[tuple[int, int], ...]
    note: str | None = None
    wire: Mapping[str, object] = field(default_factory=dict, repr=False)
    """The event as recorded, where it moved something or is a note."""

    @property
    def date(self) -> str:
        return self.time[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What an account's history begins and ends with."""

    account: str
    title: str
    venue: str
    currency: str
    first: str
    """The time of its first event, `last` that of its last one."""
    last: str
    events: int
    """The number of the last event."""
    hash: str
    """The checksum of the last event, which includes those of all before it."""
    forked: tuple[str, int] | None
    """The account that it was forked from, and the last event that both have."""
    accounts: tuple[BookAccount, ...]
    multipliers: Mapping[str, Decimal] = field(default_factory=dict)
    """Of each instrument: how many units its price is for."""


def summed(moves: Iterable[tuple[int, int, int]]) -> tuple[tuple[int, int], ...]:
    """The moves of an event from its legs (debit, credit, atoms): one for each account, in the
    order in which they are first named."""
    sums: dict[int, int] = {}
    for debit, credit, atoms in moves:
        sums[debit] = sums.get(debit, 0) + atoms
        sums[credit] = sums.get(credit, 0) - atoms
    return tuple((account, atoms) for account, atoms in sums.items() if atoms)


def amount(atoms: int, places: int) -> str:
    """Atoms in plain decimals, all of them: `-5` in two places is `-0.05`."""
    digits = f"{abs(atoms):0{places + 1}d}"
    sign = "-" if atoms < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
