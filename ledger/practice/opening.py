"""How a session begins: from a rehearsal file, or where a ledger says that it was left.

What a resumed session needs of its tapes stands in the branch's setup, so that neither the file
checkers nor the catalogue are loaded on the way to the desk. A tape that changed is refused.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.account.apply import apply
from ledger.account.events import AccountOpened
from ledger.account.state import Account, Convention, open_account
from ledger.books.branches import BranchInfo
from ledger.books.codec import canonical, decode, encode, instrument_terms, rules_hash
from ledger.books.store import Ledger
from ledger.books.writer import Keeper, MemoryWriter, Writer
from ledger.market.faults import Refused
from ledger.market.instrument import Instrument
from ledger.market.rulebook import Rulebook
from ledger.market.tape import FundingTape, Tape
from ledger.market.tape_file import parse_funding, parse_tape
from ledger.market.text import clean
from ledger.practice.files import assets, read_bytes
from ledger.practice.session import Place, Session
from ledger.practice.timeline import Phase, Timeline

if TYPE_CHECKING:
    from ledger.practice.rehearsal import Rehearsal

T = TypeVar("T", Tape, FundingTape)


def begin(rehearsal: "Rehearsal", ledger_path: Path | None, name: str) -> Session:
    """A new account for a rehearsal, in a ledger or (without one) in memory.

    Raises `LedgerInUse`, `LedgerTooNew`, `LedgerUnusable`.
    """
    book = rehearsal.rulebook
    digest = rules_hash(book)
    ledger: Ledger | None = None
    keeper: Keeper = MemoryWriter()
    if ledger_path is not None:
        ledger = Ledger.open(ledger_path)
        ledger.put_rulebook(digest, canonical(encode(book)))
        branch = ledger.new_branch(name, rehearsal.seed, rehearsal.title, _setup(rehearsal))
        name = ledger.branch(branch).name
        keeper = Writer(ledger, branch)
    session = Session(
        open_account(name, book, rehearsal.mode, rehearsal.fills, rehearsal.instruments),
        Timeline(
            tapes=rehearsal.tapes,
            start=rehearsal.start,
            end=rehearsal.end,
            marks=rehearsal.marks,
            funding=rehearsal.funding,
        ),
        keeper,
        release=ledger.close if ledger is not None else None,
        title=rehearsal.title,
    )
    session.open_account(_opened(rehearsal, digest))
    session.commit().result()
    return session


def _opened(rehearsal: "Rehearsal", digest: str) -> AccountOpened:
    return AccountOpened(
        at=rehearsal.start,
        venue=rehearsal.rulebook.id,
        mode=rehearsal.mode,
        currency=rehearsal.rulebook.currency,
        rules_hash=digest,
        overrides=dict(rehearsal.overrides),
        fills=rehearsal.fills.value,
        seed=rehearsal.seed,
        tapes={symbol: tape.sha256 for symbol, tape in rehearsal.tapes.items()},
        instruments={s: instrument_terms(i) for s, i in rehearsal.instruments.items()},
    )


def _setup(rehearsal: "Rehearsal") -> dict[str, Any]:
    """What resuming needs and the hash chain does not: windows, and where the tapes lie."""

    def lying(tapes: Mapping[str, Tape | FundingTape]) -> dict[str, Any]:
        return {symbol: _lying(tape, rehearsal.folder) for symbol, tape in tapes.items()}

    return {
        "start": rehearsal.start,
        "end": rehearsal.end,
        "tapes": lying(rehearsal.tapes),
        "marks": lying(rehearsal.marks),
        "funding": lying(rehearsal.funding),
    }


def _lying(tape: Tape | FundingTape, folder: Path) -> dict[str, Any]:
    """A tape of the catalogue by its file's name there, one of the user's by its full path."""
    shipped = f"{tape.source}.csv.gz"
    if (assets() / "tapes" / shipped).is_file():
        found: dict[str, Any] = {"shipped": shipped}
    else:
        found = {"path": str((folder / Path(tape.source).expanduser()).resolve())}
    found |= {"source": tape.source, "sha256": tape.sha256}
    if isinstance(tape, Tape):
        found |= {"interval": tape.interval, "continuous": tape.continuous}
    return found


def resume(ledger_path: Path, account: str | None = None) -> Session:
    """The account of this name (or the one last written), where it was left.

    Raises `Refused` when there is no such account or a tape of it is gone or changed, and what
    `Ledger.open` raises.
    """
    ledger = Ledger.open(ledger_path)
    try:
        return _resume(ledger, account)
    except BaseException:
        ledger.close()
        raise


def _resume(ledger: Ledger, account: str | None) -> Session:
    branch = find_branch(ledger, account)
    folded = replay(ledger, branch)
    setup = branch.setup
    timeline = Timeline(
        tapes={s: _tape(s, lies) for s, lies in setup["tapes"].items()},
        start=setup["start"],
        end=setup["end"],
        marks={s: _tape(s, lies) for s, lies in setup["marks"].items()},
        funding={s: _rates(s, lies) for s, lies in setup["funding"].items()},
    )
    place = ledger.place(branch.id)
    if place is None:
        raise Refused(f"account {branch.name} has no place on its tape: it was never opened")
    return Session(
        folded,
        timeline,
        Writer(ledger, branch.id),
        Place(place["index"], Phase(place["phase"])),
        release=ledger.close,
        title=branch.title,
    )


def find_branch(ledger: Ledger, account: str | None) -> BranchInfo:
    """The branch of an account's name; without a name, the one that was written to last.

    Raises `Refused` with the names there are.
    """
    branches = ledger.branches()
    if not branches:
        raise Refused(f"{ledger.path.name}: there is no account in this ledger yet")
    if account is None:
        account = ledger.last_written() or branches[-1].name
    for branch in branches:
        if branch.name == account:
            return branch
    known = ", ".join(branch.name for branch in branches)
    raise Refused(f'no account is called "{clean(account, 40)}"; there are: {known}')


def replay(ledger: Ledger, branch: BranchInfo) -> Account:
    """The account that a branch's events fold to."""
    account: Account | None = None
    for _, event in ledger.events(branch.id):
        if account is None:
            assert isinstance(event, AccountOpened), "the first event opens the account"
            book = decode(Rulebook, json.loads(ledger.rulebook(event.rules_hash)))
            instruments = {
                symbol: decode(Instrument, {"symbol": symbol, **terms})
                for symbol, terms in event.instruments.items()
            }
            convention = Convention(event.fills)
            account = open_account(branch.name, book, event.mode, convention, instruments)
        account = apply(account, event)
    if account is None:
        raise Refused(f"account {branch.name} has no events: it was never opened")
    return account


def _data(lies: Mapping[str, Any]) -> bytes:
    shipped = lies.get("shipped")
    path = assets() / "tapes" / shipped if shipped else Path(lies["path"])
    return read_bytes(path, str(lies["source"]))


def _tape(symbol: str, lies: Mapping[str, Any]) -> Tape:
    tape = parse_tape(
        _data(lies),
        name=Path(lies["source"]).name,
        symbol=symbol,
        source=lies["source"],
        interval=lies["interval"],
        continuous=lies["continuous"],
    )
    return _same(tape, lies)


def _rates(symbol: str, lies: Mapping[str, Any]) -> FundingTape:
    name = Path(lies["source"]).name
    return _same(parse_funding(_data(lies), name=name, symbol=symbol, source=lies["source"]), lies)


def _same(tape: T, lies: Mapping[str, Any]) -> T:
    if tape.sha256 != lies["sha256"]:
        raise Refused(
            f"{lies['source']}: the tape is not the one this account was opened on; "
            "put the old file back"
        )
    return tape
