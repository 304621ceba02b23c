"""A rehearsal file, read and checked against its rule book and tapes before anything runs.

All faults of a kind are reported together; nothing is corrected in silence. The result holds
everything a run needs, and none of it depends on the wall clock or on chance.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from ledger.account.incident import IncidentKind
from ledger.account.plan import PlanTerms
from ledger.account.state import Convention
from ledger.market.blind.veil import Veil
from ledger.market.fences.moments import reaching_out
from ledger.market.instrument import Instrument, Kind
from ledger.market.rule_files.overrides import Rules, override
from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.market.tapes.tape import FundingTape, Tape
from ledger.money import ONE, fits, plain
from ledger.practice.library.catalog import tape_info
from ledger.practice.library.files import read_text
from ledger.practice.library.instrument_table import InstrumentTable
from ledger.practice.library.listing import FINEST_LOT, USUAL_LOT, listed, wrong_currency
from ledger.practice.library.source_file import SourceFile
from ledger.practice.library.venue_shelf import load_venue
from ledger.practice.rehearsals.actions import Action, Reader
from ledger.practice.rehearsals.corporate_file import with_actions
from ledger.practice.rehearsals.incident_deck import DRAWN, draw
from ledger.practice.rehearsals.tables import RehearsalTable, ScenarioTable, TapeTable
from ledger.practice.rehearsals.tapes import load_prices
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time, iso
from ledger.toml_file import Location, check_table, read_toml

__all__ = ["Action", "Rehearsal", "load_rehearsal", "read_rehearsal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Everything a run needs. Bars with start <= time < end are run.

    Relative paths start at `folder`; `venue` is the rule book as its file states it, `rulebook`
    the one with `overrides` applied; `instruments`, `tapes`, `marks` and `funding` are
    by symbol, in the order of the file's tapes. A blind one has the true one `behind` its `veil`.
    """

    title: str
    folder: Path
    venue: RulebookPage
    rulebook: Rulebook
    overrides: dict[str, str]
    mode: Mode
    fills: Convention
    start: Time
    end: Time
    seed: int
    instruments: dict[str, Instrument]
    tapes: dict[str, Tape]
    marks: dict[str, Tape]
    funding: dict[str, FundingTape]
    actions: tuple[Action, ...]
    scenario: ScenarioTable | None = None
    lesson: str = ""
    plan: PlanTerms | None = None
    veil: Veil | None = None
    behind: "Rehearsal | None" = None
    exam: bool = False

    @property
    def starts(self) -> tuple[Time, ...]:
        """Where an attempt may begin instead of at `start`."""
        return () if self.scenario is None else tuple(self.scenario.starts)


def load_rehearsal(path: Path) -> Rehearsal:
    """The rehearsal in a file; paths in it are relative to its folder. Raises `Refused`."""
    return read_rehearsal(read_text(path, str(path)), path)


def read_rehearsal(text: str, path: Path) -> Rehearsal:
    """The rehearsal in the text of a file at `path`, which need not exist. Raises `Refused`."""
    file = SourceFile(path.parent, name := clean(path.name, 80), text)
    table = check_table(RehearsalTable, read_toml(file.text, name), file.text, name)
    venue = file.attempt(("venue",), lambda: load_venue(table.venue, file.folder))
    prices = load_prices(file, table)
    tapes, marks = prices.tapes, prices.marks
    file.stop_if_faulty()
    assert venue is not None
    rules = _rules(file, table)
    rulebook = _override(file, venue.rulebook, rules)
    mode = _mode(file, table, rulebook)
    instruments = _instruments(file, table, rulebook, tapes)
    _check_tapes(file, table, rulebook, tapes, marks)
    tapes = with_actions(file, table, tapes, instruments, _adjusted(table))
    start, end = _window(file, table, tapes)
    file.stop_if_faulty()
    last = max(tape.times[tape.find(end) - 1] for tape in tapes.values())
    reader = Reader(name, file.text, rulebook, instruments, table.start, last, table.seed)
    actions = with_drawn(reader.read(table.do), table, start, last + 1)
    file.faults += reader.faults
    file.stop_if_faulty()
    return Rehearsal(
        title=table.title or clean(path.stem, 80),
        folder=file.folder,
        venue=venue,
        rulebook=rulebook,
        overrides=rules.texts(),
        mode=mode,
        fills=table.fills,
        start=start,
        end=end,
        seed=table.seed,
        instruments=instruments,
        tapes=tapes,
        marks=marks,
        funding=prices.funding,
        actions=actions,
        scenario=table.scenario,
        lesson=clean(table.lesson, 600),
        plan=_plan(file, table),
    )


