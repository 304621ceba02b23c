"""The tables of a rule book's TOML, as pydantic checks them: shapes and single values.

Consistency across tables is checked in `rulebook_file`, which also states the convention. Every key
has a `description`: the guide's chapter on writing a rule book is made of them, and a rule book's
page shows them. A key's label on that page is its `title`, or its name in words; `Unit` and `Says`
in a type tell how its value reads.
"""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.market.rule_files.carry_tables import (
    BorrowFeeTable,
    CreditInterestTable,
    InterestTable,
    OvernightTable,
    RolloverTable,
)
from ledger.market.rule_files.choice_tables import ChoiceTable
from ledger.market.rule_files.close_tables import CloseTestTable, IntradayTable
from ledger.market.rule_files.edition_tables import EditionTable
from ledger.market.rule_files.field_types import Amount, Id, Leverage, Loose, Sourced, Span
from ledger.market.rule_files.schedule_tables import ScheduleTable
from ledger.market.rules.rulebook import (
    AccountKind,
    Draws,
    ExitAmount,
    ExitEvent,
    ExitOrder,
    Forbids,
    Judged,
    Mode,
    Repays,
    Rung,
)
from ledger.toml_file import Fraction, Line, Number, Positive, Says, Table, Unit, Whole, like


class MeasureTable(Table):
    """Where a level is: a multiple of the requirement, or in one of the venues' own measures."""

    multiple: Sourced[Annotated[Positive, Unit.REQUIREMENTS]] | None = Field(
        default=None, description="reached when equity is this multiple of the requirement"
    )
    margin_ratio: Sourced[Annotated[Positive, Unit.SHARE]] | None = Field(
        default=None, description="the same as requirement over equity: 0.80 is a multiple of 1.25"
    )
    margin_level: Sourced[Annotated[Number, Field(gt=1, lt=1000)]] | None = Field(
        default=None, description="assets over liabilities; for a requirement on liabilities"
    )
    debt_ratio: Sourced[Annotated[Number, Field(gt=0, lt=1), Unit.SHARE]] | None = Field(
        default=None, description="liabilities over assets; for a requirement on liabilities"
    )
    used_margin: Sourced[Annotated[Positive, Unit.SHARE]] | None = Field(
        default=None, description="equity over used margin; for a requirement on used margin"
    )

    def measures(self) -> dict[str, Decimal]:
        """The measures that are given: exactly one in a book without faults."""
        named = {name: getattr(self, name) for name in MeasureTable.model_fields}
        return {name: figure.value for name, figure in named.items() if figure is not None}


class _Leverages(Table):
    """First in the order of keys: what names a band."""

    max_leverage: Leverage = Field(description="for pockets of up to this leverage")


class BandTable(MeasureTable, _Leverages):
    called_by: ClassVar[tuple[str, ...]] = ("max_leverage", "mode")

    mode: Annotated[Mode, Loose] | None = Field(
        default=None, description="in this margin mode only; if left out, in every mode"
    )


class _RungName(Table):
    """First in the order of keys: what names a level."""

    rung: Annotated[Rung, Loose] = Field(
        description="its place on the ladder; each at most once, in this order"
    )


class LevelTable(MeasureTable, _RungName):
    schedule: Id = Field(description="the schedule whose requirement applies")
    band: list[BandTable] = Field(
        default_factory=list, description="the level by leverage, smallest first"
    )
    inclusive: Annotated[bool, Says(true="at the level itself", false="only beyond the level")] = (
        Field(title="Reached", description="whether equality is already a breach")
    )
    judged: Annotated[
        Judged, Loose, Says(always="at every price", close="at the session's close")
    ] = Field(title="Tested", description="when it is tested")
    due_sessions: Sourced[Annotated[Whole, Field(ge=0, le=1000), Unit.SESSIONS]] | None = Field(
        default=None,
        title="Due in",
        description="sessions in which a call must be met; if left out, there is no deadline",
    )
    calls: Annotated[
        bool, Says(true="as a call that is due at once", false="under its own name")
    ] = Field(
        title="On record",
        default=False,
        description="for liquidation: whether its breach is recorded as a call",
    )


class _Forbidden(Table):
    """First in the order of keys: what names a restriction."""

    forbids: Annotated[
        Forbids, Loose, Says(withdraw="taking money out", borrow="borrowing more")
    ] = Field(description="what is blocked at or below the level")


