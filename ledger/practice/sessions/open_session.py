"""How a session begins: from a rehearsal file, or where a ledger was left.

What a resumed session needs of its tapes is in the branch's `Setup`, so that neither the file
checkers nor the catalogue are loaded on the way to the desk.
"""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.account.events.kinds import AccountOpened, SessionPlanned
from ledger.account.state import Account, open_account
from ledger.books.branches import BranchInfo, has_event
from ledger.books.file.damage import ledger_errors
from ledger.books.file.errors import LedgerError
from ledger.books.purse import fund
from ledger.books.replay import replay, verified
from ledger.books.store import Ledger
from ledger.books.twins import TWIN_OF
from ledger.books.wire.codec import canonical, encode, rules_hash
from ledger.books.writer import Keeper, MemoryWriter, Pane, Writer
from ledger.frozen import event_from, replace
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.practice.funds import Funds, funds_for_new, funds_of
from ledger.practice.sessions.along.twin import Twin
from ledger.practice.sessions.find_account import check_there, find_pair, named_anew
from ledger.practice.sessions.find_tapes import (
    price_tape,
    recorded,
    recorded_behind,
    timeline_of,
)
from ledger.practice.sessions.session import ForkedFrom, Place, Session
from ledger.practice.sessions.setup import OwnFile, Setup, read_setup, write_setup
from ledger.practice.sessions.statement import write_statement
from ledger.practice.sessions.stored_place import StoredPlace, read_place
from ledger.practice.sessions.timeline import Timeline
from ledger.refused import Refused

if TYPE_CHECKING:
    from ledger.practice.rehearsals.rehearsal import Rehearsal

First = Callable[[Session], object]
"""What is done to a new account before anything is recorded."""


def begin(
    rehearsal: "Rehearsal",
    ledger_path: Path | None,
    name: str,
    first: First = lambda _: None,
    *,
    only: bool = False,
    purse: Decimal | None = None,
    twin: "Rehearsal | None" = None,
) -> Session:
    """A new account for a rehearsal, in a ledger or (without one) in memory.

    It is recorded with everything that `first` does, or not at all. With `only` it gets exactly
    this name, else the first free one that begins with it. With a `purse` it is funded from that of
    its currency, which is set to this amount if it never was. With a `twin` that account is begun
    beside it, as NAME-twin. Raises `LedgerInUse`, `LedgerTooNew`, `LedgerUnusable`, and `Refused`
    for a name that is taken.
    """
    if ledger_path is None:
        session = _with_twin(_begun(rehearsal, name), twin, _beside(name))
        first(session)
        session.commit().result()
        return session
    ledger = Ledger.open(ledger_path)
    try:
        with ledger_errors(ledger.path):
            name = named_anew(ledger, name, only=only)
            currency = rehearsal.rulebook.currency
            funds = None if purse is None else funds_for_new(ledger, currency, purse)
            beside = ledger.free_name(_beside(name))
        session = _with_twin(_begun(rehearsal, name, funds), twin, beside)
        first(session)
        with ledger_errors(ledger.path), ledger.together() as db:
            branch = _new_branch(ledger, rehearsal, name)
            if twin is not None and session.twin is not None:
                lead = ledger.branch(branch).name
                session.twin.branch = _new_branch(ledger, twin, beside, lead)
            if purse is not None:
                fund(db, branch, currency, purse)
            ledger.append(branch, session.batch())
        session.kept_by(Writer(ledger, branch), ledger.close)
    except BaseException:
        ledger.close()
        raise
    return session


def _new_branch(ledger: Ledger, rehearsal: "Rehearsal", name: str, lead: str | None = None) -> int:
    """The branch of a new account; of a twin, with the name under which its lead was begun."""
    book = rehearsal.rulebook
    ledger.put_rulebook(rules_hash(book), canonical(encode(book)))
    setup = write_setup(_setup(rehearsal))
    if lead is not None:
        setup[TWIN_OF] = lead
    return ledger.new_branch(name, rehearsal.seed, rehearsal.title, setup)


def _beside(name: str) -> str:
    return f"{name[:35]}-twin"


def _with_twin(session: Session, twin: "Rehearsal | None", name: str) -> Session:
    if twin is not None:
        session.twin = Twin(_begun(twin, name))
    return session


def _begun(rehearsal: "Rehearsal", name: str, funds: Funds | None = None) -> Session:
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
        files=own_files(rehearsal),
        funds=funds,
    )
    session.truth = None if rehearsal.behind is None else _setup(rehearsal)
    if rehearsal.scenario is not None:
        session.fate = rehearsal.actions
    opened = _opened(rehearsal, rules_hash(rehearsal.rulebook))
    if rehearsal.plan is None:
        session.open_account(opened)
    else:  # the file's own: no decision of the trader's
        planned = event_from(SessionPlanned, rehearsal.plan, at=rehearsal.start)
        session.open_account(opened, planned)
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
        blind=rehearsal.behind is not None,
        exam=rehearsal.exam,
    )


def _hash(tape: Tape) -> str:
    """The hash that identifies the tape; one that nobody recorded is marked as such."""
    return f"{tape.synthetic}, {tape.sha256}" if tape.synthetic else tape.sha256


