"""How a session begins: from a rehearsal file, or where a ledger says that it was left.

What a resumed session needs of its tapes stands in the branch's setup, so that neither the file
checkers nor the catalogue are loaded on the way to the desk. A tape that changed is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.account.events.kinds import AccountOpened
from ledger.account.state import Account, open_account
from ledger.books.branches import BranchInfo
from ledger.books.file.damage import told
from ledger.books.file.errors import LedgerError
from ledger.books.replay import replay, verified
from ledger.books.store import Ledger
from ledger.books.wire.codec import canonical, decode, encode, rules_hash
from ledger.books.writer import Keeper, MemoryWriter, Pane, Writer
from ledger.market.corporate import CorporateAction
from ledger.market.tapes.compression import LARGEST_TEXT
from ledger.market.tapes.sessions import Trades
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.market.tapes.tape_file import parse_funding
from ledger.practice.library.files import assets, read_bytes
from ledger.practice.library.own_tapes import own_tape, own_tape_of
from ledger.practice.library.read_tape import read_tape
from ledger.practice.sessions.find_account import find_branch, named_anew
from ledger.practice.sessions.session import Place, Session
from ledger.practice.sessions.timeline import Phase, Timeline
from ledger.refused import Refused

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal

T = TypeVar("T", Tape, FundingTape)
First = Callable[[Session], object]
"""What happens to a new account before anything of it is on record."""

_OF_OLD = Trades.COINS
"""The market of a tape whose account was opened when every session was a day of UTC: they stay
so for it, as what it was told of deadlines stays true."""


def begin(
    rehearsal: "Rehearsal",
    ledger_path: Path | None,
    name: str,
    first: First = lambda _: None,
    *,
    only: bool = False,
) -> Session:
    """A new account for a rehearsal, in a ledger or (without one) in memory.

    It is on record with all that `first` does, or not at all. It gets `only` this name, or the
    first free one that begins with it. Raises `LedgerInUse`, `LedgerTooNew`, `LedgerUnusable`, and
    `Refused` for a name that is taken.
    """
    if ledger_path is None:
        session = _begun(rehearsal, name, first)
        session.commit().result()
        return session
    ledger = Ledger.open(ledger_path)
    try:
        with told(ledger.path):
            name = named_anew(ledger, name, only=only)
        session, book = _begun(rehearsal, name, first), rehearsal.rulebook
        with told(ledger.path), ledger.together():
            ledger.put_rulebook(rules_hash(book), canonical(encode(book)))
            branch = ledger.new_branch(name, rehearsal.seed, rehearsal.title, _setup(rehearsal))
            ledger.append(branch, session.batch())
        session.kept_by(Writer(ledger, branch), ledger.close)
    except BaseException:
        ledger.close()
        raise
    return session


def _begun(rehearsal: "Rehearsal", name: str, first: First) -> Session:
    session = Session(
        open_account(
            name, rehearsal.rulebook, rehearsal.mode, rehearsal.fills, rehearsal.instruments
        ),
        Timeline(
            tapes=rehearsal.tapes,
            start=rehearsal.start,
            end=rehearsal.end,
            marks=rehearsal.marks,
            funding=rehearsal.funding,
        ),
        MemoryWriter(),
        title=rehearsal.title,
        files=_files(rehearsal),
    )
    if rehearsal.scenario is not None:
        session.fate = rehearsal.actions
    session.open_account(_opened(rehearsal, rules_hash(rehearsal.rulebook)))
    first(session)
    return session


def _opened(rehearsal: "Rehearsal", digest: str) -> AccountOpened:
    return AccountOpened(
        at=rehearsal.start,
        venue=rehearsal.rulebook.id,
        mode=rehearsal.mode,
        currency=rehearsal.rulebook.currency,
        rules_hash=digest,
        overrides=dict(rehearsal.overrides),
        fills=rehearsal.fills,
        seed=rehearsal.seed,
        tapes={symbol: _hash(tape) for symbol, tape in rehearsal.tapes.items()},
        instruments=dict(rehearsal.instruments),
        actions=tuple(a for tape in rehearsal.tapes.values() for a in tape.actions),
    )


def _hash(tape: Tape) -> str:
    """By which the tape is known; one that nobody recorded says so."""
    return f"{tape.synthetic}, {tape.sha256}" if tape.synthetic else tape.sha256


def _setup(rehearsal: "Rehearsal") -> dict[str, Any]:
    """What resuming needs of a rehearsal; the same on every machine, so no path is in it."""

    def lying(tapes: Mapping[str, Tape | FundingTape]) -> dict[str, Any]:
        return {symbol: _lying(tape) for symbol, tape in tapes.items()}

    return {
        "start": rehearsal.start,
        "end": rehearsal.end,
        "tapes": lying(rehearsal.tapes),
        "marks": lying(rehearsal.marks),
        "funding": lying(rehearsal.funding),
    }


def _lying(tape: Tape | FundingTape) -> dict[str, Any]:
    found: dict[str, Any] = {"source": tape.source, "sha256": tape.sha256}
    if isinstance(tape, Tape):
        found |= {"interval": tape.interval, "continuous": tape.continuous}
        found["market"] = tape.market.value
        if tape.actions:
            found["actions"] = [encode(action) for action in tape.actions]
        for key, origin in (("derived", tape.derived), ("recipe", tape.recipe)):
            if origin is not None:
                lent_by = None if tape.lent_by is None else _lying(tape.lent_by)
                return {**found, key: encode(origin), "lent_by": lent_by}
    if _shipped(tape.source) is not None:
        found["shipped"] = True
    elif _is_imported(tape):
        found["imported"] = True
    return found


def _files(rehearsal: "Rehearsal") -> dict[str, str]:
    """Where the tapes of the user's own lie, by the name that the rehearsal gives them."""
    priced = [*rehearsal.tapes.values(), *rehearsal.marks.values()]
    named: list[Tape | FundingTape | None] = [*rehearsal.funding.values()]
    named += [_lying_somewhere(tape) for tape in priced]
    return {
        tape.source: str((rehearsal.folder / Path(tape.source).expanduser()).resolve())
        for tape in named
        if tape is not None and _shipped(tape.source) is None and not _is_imported(tape)
    }