class RestrictionTable(MeasureTable, _Forbidden):
    schedule: Id = Field(description="the schedule whose requirement applies")
    band: list[BandTable] = Field(
        default_factory=list, description="the level by leverage, smallest first"
    )
    inclusive: Annotated[bool, Says(true="at the level itself", false="below the level only")] = (
        Field(default=True, description="whether it applies at equality")
    )


class OffsetTable(Table):
    matched: Sourced[Fraction] = Field(
        description="part of the smaller side's margin that is still required"
    )


class OptionsTable(Table):
    share: Sourced[Fraction] = Field(
        description="of the underlying's price, less the amount the option is out of the money"
    )
    least: Sourced[Fraction] = Field(
        description="but at least this part of it, or of the strike for a put"
    )


class ForcedExitTable(Table):
    event: Annotated[
        ExitEvent,
        Loose,
        Says(force_sold="a forced sale", liquidated="a liquidation"),
    ] = Field(title="On record", description="the word for it in the ledger")
    amount: Annotated[
        ExitAmount,
        ExitEvent,
        Loose,
        Says(
            restore="just enough to restore what the call requires",
            position="whole positions until the level is met again",
            all="everything",
        ),
    ] = Field(title="Closes", description="how much is closed at a time")
    order: Annotated[
        ExitOrder,
        Loose,
        Says(losers="the largest loss first", oldest="the one opened first, whatever its result"),
    ] = Field(default=ExitOrder.LOSERS, description="which position goes first")
    restores: Annotated[Rung, Loose] = Field(
        default=Rung.LIQUIDATION,
        description="for whole positions: the rung that must be clear again before it stops",
    )
    restores_to: Sourced[Annotated[Positive, Unit.REQUIREMENTS]] | None = Field(
        default=None,
        title="Until above",
        description="for whole positions: it stops once equity is above this multiple of the "
        "requirement, in place of a rung",
    )
    part: Sourced[Fraction] | None = Field(
        default=None,
        title="At first",
        description="for whole positions: the part of a large one that is closed first, the rest "
        "only if that is not enough",
    )
    part_above: Sourced[Amount] | None = Field(
        default=None,
        title="Of positions above",
        description="the value above which a position is large",
    )
    keeps_surplus: Annotated[bool, Says(true="the venue's", false="yours")] = Field(
        default=False,
        description="who gets the margin left after an isolated position's liquidation",
    )
    slippage: Sourced[Fraction] = Field(description="how far beyond its level it fills")
    fee: Sourced[Fraction] = Field(description="of the notional closed")
    protected: Annotated[
        bool, Says(true="the venue's loss, you owe nothing", false="owed by you")
    ] = Field(title="Below zero", description="who bears a balance below zero afterwards")


class FundingTable(Table):
    every: Sourced[Span] = Field(
        title="Paid", description="how often longs and shorts pay each other"
    )
    rate: Sourced[Annotated[Number, Field(ge=-10, le=10), Unit.SHARE]] | None = Field(
        default=None, description="yearly, where no tape gives the rates"
    )


