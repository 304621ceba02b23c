"""A trade: a round trip from flat to flat, closed or still open."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import ClosedBy, Direction, Side
from ledger.frozen import quick
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode
from ledger.money import ZERO
from ledger.reports.trades.calls import CallOnTheWay
from ledger.reports.trades.costs import Costs
from ledger.reports.trades.excursion import Excursion, share_given_back
from ledger.reports.trades.notes import Note, tags_of
from ledger.reports.trades.plan import Plan
from ledger.reports.trades.r_multiple import Risk
from ledger.reports.trades.stop_history import StopLife
from ledger.reports.trades.target_history import TargetChange
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class TradeFill:
    """One deal of a trade, in the order of dealing.

    `slippage` is in price, per unit, and already in `price`; `gross` is what it realized before
    costs. `costs` are its own fees. A deal that closes also carries `entry_costs`, its share by
    quantity of the fees of getting in, and `r`, its result by its share of R0. One that adds to the
    trade carries the risk that it added, in R.
    """

    seq: int
    at: Time
    opens: bool
    side: Side
    quantity: Decimal
    price: Decimal
    value: Decimal
    by: ClosedBy
    leverage: Decimal
    order: str | None = None
    slippage: Decimal = ZERO
    gross: Decimal = ZERO
    costs: Decimal = ZERO
    entry_costs: Decimal = ZERO
    r: Decimal | None = None
    risk_added_r: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """What it realized after its fees and its share of the fees of getting in."""
        return self.gross - self.costs - self.entry_costs


@quick
@dataclass(frozen=True, kw_only=True)
class Trade:
    """A round trip in one symbol and pocket, read from an account's events.

    Trades are numbered from 1, in the order in which they were opened. Amounts are in `currency`.
    `placed_seq` is the number of the event with which its first order, or the plan of it, came;
    `opened_seq` and `closed_seq` are those of `position_opened` and `position_closed`. `decisions`
    are the events of the trader's own decisions about it: at each a fork can begin.

    `gross` is what was realized before costs; `absorbed` is what the venue or its insurance bore.
    Prices are averages of everything bought and sold. Of an open trade `held` is what is left, and
    gross, costs and net are those so far, without what is unrealized. `seen_until` is where the
    record of it ends.
    """

    number: int
    symbol: str
    pocket: str
    mode: Mode
    instrument: Instrument
    currency: str
    side: Side
    placed_seq: int
    opened_seq: int
    opened_at: Time
    closed_seq: int | None
    closed_at: Time | None
    seen_until: Time
    quantity: Decimal
    peak_quantity: Decimal
    held: Decimal
    basis: Decimal
    leverage: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    fills: tuple[TradeFill, ...]
    plan: Plan
    later_plans: tuple[Plan, ...]
    stop: StopLife
    targets: tuple[TargetChange, ...]
    risk: Risk
    gross: Decimal
    costs: Costs
    absorbed: Decimal
    excursion: Excursion
    calls: tuple[CallOnTheWay, ...]
    closed_by: ClosedBy | None
    decisions: tuple[int, ...]
    notes: tuple[Note, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something of it is still held."""
        return self.closed_seq is None

    @property
    def direction(self) -> Direction:
        """Long or short."""
        return self.side.direction

    @property
    def seconds(self) -> int:
        """How long it lasted, or has lasted at the end of the record."""
        return (self.seen_until if self.closed_at is None else self.closed_at) - self.opened_at

    @property
    def net(self) -> Decimal:
        """The result after every cost, and less what the venue bore of the loss."""
        return self.gross - self.costs.total + self.absorbed

    @property
    def r(self) -> Decimal | None:
        """The result over R0; `None` for an open trade, or without a stop at entry."""
        return None if self.is_open else self.risk.in_r(self.net)

    @property
    def r_on_peak(self) -> Decimal | None:
        """The result over the largest risk held; `None` where that has no figure
        (`risk.no_peak`)."""
        return None if self.is_open else self.risk.in_peaks(self.net)

    @property
    def mae_r(self) -> Decimal | None:
        """The position's adverse excursion in R, zero or above."""
        worst = self.excursion.worst
        return None if worst is None else self.risk.in_r(-worst)

    @property
    def mfe_r(self) -> Decimal | None:
        """The position's favourable excursion in R, zero or above: the peak R."""
        best = self.excursion.best
        return None if best is None else self.risk.in_r(best)

    @property
    def give_back_r(self) -> Decimal | None:
        """Peak R less R."""
        peak, r = self.mfe_r, self.r
        return None if peak is None or r is None else peak - r

    @property
    def share_given_back(self) -> Decimal | None:
        """The share of the peak that was given back, if the peak was half an R or more."""
        peak, r = self.mfe_r, self.r
        return None if peak is None or r is None else share_given_back(peak, r)

    @property
    def is_scratch(self) -> bool:
        """Whether a closed trade's result is within its own costs of zero: neither win nor loss."""
        return not self.is_open and abs(self.net) <= max(self.costs.total, ZERO)

    @property
    def is_win(self) -> bool:
        """Whether it was closed with a profit that is no scratch."""
        return not self.is_open and self.net > 0 and not self.is_scratch

    @property
    def is_loss(self) -> bool:
        """Whether it was closed with a loss that is no scratch."""
        return not self.is_open and self.net < 0 and not self.is_scratch

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags: of its plans and notes, less those taken off."""
        return tags_of((plan.tags for plan in (self.plan, *self.later_plans)), self.notes)

    def unrealized(self, price: Decimal) -> Decimal:
        """What closing the rest at a price would realize, before fees."""
        if not self.held:
            return ZERO
        return self.instrument.unrealized(self.held * self.side.sign, self.basis, price)