def _lying_somewhere(tape: Tape) -> Tape | None:
    """The recorded tape behind one, through whatever was worked out or made up over it."""
    behind = tape.recorded
    return behind if behind is None or behind is tape else _lying_somewhere(behind)


def _shipped(source: str) -> Path | None:
    """The file of a tape of the catalogue; `None` for one of the user's own."""
    path = assets() / "tapes" / f"{source}.csv.gz"
    return path if path.is_file() else None


def _is_imported(tape: Tape | FundingTape) -> bool:
    """Whether a tape is kept in the data folder, where its hash finds it again."""
    own = own_tape(tape.source)
    return own is not None and own.sha256 == tape.sha256


def resume(ledger_path: Path, account: str | None = None) -> Session:
    """The account of this name (or the one last written), where it was left.

    Raises `Refused` (no such account, or a tape of it is gone or changed), and as `Ledger.open`.
    """
    ledger = Ledger.open(ledger_path)
    try:
        with told(ledger.path):
            branch = find_branch(ledger, account)
            folded = verified(ledger, branch.id)
            return _taken_up(ledger, branch, folded, Writer(ledger, branch.id))
    except BaseException:
        ledger.close()
        raise


def look(ledger_path: Path, account: str | None, why: LedgerError) -> Session:
    """The same account to look at, where it may not be written to: `why` is told to whoever tries.

    Raises as `resume` does, and `why` itself where nothing of the account can be read.
    """
    ledger = Ledger.open(ledger_path, read_only=True)
    try:
        with told(ledger.path):
            branch = find_branch(ledger, account)
            folded = replay(ledger, branch.id)
            session = _taken_up(ledger, branch, folded, Pane(branch.last_seq, why))
            session.statement()  # what does not fit ends here and not on a screen
            return session
    except BaseException as fault:
        ledger.close()
        if isinstance(fault, LedgerError):
            raise why from None
        raise