def _plan(file: SourceFile, table: RehearsalTable) -> PlanTerms | None:
    """`[plan]`, which the trader cannot replace; goals are conditions of a scenario."""
    for index, goal in enumerate(table.goal):
        for problem in goal.problems({row.symbol for row in table.tape}):
            file.wrong(("goal", index), problem)
    if table.goal and table.scenario is None:
        file.wrong(("goal", 0), "belongs to a [scenario], and there is none")
    if table.plan is not None and not table.plan.model_fields_set:
        file.wrong(("plan",), "sets no limit; give one, such as loss_per_trade")
    file.stop_if_faulty()
    return None if table.plan is None else table.plan.terms("scenario", own=True)


def with_drawn(
    actions: tuple[Action, ...], table: RehearsalTable, start: Time, end: Time
) -> tuple[Action, ...]:
    """The actions with those drawn by the file's deck, which have `index` 0."""
    if table.deck is None:
        return actions
    kinds = [IncidentKind(kind) for kind in table.deck.kinds or DRAWN]
    drawn = [
        Action(at=one.at, index=0, command=one.command, text=f"incident {one.command.kind}, drawn")
        for one in draw(table.seed, table.deck.draws, kinds, start, end)
    ]
    return tuple(sorted((*actions, *drawn), key=lambda action: action.at))


def _rules(file: SourceFile, table: RehearsalTable) -> Rules:
    """`[rules]`, with the yearly funding rate if a tape gives one."""
    rates = {row.funding for row in table.tape if isinstance(row.funding, Decimal)}
    if not rates:
        return table.rules
    index = next(i for i, row in enumerate(table.tape) if isinstance(row.funding, Decimal))
    if table.rules.funding_rate is not None:
        file.wrong(("tape", index, "funding"), "rules.funding_rate is given too; give one of them")
    if len(rates) > 1 or any(isinstance(row.funding, str) for row in table.tape):
        file.wrong(
            ("tape", index, "funding"),
            "a yearly rate applies to every symbol; give the same rate everywhere, or tapes",
        )
    return table.rules.model_copy(update={"funding_rate": min(rates)})


def _override(file: SourceFile, rulebook: Rulebook, rules: Rules) -> Rulebook:
    try:
        return override(rulebook, rules)
    except Refused as refused:
        for line in refused.faults:
            key, _, problem = line.partition(": ")
            file.wrong(tuple(key.split(".")), problem)
        return rulebook


def _mode(file: SourceFile, table: RehearsalTable, rulebook: Rulebook) -> Mode:
    if table.mode is None:
        return rulebook.modes[0]
    mode = table.mode
    if mode not in rulebook.modes:
        allowed = ", ".join(rulebook.modes)
        file.wrong(("mode",), f'{rulebook.id} has no mode "{mode}"; allowed: {allowed}')
    return mode


def _window(file: SourceFile, table: RehearsalTable, tapes: dict[str, Tape]) -> tuple[Time, Time]:
    """From `start` to `end`, else as far as the tapes go."""
    start = min(tape.first for tape in tapes.values()) if table.start is None else table.start
    end = max(tape.end for tape in tapes.values()) if table.end is None else table.end
    if start >= end:
        if table.end is None:
            file.wrong(("start",), f"no tape has a bar at or after it; allowed: before {iso(end)}")
        else:
            file.wrong(("end",), f"is not after the start; allowed: after {iso(start)}")
        return start, end
    for index, row in enumerate(table.tape):
        tape = tapes[row.symbol]
        if tape.find(start) >= tape.find(end):
            file.wrong(
                ("tape", index, "source"),
                f"no bar between start and end; allowed: within {iso(tape.first)} "
                f"and {iso(tape.end)}",
            )
    _check_starts(file, table, tapes, end - start)
    return start, end


def _check_starts(
    file: SourceFile, table: RehearsalTable, tapes: dict[str, Tape], lasts: int
) -> None:
    """Every tape has bars in each window that may be drawn, up to its end."""
    if table.scenario is None:
        return
    for index, start in enumerate(table.scenario.starts):
        for symbol, tape in tapes.items():
            if tape.first > start or tape.end < start + lasts:
                file.wrong(
                    ("scenario", "starts", index),
                    f"{symbol} has no bars for so long from there; allowed: {iso(tape.first)} to "
                    f"{iso(tape.end - lasts)}",
                )


