"""The events, as frozen values; the class name in snake_case is the wire name.

`at` is market time. Amounts are in the account's currency, at its scale; quantities are positive
with a `side`. Every event of a pocket names it. An event holds everything that folding it needs.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from ledger.account.course import Course
from ledger.account.event_terms import ClosedBy, FeeKind, JudgedBy
from ledger.account.events.base import Event as Event
from ledger.account.events.base import Fill as Fill
from ledger.account.events.blind import Revealed as Revealed
from ledger.account.events.corporate import CashInLieu as CashInLieu
from ledger.account.events.corporate import DividendPaid as DividendPaid
from ledger.account.events.corporate import OrderAdjusted as OrderAdjusted
from ledger.account.events.corporate import Split as Split
from ledger.account.events.day import CreditRestored as CreditRestored
from ledger.account.events.day import DayCallExpired as DayCallExpired
from ledger.account.events.day import DayCallIssued as DayCallIssued
from ledger.account.events.day import DayCallMet as DayCallMet
from ledger.account.events.day import InitialMarginTested as InitialMarginTested
from ledger.account.events.holding import CreditInterestPaid as CreditInterestPaid
from ledger.account.events.holding import OvernightCharged as OvernightCharged
from ledger.account.events.incidents import IncidentEnded as IncidentEnded
from ledger.account.events.incidents import IncidentStarted as IncidentStarted
from ledger.account.events.journal import FindingReviewed as FindingReviewed
from ledger.account.events.journal import LotsPicked as LotsPicked
from ledger.account.events.journal import NoteAdded as NoteAdded
from ledger.account.events.journal import PlanRecorded as PlanRecorded
from ledger.account.events.journal import RuleCreated as RuleCreated
from ledger.account.events.ladder import CallAnswered as CallAnswered
from ledger.account.events.ladder import DeficitRecorded as DeficitRecorded
from ledger.account.events.ladder import MarginAlert as MarginAlert
from ledger.account.events.ladder import MarginCallExpired as MarginCallExpired
from ledger.account.events.ladder import MarginCallIssued as MarginCallIssued
from ledger.account.events.ladder import MarginCallMet as MarginCallMet
from ledger.account.events.ladder import MarginWarned as MarginWarned
from ledger.account.events.ladder import MarginWarningCleared as MarginWarningCleared
from ledger.account.events.orders import Change as Change
from ledger.account.events.orders import OrderAmended as OrderAmended
from ledger.account.events.orders import OrderCancelled as OrderCancelled
from ledger.account.events.orders import OrderPlaced as OrderPlaced
from ledger.account.events.orders import OrderRefused as OrderRefused
from ledger.account.events.orders import OrderTriggered as OrderTriggered
from ledger.account.events.plans import SessionPlanned as SessionPlanned
from ledger.account.events.positions import LeverageChanged as LeverageChanged
from ledger.account.events.positions import ProfitTaken as ProfitTaken
from ledger.account.events.positions import StoppedOut as StoppedOut
from ledger.account.events.rules import RulesChanged as RulesChanged
from ledger.account.incident import IncidentKind
from ledger.account.state import Cause, Convention, OrderType, Side
from ledger.frozen import later, quick
from ledger.market.corporate import CorporateAction
from ledger.market.instrument import Instrument
from ledger.market.rules.rulebook import Mode
from ledger.money import ZERO
from ledger.times import Time


@quick
@dataclass(frozen=True, kw_only=True)
class AccountOpened(Event):
    """An account was opened: its rules by their hash, its instruments, its tapes by theirs.

    A `blind` one hides what its prices are; an `exam` is blind and counts apart from practice.
    """

    venue: str
    mode: Mode
    currency: str
    rules_hash: str
    overrides: dict[str, str] = field(default_factory=dict)
    fills: Convention = Convention.WORST
    seed: int = 0
    tapes: dict[str, str] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    actions: tuple[CorporateAction, ...] = later(())
    blind: bool = later(False)
    exam: bool = later(False)


@quick
@dataclass(frozen=True, kw_only=True)
class Deposited(Event):
    """The trader paid money in."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event):
    """The trader took money out."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Swept(Event):
    """Realized profit went to the long-term account, out of reach of margin."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class LoanDrawn(Event):
    """The lender lent money; `principal` is what is owed after it, without interest."""

    pocket: str
    amount: Decimal
    principal: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class LoanRepaid(Event):
    """The lender was repaid: interest first. `principal` is what is owed after it.

    `capitalized_part` is how much of the `principal_part` repays interest that was once
    capitalized.
    """

    pocket: str
    amount: Decimal
    principal: Decimal
    interest_part: Decimal
    principal_part: Decimal
    capitalized_part: Decimal = later(ZERO)