def _taken_up(
    ledger: Ledger, branch: BranchInfo, folded: Account | None, keeper: Keeper
) -> Session:
    place = ledger.place(branch.id)
    if folded is None or place is None:
        raise Refused(f"account {branch.name} has no place on its tape: it was never opened")
    setup, files = branch.setup, place["files"]
    timeline = Timeline(
        tapes={s: _tape(s, lies, files) for s, lies in setup["tapes"].items()},
        start=setup["start"],
        end=setup["end"],
        marks={s: _tape(s, lies, files) for s, lies in setup["marks"].items()},
        funding={s: _rates(s, lies, files) for s, lies in setup["funding"].items()},
    )
    return Session(
        folded,
        timeline,
        keeper,
        _place(timeline, place),
        release=ledger.close,
        title=branch.title,
        files=files,
        rehearsal=place.get("rehearsal", ""),
        script_done=place.get("script_done", 0),
        time=place.get("time"),
    )


def _place(timeline: Timeline, kept: Mapping[str, Any]) -> Place:
    """Where the clock was left.

    Kept without its time it counts the moments at which bars began, as clocks did once: where bars
    end inside each other there are more moments now, and no bar that is still open has been run.
    """
    place = Place(kept["index"], Phase(kept["phase"]))
    if "time" in kept or place.index < 0 or not timeline.overlap:
        return place
    return Place(timeline.index_among_begins(place.index, place.phase), place.phase)


def _data(lies: Mapping[str, Any], files: Mapping[str, str]) -> bytes:
    source = str(lies["source"])
    if lies.get("imported"):
        own = own_tape_of(source, lies["sha256"])
        if own is None:
            raise Refused(
                f"{source}: the imported tape is gone; import its file again, under any name "
                "(another account opens with --account NAME)"
            )
        return own.read()
    if not lies.get("shipped"):
        return read_bytes(Path(files[source]), files[source], LARGEST_TEXT)
    path = _shipped(source)
    if path is None:
        raise Refused(f"{source}: this version ships no such tape")
    return read_bytes(path, path.name)


def _tape(symbol: str, lies: Mapping[str, Any], files: Mapping[str, str]) -> Tape:
    actions = tuple(decode(CorporateAction, action) for action in lies.get("actions", ()))
    return replace(_bare(symbol, lies, files), actions=actions, market=_market(lies))


def _market(lies: Mapping[str, Any]) -> Trades:
    return Trades(lies.get("market", _OF_OLD))


def _bare(symbol: str, lies: Mapping[str, Any], files: Mapping[str, str]) -> Tape:
    """The prices alone, without the dividends and splits that they show."""
    if "recipe" in lies:
        return _made_again(symbol, lies, files)
    if "derived" in lies:
        from ledger.market.tapes.derive import derive  # for the few accounts that are on one
        from ledger.market.tapes.origin import Derived

        made: Derived = decode(Derived, lies["derived"])
        return derive(made, _tape(symbol, lies["lent_by"], files), symbol)
    tape = read_tape(
        _data(lies, files),
        name=Path(lies["source"]).name,
        symbol=symbol,
        source=lies["source"],
        interval=lies["interval"],
        continuous=lies["continuous"],
        market=_market(lies),
    )
    return _same(tape, lies)


def _made_again(symbol: str, lies: Mapping[str, Any], files: Mapping[str, str]) -> Tape:
    from ledger.market.synthetic.make import make  # for the few accounts that are on one
    from ledger.market.tapes.recipe import Recipe

    lent_by = lies["lent_by"]
    source = None if lent_by is None else _tape(symbol, lent_by, files)
    tape = make(decode(Recipe, lies["recipe"]), source)
    if tape.sha256 != lies["sha256"]:
        raise Refused(
            f"{symbol}: this version makes another tape of {lies['source']} than the account was "
            "opened on; go on with the version that made it"
        )
    return tape


def _rates(symbol: str, lies: Mapping[str, Any], files: Mapping[str, str]) -> FundingTape:
    name = Path(lies["source"]).name
    data = _data(lies, files)
    return _same(parse_funding(data, name=name, symbol=symbol, source=lies["source"]), lies)


def _same(tape: T, lies: Mapping[str, Any]) -> T:
    if tape.sha256 != lies["sha256"]:
        raise Refused(
            f"{lies['source']}: the tape is not the one this account was opened on; "
            "put the old file back"
        )
    return tape