def _check_tapes(
    file: SourceFile,
    table: RehearsalTable,
    rulebook: Rulebook,
    tapes: dict[str, Tape],
    marks: dict[str, Tape],
) -> None:
    """Mark and funding tapes need a book of perpetuals; mark bars lie inside price bars."""
    for index, row in enumerate(table.tape):
        for key in ("mark", "funding"):
            if getattr(row, key) is not None and rulebook.funding is None:
                file.wrong(("tape", index, key), f"is not used: {rulebook.id} has no funding")
        mark = marks.get(row.symbol)
        if mark is not None and mark.interval > tapes[row.symbol].interval:
            file.wrong(
                ("tape", index, "mark"),
                f"its bars last {mark.interval} seconds, longer than those of the price tape; "
                f"allowed: {tapes[row.symbol].interval} or less",
            )
        elif mark is not None and (time := reaching_out(mark, tapes[row.symbol])) is not None:
            file.wrong(
                ("tape", index, "mark"),
                f"its bar of {iso(time)} ends after the price bar it begins in; "
                "use mark bars that lie within the price bars",
            )


def _adjusted(table: RehearsalTable) -> dict[str, str]:
    """What the prices of shipped tapes are adjusted for, by symbol."""
    named = {row.symbol: row.source for row in table.tape if isinstance(row.source, str)}
    infos = {symbol: tape_info(source) for symbol, source in named.items()}
    return {symbol: info.adjusted for symbol, info in infos.items() if info is not None}


def _instruments(
    file: SourceFile, table: RehearsalTable, rulebook: Rulebook, tapes: dict[str, Tape]
) -> dict[str, Instrument]:
    """Each from `[[instrument]]`, else the manifest, else the tape's decimals."""
    tables: dict[str, tuple[int, InstrumentTable]] = {}
    for index, row in enumerate(table.instrument):
        if row.symbol not in tapes or row.symbol in tables:
            known = ", ".join(tapes)
            file.wrong(
                ("instrument", index, "symbol"),
                f'"{row.symbol}" has no tape or appears twice; allowed, once each: {known}',
            )
        tables[row.symbol] = (index, row)
    instruments = {}
    for index, tape in enumerate(table.tape):
        ours = _listed(file, tape, rulebook, tapes[tape.symbol], ("tape", index))
        at, row = tables.get(tape.symbol, (0, InstrumentTable(symbol=tape.symbol)))
        instruments[tape.symbol] = _changed(file, ours, row, rulebook, ("instrument", at))
    return instruments


def _listed(
    file: SourceFile, row: TapeTable, rulebook: Rulebook, tape: Tape, location: Location
) -> Instrument:
    """The instrument without `[[instrument]]`: tick from the tape, the rest by default."""
    if tape.derived is not None:
        return _derived(file, tape, rulebook, location)
    source = row.source if isinstance(row.source, str) else None
    if problem := wrong_currency(source, rulebook):
        file.wrong((*location, "source"), problem)
    return listed(tape, source, rulebook)


def _derived(file: SourceFile, tape: Tape, rulebook: Rulebook, location: Location) -> Instrument:
    """A token or an option: paid in full, so only a loan account can hold it."""
    assert tape.derived is not None, "a derived tape"
    kind = Kind.OPTION if tape.derived.option is not None else Kind.TOKEN
    if rulebook.kind is not AccountKind.LOAN:
        file.wrong(
            (*location, "source"),
            f"{kind}s are not traded at {rulebook.id}; choose a rule book for loan accounts",
        )
    return Instrument(
        symbol=tape.symbol,
        kind=kind,
        tick=tape.step,
        lot=ONE if kind is Kind.OPTION else USUAL_LOT,
        currency=rulebook.currency,
        option=tape.derived.option,
    )


def _changed(
    file: SourceFile,
    instrument: Instrument,
    row: InstrumentTable,
    rulebook: Rulebook,
    location: Location,
) -> Instrument:
    """The instrument with the keys of `[[instrument]]`."""
    if row.kind is not None and Kind(row.kind) is not instrument.kind:
        file.wrong(
            (*location, "kind"),
            f'"{row.kind}" is not traded at {rulebook.id}; allowed: {instrument.kind}',
        )
    if row.currency is not None and row.currency != rulebook.currency:
        file.wrong(
            (*location, "currency"),
            f'"{row.currency}" is not the currency of the account; allowed: {rulebook.currency}',
        )
    if row.lot is not None and not fits(row.lot, FINEST_LOT):
        file.wrong((*location, "lot"), f"is too fine; allowed: {plain(FINEST_LOT)} or more")
    changes = {
        key: value
        for key in (
            "tick",
            "lot",
            "min_notional",
            "multiplier",
            "underlying",
            "asset",
            "fund_leverage",
        )
        if (value := getattr(row, key)) is not None
    }
    return replace(instrument, **changes)
