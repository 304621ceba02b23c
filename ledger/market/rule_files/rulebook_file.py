"""A rule book's TOML, checked and turned into the value that the engine reads.

The convention: every number is in a table of its own with its source, as in `initial_margin = {
value = "0.50", source = "...", date = "2024-10", certainty = "stated" }`. `date` is the source's
own date, or `read ...` for the day on which a source without one was read; `certainty` is `stated`
(the rule-maker's own page or code), `secondary` (someone else's account of it) or `assumed` (stated
nowhere; our choice, explained in `source`). Names and words have no source.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from ledger.market.instrument import Kind
from ledger.market.rule_files.checks import faults_of
from ledger.market.rule_files.edition_tables import ChangeTable
from ledger.market.rule_files.extends import Laid, laid_over
from ledger.market.rule_files.figures import Figure, Word, entries
from ledger.market.rule_files.rulebook_tables import (
    BandTable,
    BookTable,
    ForcedExitTable,
    FundingTable,
    LevelTable,
    MeasureTable,
    OptionsTable,
    RestrictionTable,
)
from ledger.market.rule_files.schedule_tables import ScheduleTable
from ledger.market.rule_files.together import requirement_faults
from ledger.market.rules.carry import Interest
from ledger.market.rules.rulebook import (
    Band,
    ForcedExit,
    Funding,
    Judged,
    Level,
    Offset,
    OptionRule,
    Restriction,
    Rulebook,
    Rung,
)
from ledger.market.rules.schedule import FundRule, Line, PriceBand, Schedule, ShortRule, Tier
from ledger.money import ONE, ZERO
from ledger.refused import Refused
from ledger.times import INTERVALS
from ledger.toml_file import (
    check_table,
    read_toml,
    shown,
)


@dataclass(frozen=True, slots=True)
class RulebookPage:
    """A rule book with the source of each of its figures, and the meaning of its words."""

    rulebook: Rulebook
    figures: tuple[Figure, ...]
    words: tuple[Word, ...]
    tables: Mapping[str, Any] = field(default_factory=dict)
    """Everything in it, with what it extends: what a further book can extend."""
    extends: str = ""
    """The id of the book that it extends."""
    taken: frozenset[str] = frozenset()
    """Keys of the figures that it takes unchanged from there."""
    follows: str = ""
    """The book that it replaces, if that is not the edition before."""
    changes: tuple[ChangeTable, ...] = ()
    """Why figures differ from those of the book before."""


def parse_rulebook(
    text: str, name: str, find: Callable[[str], RulebookPage] | None = None, stem: str = ""
) -> RulebookPage:
    """The rule book in a file's text; `name` appears in the faults. Raises `Refused`.

    `find` gives the book that it extends; in that case its id defaults to the `stem` of its file.
    """
    own = read_toml(text, name)
    if "extends" not in own:
        return _page(Laid(own), text, name)
    source = own["extends"]
    if not isinstance(source, str) or find is None:
        raise Refused(f"{name}: extends: {shown(source)} is not a rule book; give an id or a path")
    parent = find(source)
    own.setdefault("id", stem)
    page = _page(laid_over(own, parent.tables, parent.rulebook.id, name), text, name)
    taken = frozenset(figure.key for figure in {*parent.figures} & {*page.figures})
    return replace(page, extends=parent.rulebook.id, taken=taken)


def _page(laid: Laid, text: str, name: str) -> RulebookPage:
    table = check_table(BookTable, laid.tables, text, name, home=laid.home)
    if faults := [*faults_of(table)]:
        raise Refused(*(f"{name}: {fault}" for fault in faults))
    book = _build(table)
    if faults := [f"{name}: {problem}" for _, problem in requirement_faults(book)]:
        raise Refused(*faults)
    everything = list(entries(table))
    figures = tuple(entry for entry in everything if isinstance(entry, Figure))
    words = tuple(entry for entry in everything if isinstance(entry, Word))
    return RulebookPage(
        book,
        figures,
        words,
        laid.tables,
        follows=table.follows or "",
        changes=tuple(table.change),
    )


def _build(table: BookTable) -> Rulebook:
    return Rulebook(
        id=table.id,
        close_test=table.close_test.terms() if table.close_test else None,
        intraday=table.intraday.terms() if table.intraday else None,
        edition=table.edition or "",
        title=table.title,
        kind=table.kind,
        contract=Kind(table.contract),
        currency=table.currency,
        modes=tuple(table.modes),
        health=table.health,
        initial_margin=table.initial_margin.value,
        max_leverage=table.max_leverage.value,
        cross_leverage=table.cross_leverage.value if table.cross_leverage else None,
        posts_close_fee=table.posts_close_fee,
        default_leverage=table.default_leverage.value,
        minimum_equity=table.minimum_equity.value,
        maker_fee=table.maker_fee.value,
        taker_fee=table.taker_fee.value,
        stop_slippage=table.stop_slippage.value,
        auto_repay=table.auto_repay,
        clear_band=table.clear_band.value,
        interest=table.interest.contract() if table.interest else Interest(),
        funding=_funding(table.funding),
        schedules=tuple(_schedule(schedule) for schedule in table.schedule),
        levels=tuple(_level(level) for level in table.level),
        forced_exit=_exit(table.forced_exit),
        repays=table.repays,
        draws=table.draws,
        restrictions=tuple(_restriction(row) for row in table.restriction),
        options=_options(table.options),
        offset=Offset(matched=table.offset.matched.value) if table.offset else Offset(),
        opening_fee=table.opening_fee.value if table.opening_fee else None,
        rollover=table.rollover.terms() if table.rollover else None,
        borrow_fee=table.borrow_fee.terms() if table.borrow_fee else None,
        overnight=tuple(row.terms() for row in table.overnight),
        credit=table.credit_interest.terms() if table.credit_interest else None,
    )


def _exit(table: ForcedExitTable) -> ForcedExit:
    return ForcedExit(
        event=table.event,
        amount=table.amount,
        slippage=table.slippage.value,
        fee=table.fee.value,
        protected=table.protected,
        order=table.order,
        restores=table.restores,
        keeps_surplus=table.keeps_surplus,
        restores_to=table.restores_to.value if table.restores_to else None,
        part=table.part.value if table.part else None,
        part_above=table.part_above.value if table.part_above else ZERO,
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
        long_low=_bands_of_price(table),
        fund=FundRule(**dict(table.fund.value)) if table.fund else None,
        tiers=tuple(Tier(**dict(tier)) for tier in table.tiers.value) if table.tiers else (),
        line=Line(**dict(table.line.value)) if table.line else None,
        close_fee=table.close_fee.value if table.close_fee else ZERO,
        at_entry=table.maintenance_at == "entry",
        basis=table.basis,
        symbols=tuple(table.symbols),
        assets=tuple(table.assets),
    )


def _bands_of_price(table: ScheduleTable) -> tuple[PriceBand, ...]:
    return tuple(PriceBand(**dict(row)) for row in table.long_low.value) if table.long_low else ()


def _level(table: LevelTable) -> Level:
    multiple, share = _multiple(table)
    return Level(
        rung=table.rung,
        schedule=table.schedule,
        multiple=multiple,
        share=share,
        bands=_bands(table.band),
        inclusive=table.inclusive,
        judged=table.judged,
        due_sessions=table.due_sessions.value if table.due_sessions else None,
        calls=table.calls,
    )


def _options(table: OptionsTable | None) -> OptionRule | None:
    if table is None:
        return None
    return OptionRule(share=table.share.value, least=table.least.value)


def _restriction(table: RestrictionTable) -> Restriction:
    multiple, share = _multiple(table)
    level = Level(
        rung=Rung.WARNING,
        schedule=table.schedule,
        multiple=multiple,
        share=share,
        bands=_bands(table.band),
        inclusive=table.inclusive,
        judged=Judged.ALWAYS,
    )
    return Restriction(forbids=table.forbids, level=level)


def _bands(tables: list[BandTable]) -> tuple[Band, ...]:
    bands = []
    for table in tables:
        multiple, share = _multiple(table)
        most = table.max_leverage
        bands.append(Band(max_leverage=most, multiple=multiple, share=share, mode=table.mode))
    return tuple(bands)


def _multiple(table: MeasureTable) -> tuple[Decimal, Decimal]:
    """The measure as `share x equity` against `multiple x requirement`, exactly.

    A / L = t is E = (t - 1) L; L / A = d is d E = (1 - d) L; M / E = r is r E = M.
    """
    ((name, value),) = table.measures().items()
    return {
        "multiple": (value, ONE),
        "used_margin": (value, ONE),
        "margin_ratio": (ONE, value),
        "margin_level": (value - ONE, ONE),
        "debt_ratio": (ONE - value, value),
    }[name]
