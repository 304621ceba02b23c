"""A rule book's TOML, checked and turned into the value the engine reads.

The convention: every number stands in a table of its own with where it comes from, as in
`initial_margin = { value = "0.50", source = "...", date = "2024-10", certainty = "stated" }`.
`date` is the source's own date, or `read ...` for the day a source without one was read;
`certainty` is `stated` (the rule-maker's own page or code), `secondary` (somebody's account of it)
or `assumed` (nobody says; our choice, explained in `source`). Names and words carry no source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ledger.market.faults import Refused
from ledger.market.rulebook import (
    AccountKind,
    ForcedExit,
    Funding,
    Interest,
    Level,
    RateTier,
    Rulebook,
    Rung,
)
from ledger.market.rulebook_figures import Figure, Word, entries
from ledger.market.rulebook_tables import (
    BookTable,
    FundingTable,
    InterestTable,
    LevelTable,
    ScheduleTable,
)
from ledger.market.schedule import Schedule, ShortRule, Tier
from ledger.market.times import INTERVALS
from ledger.market.toml_file import (
    check_table,
    read_toml,
)
from ledger.money import ONE, ZERO, plain


@dataclass(frozen=True, slots=True)
class RulebookPage:
    """A rule book with the source of each of its figures, and what its words mean."""

    rulebook: Rulebook
    figures: tuple[Figure, ...]
    words: tuple[Word, ...]


def parse_rulebook(text: str, name: str) -> RulebookPage:
    """The rule book in a file's text; `name` stands in the faults. Raises `Refused`."""
    table = check_table(BookTable, read_toml(text, name), text, name)
    if faults := [*_order_faults(table), *_name_faults(table)]:
        raise Refused(*(f"{name}: {fault}" for fault in faults))
    found = list(entries(table))
    figures = tuple(entry for entry in found if isinstance(entry, Figure))
    return RulebookPage(_build(table), figures, tuple(e for e in found if isinstance(e, Word)))


def _order_faults(table: BookTable) -> Iterator[str]:
    """Tiers and rungs that are out of order."""
    lists: dict[str, list[Decimal]] = {
        f"schedule.{schedule.name}.tiers": [tier.floor for tier in schedule.tiers.value]
        for schedule in table.schedule
        if schedule.tiers
    }
    if table.interest:
        lists["interest.rates"] = [tier.floor for tier in table.interest.rates.value]
    for key, floors in lists.items():
        if not floors or floors[0] != 0 or sorted(set(floors)) != floors:
            yield (
                f"{key}: floors out of order: {', '.join(map(plain, floors)) or 'none'}; "
                "allowed: the first 0, each above the one before"
            )
    rungs = [level.rung for level in table.level]
    if rungs != [rung for rung in Rung if rung in rungs]:
        yield (
            f"level: rungs out of order: {', '.join(rungs)}; "
            f"allowed, each at most once: {', '.join(Rung)}"
        )
    if Rung.LIQUIDATION not in rungs:
        yield "level: no liquidation; allowed: a book whose last rung is liquidation"


def _name_faults(table: BookTable) -> Iterator[str]:
    """Schedules and figures that are named but not there, or there twice."""
    known = [schedule.name for schedule in table.schedule]
    if len(set(known)) != len(known):
        yield f"schedule: two have the same name: {', '.join(known)}; allowed: each its own"
    for schedule in table.schedule:
        if (schedule.long_rate is None) == (schedule.tiers is None):
            yield f"schedule.{schedule.name}: allowed: long_rate or tiers, one of them"
    for level in table.level:
        if level.schedule not in known:
            yield (
                f'level.{level.rung}.schedule: "{level.schedule}" is no schedule of this book; '
                f"allowed: {', '.join(known)}"
            )
        if (level.multiple is None) == (level.margin_ratio is None):
            yield f"level.{level.rung}: allowed: multiple or margin_ratio, one of them"
        elif level.margin_ratio and len((ONE / level.margin_ratio.value).as_tuple().digits) > 20:
            yield (
                f"level.{level.rung}.margin_ratio: {plain(level.margin_ratio.value)} has an "
                "inverse that does not end; allowed: multiple instead"
            )
    if table.default_leverage.value > table.max_leverage.value:
        yield (
            f"default_leverage: {plain(table.default_leverage.value)} is above max_leverage; "
            f"allowed: 1 to {plain(table.max_leverage.value)}"
        )
    if (table.interest is None) == (table.kind is AccountKind.LOAN):
        yield f"interest: kind is {table.kind}; allowed: with kind loan, and only there"


def _build(table: BookTable) -> Rulebook:
    exit_ = table.forced_exit
    return Rulebook(
        id=table.id,
        title=table.title,
        kind=table.kind,
        currency=table.currency,
        modes=tuple(table.modes),
        health=table.health,
        initial_margin=table.initial_margin.value,
        max_leverage=table.max_leverage.value,
        default_leverage=table.default_leverage.value,
        minimum_equity=table.minimum_equity.value,
        maker_fee=table.maker_fee.value,
        taker_fee=table.taker_fee.value,
        stop_slippage=table.stop_slippage.value,
        auto_repay=table.auto_repay,
        clear_band=table.clear_band.value,
        interest=_interest(table.interest),
        funding=_funding(table.funding),
        schedules=tuple(_schedule(schedule) for schedule in table.schedule),
        levels=tuple(_level(level) for level in table.level),
        forced_exit=ForcedExit(
            event=exit_.event,
            amount=exit_.amount,
            slippage=exit_.slippage.value,
            fee=exit_.fee.value,
            protected=exit_.protected,
        ),
    )


def _interest(table: InterestTable | None) -> Interest:
    if table is None:
        return Interest()
    return Interest(
        tiers=tuple(RateTier(floor=tier.floor, rate=tier.rate) for tier in table.rates.value),
        day_count=table.day_count.value,
        post_every=INTERVALS[table.post_every.value],
        capitalize=table.capitalize,
    )


def _funding(table: FundingTable | None) -> Funding | None:
    if table is None:
        return None
    rate = table.rate.value if table.rate else None
    return Funding(every=INTERVALS[table.every.value], rate=rate)


def _schedule(table: ScheduleTable) -> Schedule:
    return Schedule(
        name=table.name,
        long_rate=table.long_rate.value if table.long_rate else ZERO,
        short=ShortRule(**dict(table.short.value)) if table.short else None,
        tiers=tuple(Tier(**dict(tier)) for tier in table.tiers.value) if table.tiers else (),
        close_fee=table.close_fee.value if table.close_fee else ZERO,
        at_entry=table.maintenance_at == "entry",
    )


def _level(table: LevelTable) -> Level:
    multiple = table.multiple.value if table.multiple else ONE
    if table.margin_ratio:
        multiple = ONE / table.margin_ratio.value
    return Level(
        rung=table.rung,
        schedule=table.schedule,
        multiple=multiple,
        inclusive=table.inclusive,
        judged=table.judged,
        due_sessions=table.due_sessions.value if table.due_sessions else None,
        calls=table.calls,
    )