@quick
@dataclass(frozen=True, kw_only=True)
class InterestAccrued(Event):
    """`carried` is the rounding remainder of this posting, in currency x seconds x rate.

    `borne_by` splits the cost among the trades by symbol; without it the pocket's longs share it by
    cost.

    `periods` counts whole periods, and is 0 where interest runs by the second. Interest charged at
    the drawing covers no span (`from_` is `to`), and its `principal` is what was drawn.
    """

    pocket: str
    amount: Decimal
    principal: Decimal
    rate: Decimal
    from_: Time
    to: Time
    carried: Decimal
    periods: int = 0
    borne_by: dict[str, Decimal] | None = later(None)


@quick
@dataclass(frozen=True, kw_only=True)
class InterestCapitalized(Event):
    """Accrued interest was added to the principal and bears interest itself.

    `capitalized` is all unpaid interest in the principal after it.
    """

    pocket: str
    amount: Decimal
    principal: Decimal
    capitalized: Decimal = later(ZERO)


@quick
@dataclass(frozen=True, kw_only=True)
class FeeCharged(Event):
    """Paid from `pocket`; `position` is the pocket of the position that it is a cost of."""

    pocket: str
    position: str
    kind: FeeKind
    amount: Decimal
    symbol: str


@quick
@dataclass(frozen=True, kw_only=True)
class FundingPaid(Event):
    """`amount` is negative when received; `rate` is the rate of this one stamp."""

    pocket: str
    symbol: str
    amount: Decimal
    rate: Decimal
    price: Decimal
    judged_by: JudgedBy


@quick
@dataclass(frozen=True, kw_only=True)
class MarginAdded(Event):
    """Money moved from the wallet behind an isolated position's wall."""

    symbol: str
    pocket: str
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class MarginRemoved(Event):
    """Money moved from behind an isolated position's wall to the wallet."""

    symbol: str
    pocket: str
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class ActionRefused(Event):
    """A command other than a new order that the rules do not allow."""

    action: str
    reason: str
    symbol: str | None = None
    largest: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class OrderFilled(Fill):
    """An order traded; `slippage` is in price, per unit, and already in `price`."""

    order: str
    order_type: OrderType
    cause: Cause
    fee: Decimal
    slippage: Decimal
    convention: Convention
    leverage: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class ForceSold(Fill):
    """A loan account's broker sold; `slippage` is in price, per unit."""

    threshold_price: Decimal
    judged_by: JudgedBy
    slippage: Decimal
    loan_repaid: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Liquidated(Fill):
    """A venue closed a position; `slippage` is in price, per unit."""

    threshold_price: Decimal
    judged_by: JudgedBy
    slippage: Decimal
    loan_repaid: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class OptionSettled(Fill):
    """An option expired: exercised in cash at `underlying_price`, or worthless at a price of 0."""

    underlying_price: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class VenueClosed(Fill):
    """The venue closed a position unasked: a delisting, or a winner closed to pay what losers owe
    (auto-deleveraging)."""

    incident: IncidentKind


@quick
@dataclass(frozen=True, kw_only=True)
class PositionStanding(Event):
    """A position as it is after a trade."""

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    entry_price: Decimal
    leverage: Decimal
    margin: Decimal
    mode: Mode


@quick
@dataclass(frozen=True, kw_only=True)
class PositionOpened(PositionStanding):
    """A position was opened; `risk` (R0) is what its first stop puts at stake."""

    risk: Decimal | None = None
    course: Course | None = later(None)


@quick
@dataclass(frozen=True, kw_only=True)
class PositionChanged(PositionStanding):
    """A position grew or shrank and is still open."""

    course: Course | None = later(None)


@quick
@dataclass(frozen=True, kw_only=True)
class PositionClosed(Event):
    """`realized_pnl` is that of the whole trade before fees and carry; R, MAE and MFE need a stop.

    `quantity` is everything that was bought and sold again, at the averages `entry_price` and
    `exit_price`; `last_exit_price` is that of the last deal. `course` is the whole trade's.
    """

    pocket: str
    symbol: str
    side: Side
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    leverage: Decimal
    margin: Decimal
    realized_pnl: Decimal
    net_pnl: Decimal
    r_multiple: Decimal | None
    mae_r: Decimal | None
    mfe_r: Decimal | None
    closed_by: ClosedBy
    last_exit_price: Decimal | None = later(None)
    course: Course | None = later(None)
