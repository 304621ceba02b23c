"""What must be consistent across the tables of a rule book: order, names, and what excludes
what."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ledger.market.rule_files.close_tables import day_faults
from ledger.market.rule_files.rulebook_tables import BookTable, LevelTable, RestrictionTable
from ledger.market.rule_files.schedule_tables import ScheduleTable
from ledger.market.rules.rulebook import AccountKind, Mode, Rung
from ledger.market.rules.schedule import Basis
from ledger.money import plain


def faults_of(table: BookTable) -> Iterator[str]:
    """One line for each fault: key, what was found, what is allowed."""
    yield from _order_faults(table)
    yield from _name_faults(table)
    yield from _contradictions(table)


def _order_faults(table: BookTable) -> Iterator[str]:
    """Tiers and rungs that are out of order."""
    lists: dict[str, list[Decimal]] = {
        f"{schedule.key}.tiers": [tier.floor for tier in schedule.tiers.value]
        for schedule in table.schedule
        if schedule.tiers
    }
    for key in ("idle", "short"):
        rates = getattr(table.credit_interest, key, None)
        floors = [tier.floor for tier in rates.value] if rates else []
        if sorted(set(floors)) != floors:
            yield (
                f"credit_interest.{key}: floors out of order: {', '.join(map(plain, floors))}; "
                "allowed: each above the one before"
            )
    if table.interest:
        lists["interest.rates"] = [tier.floor for tier in table.interest.rates.value]
    for schedule in table.schedule:
        below = [band.below for band in schedule.long_low.value] if schedule.long_low else []
        if below != sorted(set(below)):
            yield (
                f"schedule.{schedule.name}.long_low: out of order: "
                f"{', '.join(map(plain, below))}; allowed: each below above the one before"
            )
    for key, floors in lists.items():
        if not floors or floors[0] != 0 or sorted(set(floors)) != floors:
            yield (
                f"{key}: floors out of order: {', '.join(map(plain, floors)) or 'none'}; "
                "allowed: 0 first, each above the one before"
            )
    rungs = [level.rung for level in table.level]
    if rungs != [rung for rung in Rung if rung in rungs]:
        yield (
            f"level: rungs out of order: {', '.join(rungs)}; "
            f"allowed, each at most once: {', '.join(Rung)}"
        )
    if Rung.LIQUIDATION not in rungs:
        yield "level: no liquidation; the last rung must be liquidation"


def _name_faults(table: BookTable) -> Iterator[str]:
    """Schedules and figures that are named but missing, or defined twice."""
    yield from _schedule_faults(table.schedule)
    for schedule in table.schedule:
        if schedule.long_rate is None and (schedule.long_low or schedule.fund):
            yield f"schedule.{schedule.name}: long_low and fund need long_rate; give it"
        given = (schedule.long_rate, schedule.tiers, schedule.line)
        shapes = sum(shape is not None for shape in given)
        if schedule.basis is Basis.VALUE and shapes != 1:
            yield f"{schedule.key}: give one of long_rate, tiers and line"
        elif schedule.basis is not Basis.VALUE and shapes:
            yield (
                f"{schedule.key}: {schedule.basis} takes none of long_rate, tiers and line; "
                "use basis value for them"
            )
    bases = {schedule.name: schedule.basis for schedule in table.schedule}
    for level in table.level:
        yield from _measure_faults(level, f"level.{level.rung}", bases)
    for restriction in table.restriction:
        yield from _measure_faults(restriction, f"restriction.{restriction.forbids}", bases)


def _schedule_faults(schedules: Sequence[ScheduleTable]) -> Iterator[str]:
    """Schedules of the same name that do not tell what each is for."""
    known = [schedule.name for schedule in schedules if schedule.whose is None]
    if len(set(known)) != len(known):
        yield (
            f"schedule: two have the same name: {', '.join(known)}; allowed: one of each name, and "
            "others with symbols or assets"
        )
    bases = {schedule.name: schedule.basis for schedule in schedules if schedule.whose is None}
    taken = Counter(
        (schedule.name, called)
        for schedule in schedules
        for called in (*schedule.symbols, *schedule.assets)
    )
    for (name, called), often in taken.items():
        if often > 1:
            yield f"schedule.{name}: {called} is named {often} times; allowed: once"
    for schedule in schedules:
        if schedule.name not in bases:
            yield (
                f"{schedule.key}: nothing holds for all others; add a schedule "
                f'"{schedule.name}" without symbols and assets'
            )
        elif schedule.basis is not bases[schedule.name]:
            yield (
                f"{schedule.key}.basis: {schedule.basis}; allowed: {bases[schedule.name]}, "
                "as for all others"
            )


_MEASURES = {
    Basis.VALUE: ("multiple", "margin_ratio"),
    Basis.LIABILITIES: ("multiple", "margin_level", "debt_ratio"),
    Basis.USED_MARGIN: ("multiple", "used_margin"),
}
"""The measures in which a level can be given, by what its requirement is based on."""


def _measure_faults(
    table: LevelTable | RestrictionTable, key: str, bases: Mapping[str, Basis]
) -> Iterator[str]:
    if table.schedule not in bases:
        yield (
            f'{key}.schedule: "{table.schedule}" is not a schedule of this book; '
            f"allowed: {', '.join(bases)}"
        )
    allowed = _MEASURES.get(bases.get(table.schedule, Basis.VALUE), ())
    for part, where in [(table, key), *((band, f"{key}.band") for band in table.band)]:
        measures = [*part.measures()]
        if len(measures) != 1 or (table.schedule in bases and measures[0] not in allowed):
            named = ", ".join(measures) or "none"
            yield f"{where}: measures: {named}; allowed: one of {', '.join(allowed)}"
    for mode in {band.mode for band in table.band}:
        steps = [band.max_leverage for band in table.band if band.mode is mode]
        if sorted(set(steps)) != steps:
            yield (
                f"{key}.band: out of order: {', '.join(map(plain, steps))}; "
                "allowed: each max_leverage above the one before"
            )


def _contradictions(table: BookTable) -> Iterator[str]:
    """Statements in two places of a book that cannot both hold."""
    most, named = table.max_leverage.value, "max_leverage"
    yield from day_faults(table)
    if table.cross_leverage:
        if table.cross_leverage.value > most:
            yield (
                f"cross_leverage: {plain(table.cross_leverage.value)} is above max_leverage; "
                f"allowed: 1 to {plain(most)}"
            )
        most, named = table.cross_leverage.value, "cross_leverage"
    if table.default_leverage.value > most:
        yield (
            f"default_leverage: {plain(table.default_leverage.value)} is above {named}; "
            f"allowed: 1 to {plain(most)}"
        )
    lends = table.kind is AccountKind.LOAN
    if (table.interest is None) is lends:
        yield f"interest: kind is {table.kind}; kind loan needs it, and no other takes it"
    if table.borrow_fee and not lends:
        yield f"borrow_fee: kind is {table.kind}; only kind loan takes it"
    if table.overnight and lends:
        yield f"overnight: kind is {table.kind}; only kind derivatives takes it"
    if table.credit_interest and not lends:
        yield f"credit_interest: kind is {table.kind}; only kind loan takes it"
    yield from _nights_named_twice(table)
    for part in (table.choice, table.interest, table.borrow_fee):
        yield from part.faults() if part else ()
    if lends and Mode.ISOLATED in table.modes and not table.forced_exit.protected:
        yield (
            "forced_exit.protected: false beside isolated margin, a wall that a debt would cross; "
            "set it to true, or leave out isolated margin"
        )
    if (Mode.SMART in table.modes) is (table.offset is None):
        yield "offset: modes and offset disagree; smart margin needs it, and nothing else takes it"


def _nights_named_twice(table: BookTable) -> Iterator[str]:
    """Two tables of the same name or for the same class."""
    names = [row.name for row in table.overnight]
    if len(set(names)) != len(names):
        yield f"overnight: two have the same name: {', '.join(names)}; give each its own"
    classes = [asset.value for row in table.overnight for asset in row.assets or ()]
    classes += ["all the others" for row in table.overnight if not row.assets]
    for asset in sorted({asset for asset in classes if classes.count(asset) > 1}):
        yield f"overnight: two are for {asset}; allowed: one for each class"