class BookTable(EditionTable):
    id: Id = Field(description="its name in commands and files; its own file is named after it")
    title: Line = Field(description="its name on pages and lists")
    kind: Annotated[
        AccountKind,
        Loose,
        Says(loan="money is borrowed", derivatives="contracts on margin, nothing is borrowed"),
    ] = Field(description="what leverage is made of")
    contract: Annotated[
        Literal["linear", "inverse"],
        Says(
            linear="worth the move of the price, in money",
            inverse="a fixed number of dollars each, settled in the coin",
        ),
    ] = Field(default="linear", description="for kind derivatives: what its contracts are")
    currency: Annotated[str, like(r"[A-Z0-9]{2,10}", "2 to 10 capitals or digits")] = Field(
        description="the currency of its accounts"
    )
    modes: Annotated[
        list[Annotated[Mode, Loose]],
        Field(min_length=1),
        Says(
            isolated="each position behind a wall of its own",
            cross="one pool carries every position",
            smart="one pool, in which opposite positions offset each other",
        ),
    ] = Field(
        title="Margin modes", description="the margin modes it offers; the first is the default"
    )
    health: Annotated[
        Literal[
            "equity_ratio",
            "margin_ratio",
            "margin_level",
            "used_margin_level",
            "risk_rate",
            "debt_ratio",
        ],
        Says(
            equity_ratio="equity over market value, worse as it falls",
            margin_ratio="requirement over equity, worse as it rises",
            margin_level="assets over liabilities, or equity over used margin; worse as it falls",
            used_margin_level="equity over the margin used; worse as it falls",
            risk_rate="assets over liabilities, worse as it falls",
            debt_ratio="liabilities over assets, worse as it rises",
        ),
    ] = Field(title="Health measure", description="the venue's own measure of an account's health")
    auto_repay: Annotated[
        bool, Says(true="repays the loan at once", false="stays in the account")
    ] = Field(title="Incoming cash", description="whether incoming cash repays the loan")
    repays: Annotated[
        Repays,
        Loose,
        Says(incoming="all incoming cash", proceeds="what a closing trade brings"),
    ] = Field(default=Repays.INCOMING, description="which cash repays the loan automatically")
    draws: Annotated[
        Draws,
        Loose,
        Says(
            lacking="what your cash does not cover",
            whole="the whole purchase",
            nothing="only what you borrow by hand, before you buy",
        ),
    ] = Field(default=Draws.LACKING, description="how much of a purchase is borrowed")
    initial_margin: Sourced[Fraction] = Field(description="equity needed to open, of the value")
    max_leverage: Sourced[Leverage] = Field(
        title="Maximum leverage", description="the largest position over equity when opening"
    )
    cross_leverage: Sourced[Leverage] | None = Field(
        default=None,
        title="Maximum leverage in cross",
        description="in cross and smart margin, where it is lower than in isolated margin",
    )
    posts_close_fee: Annotated[
        bool, Says(true="with the closing fee", false="the margin alone")
    ] = Field(
        default=False,
        title="Isolated margin is posted",
        description="whether the fee for closing at the bankruptcy price is posted with it",
    )
    default_leverage: Sourced[Leverage] = Field(
        title="Default leverage", description="of an order that names none"
    )
    minimum_equity: Sourced[Amount] = Field(description="needed to open a position with a loan")
    maker_fee: Sourced[Fraction] = Field(description="of a fill that rested in the book")
    taker_fee: Sourced[Fraction] = Field(description="of a fill that took liquidity")
    stop_slippage: Sourced[Fraction] = Field(description="how far beyond its trigger a stop fills")
    clear_band: Sourced[Fraction] = Field(
        description="how far above its level the market must lift the account to end a call"
    )
    forced_exit: ForcedExitTable = Field(description="how positions are closed for you")
    opening_fee: Sourced[Fraction] | None = Field(
        default=None, description="of the notional opened, on top of the fee of the fill"
    )
    rollover: RolloverTable | None = Field(
        default=None, description="a recurring fee while a position is held"
    )
    interest: InterestTable | None = Field(
        default=None, description="what the loan costs: for kind loan, and only there"
    )
    borrow_fee: BorrowFeeTable | None = Field(
        default=None, description="what borrowed shares cost a short: for kind loan only"
    )
    funding: FundingTable | None = Field(
        default=None, description="payments between longs and shorts of a perpetual"
    )
    overnight: list[OvernightTable] = Field(
        default_factory=list,
        description="what a contract pays or receives for the night, by class; for kind "
        "derivatives only",
    )
    credit_interest: CreditInterestTable | None = Field(
        default=None, description="what cash earns: for kind loan only"
    )
    choice: ChoiceTable | None = Field(
        default=None, title="Choosing it", description="what a person who chooses wants to know"
    )
    close_test: CloseTestTable | None = Field(
        default=None,
        description="where initial margin is tested at a session's close, not at each order",
    )
    intraday: IntradayTable | None = Field(
        default=None, description="the deficit that a day's own trades leave while it lasts"
    )
    schedule: Annotated[list[ScheduleTable], Field(min_length=1)] = Field(
        title="Requirement", description="named requirements: the equity a position must keep"
    )
    level: Annotated[list[LevelTable], Field(min_length=1)] = Field(
        title="Ladder", description="the ladder: where you are warned, called and liquidated"
    )
    restriction: list[RestrictionTable] = Field(
        default_factory=list, description="what is not allowed while health is low"
    )
    options: OptionsTable | None = Field(
        default=None, description="margin of a written option on top of its price"
    )
    offset: OffsetTable | None = Field(
        default=None, description="smart margin: how long and short offset each other"
    )