def _setup(rehearsal: "Rehearsal") -> Setup:
    true = rehearsal.behind or rehearsal
    return Setup(
        start=true.start,
        end=true.end,
        tapes={symbol: price_tape(tape) for symbol, tape in true.tapes.items()},
        marks={symbol: price_tape(tape) for symbol, tape in true.marks.items()},
        funding={symbol: recorded(tape) for symbol, tape in true.funding.items()},
        veil=rehearsal.veil,
    )


def own_files(rehearsal: "Rehearsal") -> dict[str, str]:
    """Where the user's own tapes are, by the names that the rehearsal gives them."""
    if rehearsal.behind is not None:
        return own_files(rehearsal.behind)
    priced = [*rehearsal.tapes.values(), *rehearsal.marks.values()]
    tapes: list[Tape | FundingTape | None] = [*rehearsal.funding.values()]
    tapes += [recorded_behind(tape) for tape in priced]
    return {
        tape.source: str((rehearsal.folder / Path(tape.source).expanduser()).resolve())
        for tape in tapes
        if tape is not None and isinstance(recorded(tape), OwnFile)
    }


def resume(ledger_path: Path, account: str | None = None) -> Session:
    """The account of this name (or the one last written), where it was left. By the name of a twin
    the account that leads it is opened.

    Raises `Refused` (no such account, or one of its tapes is gone or changed), and as
    `Ledger.open`.
    """
    check_there(ledger_path)
    ledger = Ledger.open(ledger_path)
    try:
        with ledger_errors(ledger.path):
            branch, twin = find_pair(ledger, account)
            folded = verified(ledger, branch.id)
            beside = None if twin is None else verified(ledger, twin.id)
            session = _taken_up(ledger, branch, folded, Writer(ledger, branch.id))
            return _joined(ledger, session, twin, beside)
    except BaseException:
        ledger.close()
        raise


def look(ledger_path: Path, account: str | None, why: LedgerError) -> Session:
    """The same account, read only: `why` is raised on any attempt to write.

    Raises as `resume` does, and `why` itself if nothing of the account can be read.
    """
    ledger = Ledger.open(ledger_path, read_only=True)
    try:
        with ledger_errors(ledger.path):
            branch, twin = find_pair(ledger, account)
            folded = replay(ledger, branch.id)
            beside = None if twin is None else replay(ledger, twin.id)
            session = _taken_up(ledger, branch, folded, Pane(branch.last_seq, why))
            _joined(ledger, session, twin, beside)
            write_statement(session.statement())  # inconsistent figures fail here, not on a screen
            return session
    except BaseException as fault:
        ledger.close()
        if isinstance(fault, LedgerError):
            raise why from None
        raise


def _joined(
    ledger: Ledger, session: Session, branch: BranchInfo | None, folded: Account | None
) -> Session:
    """The session with its twin. Both were stored in one transaction, so that their clocks stand
    at one place; raises `Refused` if an older version has played one of them alone."""
    if branch is None:
        return session
    twin = _taken_up(ledger, branch, folded, MemoryWriter(branch.last_seq))
    if (twin.place, twin.market.time) != (session.place, session.market.time):
        raise Refused(
            f"{session.account.name} was played without its twin {branch.called}, by another "
            "version; archive the twin, and it goes on alone"
        )
    session.twin = Twin(twin, branch.id)
    return session


def _taken_up(
    ledger: Ledger, branch: BranchInfo, folded: Account | None, keeper: Keeper
) -> Session:
    stored = ledger.place(branch.id)
    if folded is None or stored is None:
        raise Refused(f"account {branch.name} has no place on its tape: it was never opened")
    left = read_place(stored)
    setup = read_setup(branch.setup)
    timeline = timeline_of(setup, left.files)
    session = Session(
        replace(folded, name=branch.called),
        timeline,
        keeper,
        _place(timeline, left),
        release=ledger.close,
        title=branch.title,
        files=left.files,
        rehearsal=left.rehearsal,
        script_done=left.script_done,
        time=left.time,
        standing=left.standing,
        fork=_fork(ledger, branch),
        funds=funds_of(ledger, branch.id, folded.currency),
        called=left.called,
    )
    if setup.veil is not None:
        session.truth = setup
        with ledger.looking() as db:
            session.revealed = has_event(db, branch.id, "revealed")
        _, opened = next(ledger.events(branch.id))
        assert isinstance(opened, AccountOpened), "every account begins with its opening"
        session.exam = opened.exam and branch.parent_id is None
    return session


def _fork(ledger: Ledger, branch: BranchInfo) -> ForkedFrom | None:
    if branch.parent_id is None or branch.fork_seq is None:
        return None
    return ForkedFrom(ledger.branch(branch.parent_id).called, branch.fork_seq)


def _place(timeline: Timeline, left: StoredPlace) -> Place:
    """Where the clock was left.

    A place saved without its time counts only the moments at which bars begin, as older versions
    did: there are more moments now if bars overlap, and no open bar has been run.
    """
    place = Place(left.index, left.phase)
    if left.time is not None or place.index < 0 or not timeline.overlap:
        return place
    return Place(timeline.index_among_begins(place.index, place.phase), place.phase)
