"""The tables of a day's end: the test of initial margin at the close, and the intraday deficit."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ledger.market.rule_files.field_types import Amount, Id, Loose, Sourced
from ledger.market.rule_files.together import leverage_fault
from ledger.market.rules.close_test import CloseTest, Intraday, Unmet
from ledger.market.rules.terms import AccountKind, Mode, Rung
from ledger.money import ZERO
from ledger.toml_file import Fraction, Says, Table, Unit, Whole

if TYPE_CHECKING:
    from ledger.market.rule_files.rulebook_tables import BookTable

Sessions = Annotated[Whole, Field(ge=0, le=1000), Unit.SESSIONS]


class CloseTestTable(Table):
    """With it, initial margin is tested at a session's close; without it, at each order."""

    orders: Id = Field(
        title="An order needs", description="the schedule against which orders are tested"
    )
    unmet: Annotated[
        Unmet,
        Loose,
        Says(call="a call of its own, and a sale if it is not met", sold="a sale at the close"),
    ] = Field(title="If lacking", description="what follows where initial margin is lacking")
    due_sessions: Sourced[Sessions] | None = Field(
        default=None,
        title="Due in",
        description="sessions in which a call for initial margin must be met; for call only",
    )

    def terms(self) -> CloseTest:
        """What the table stands for."""
        due = self.due_sessions.value if self.due_sessions else None
        return CloseTest(orders=self.orders, unmet=self.unmet, due_sessions=due)


class IntradayTable(Table):
    schedule: Id = Field(
        title="Below", description="the schedule that a day's opening trades must leave met"
    )
    due_sessions: Sourced[Sessions] = Field(
        title="Due in", description="sessions in which an intraday deficit must be met"
    )
    frozen_days: Sourced[Annotated[Whole, Field(ge=1, le=3650), Unit.DAYS]] = Field(
        title="Unmet", description="days for which no new credit is given, unless it is met"
    )
    least: Sourced[Amount] | None = Field(
        default=None,
        title="Left alone up to",
        description="a deficit of no more than this, or than least_share, is no call",
    )
    least_share: Sourced[Fraction] | None = Field(
        default=None, title="Or up to", description="the same as a share of equity"
    )

    def terms(self) -> Intraday:
        """What the table stands for."""
        return Intraday(
            schedule=self.schedule,
            due_sessions=self.due_sessions.value,
            frozen_days=self.frozen_days.value,
            least=self.least.value if self.least else ZERO,
            least_share=self.least_share.value if self.least_share else ZERO,
        )


def day_faults(table: "BookTable") -> Iterator[str]:
    """What the tables of a day's end contradict, and the leverage that orders may have."""
    rates = {s.name: s.long_rate.value for s in table.schedule if s.long_rate is not None}
    most, margin = table.max_leverage.value, table.initial_margin.value
    if table.close_test is not None:
        yield from _close_faults(table, table.close_test, rates)
        margin = rates.get(table.close_test.orders, margin)
    if wrong := leverage_fault(margin, most):
        yield f"max_leverage: {wrong}"
    last = [level.schedule for level in table.level if level.rung is Rung.LIQUIDATION]
    if table.intraday is not None and table.intraday.schedule not in last:
        yield (
            f'intraday.schedule: "{table.intraday.schedule}" is not that of the liquidation; '
            f"allowed: {', '.join(last) or 'none'}"
        )


def _close_faults(
    table: "BookTable", close_test: CloseTestTable, rates: Mapping[str, Decimal]
) -> Iterator[str]:
    if table.kind is not AccountKind.LOAN or list(table.modes) != [Mode.CROSS]:
        yield "close_test: only kind loan in cross margin alone takes it; leave it out"
    if close_test.orders not in rates:
        yield (
            f'close_test.orders: "{close_test.orders}" is not a schedule with a long_rate; '
            f"allowed: {', '.join(rates) or 'none'}"
        )
    if (close_test.unmet is Unmet.CALL) is (close_test.due_sessions is None):
        yield "close_test.due_sessions: unmet call needs it, and sold does not take it"
