"""What the trader orders, and the passing of market time, as imperative values.

`decide` answers each with events: what was done, or that it was refused and why. Amounts are in the
account's currency and positive; quantities are in base units and positive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import Answer
from ledger.account.incident import IncidentKind, StopsThere
from ledger.account.plan import PlanTerms
from ledger.account.state import GoodFor, OrderType, Side, Target
from ledger.account.written import AddNote as AddNote
from ledger.account.written import CreateRule as CreateRule
from ledger.account.written import PickLots as PickLots
from ledger.account.written import Reveal as Reveal
from ledger.account.written import ReviewFinding as ReviewFinding
from ledger.frozen import quick, scratch
from ledger.market.quote import Step
from ledger.market.rules.rulebook import Mode
from ledger.money import ONE


@quick
@dataclass(frozen=True, kw_only=True)
class Deposit:
    """Pay money in."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Withdraw:
    """Take out money that margin does not need."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Borrow:
    """Draw on the loan into cash."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Repay:
    """Repay the loan from cash: interest before principal."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Move realized profit to the long-term account, where no margin rule reaches it."""

    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """Buy or sell: exactly one of `quantity`, `notional`, `risk` (money lost at the stop) and
    `buying_power` (a fraction of the largest size that passes).

    `trail` is a distance in price, `trail_fraction` a fraction of the best price: a trailing
    order's own; on any other type, that of the stop which the order brings. `oco` ties it to
    another resting order, by that one's id or by a name that both give. `good_for` is the order's
    own; the protection it brings stays until cancelled. `confidence`, 1 to 5, is part of the plan,
    with `reason`, `tags` and `answer_to_call`.
    """

    symbol: str
    side: Side
    quantity: Decimal | None = None
    notional: Decimal | None = None
    risk: Decimal | None = None
    order_type: OrderType = OrderType.MARKET
    limit: Decimal | None = None
    trigger: Decimal | None = None
    trail: Decimal | None = None
    leverage: Decimal | None = None
    mode: Mode | None = None
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] = ()
    reduce_only: bool = False
    oco: str | None = None
    good_for: GoodFor = GoodFor.GTC
    id: str | None = None
    reason: str = ""
    tags: tuple[str, ...] = ()
    answer_to_call: str = ""
    trail_fraction: Decimal | None = None
    buying_power: Decimal | None = None
    confidence: int | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class AmendOrder:
    """New terms for a resting order, under its name: what is `None` stays as it is.

    It is checked like a new order, and fills at once if its new price trades. A trail starts again
    from the present price. A position's stop can be given a new trigger or trail, a target a new
    limit and quantity.

    `stop_loss` and `targets` are what an order will bring when it fills. Empty `targets` remove
    those it had; `remove_stop` removes the stop with its trail, unless another is given.
    """

    id: str
    quantity: Decimal | None = None
    limit: Decimal | None = None
    trigger: Decimal | None = None
    trail: Decimal | None = None
    trail_fraction: Decimal | None = None
    stop_loss: Decimal | None = None
    targets: tuple[Target, ...] | None = None
    remove_stop: bool = False


@quick
@dataclass(frozen=True, kw_only=True)
class ClosePosition:
    """Sell what is held, or buy back what is owed: all of it, a quantity, or a fraction."""

    symbol: str
    quantity: Decimal | None = None
    fraction: Decimal = ONE


@quick
@dataclass(frozen=True, kw_only=True)
class MoveStop:
    """Set or move the position's stop: to a price, or to follow the price at a distance.

    Exactly one of `price`, `trail` and `trail_fraction` (of the best price). A price ends the
    trailing of a stop that trails. A trail begins at the present stop if that is nearer, so that it
    gives nothing away.
    """

    symbol: str
    price: Decimal | None = None
    trail: Decimal | None = None
    trail_fraction: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class RemoveStop:
    """Remove the position's stop."""

    symbol: str


@quick
@dataclass(frozen=True, kw_only=True)
class MoveTarget:
    """Set or move a target of the position, to a price or to another `fraction` of what is held.

    `id` (the target's order) or `was` (its present price) names one of several: then the others
    stay. Without either, several targets become this one.
    """

    symbol: str
    price: Decimal | None = None
    id: str | None = None
    was: Decimal | None = None
    fraction: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class RemoveTarget:
    """Remove one target, named by `id` or by the price it `was` at; or all of them."""

    symbol: str
    id: str | None = None
    was: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class AddMargin:
    """Move money from the wallet to an isolated position."""

    symbol: str
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class RemoveMargin:
    """Move money that its requirement does not need from an isolated position to the wallet."""

    symbol: str
    amount: Decimal


@quick
@dataclass(frozen=True, kw_only=True)
class CancelOrder:
    """Cancel a resting order."""

    id: str


@quick
@dataclass(frozen=True, kw_only=True)
class AnswerCall:
    """Answer the open margin call.

    A deposit without an amount pays the shortfall; a sale without a symbol sells what the broker
    would, as much as cures.
    """

    answer: Answer
    amount: Decimal | None = None
    symbol: str | None = None
    quantity: Decimal | None = None


@quick
@dataclass(frozen=True, kw_only=True)
class PlanSession(PlanTerms):
    """Commit to limits before the first order."""


@quick
@dataclass(frozen=True, kw_only=True)
class ChangeRules:
    """Put new figures into force, under their keys of `[rules]`: a venue or regulator changed its
    rules."""

    rules: Mapping[str, str]
    cause: str = ""
    source: str = ""


@quick
@dataclass(frozen=True, kw_only=True)
class StartIncident:
    """Something goes wrong at the venue, for `lasts` seconds where it lasts.

    `share` is the part lost, closed or filled, the probability of a rejection, or the spread;
    `figure` the new rule of a leverage cut, maintenance hike or rate hike.
    """

    kind: IncidentKind
    lasts: int = 0
    symbol: str | None = None
    share: Decimal | None = None
    seconds: int = 0
    seed: int = 0
    figure: Decimal | None = None
    stops: StopsThere = StopsThere.SURVIVE


@scratch
@dataclass(frozen=True, kw_only=True)
class OpenBar:
    """The clock reaches a step: what fell due before, then everything that acts at the open."""

    step: Step


@scratch
@dataclass(frozen=True, kw_only=True)
class CloseBar:
    """The rest of the step: both extremes in the convention's order, then the close."""

    step: Step


@quick
@dataclass(frozen=True, kw_only=True)
class Wait:
    """The clock passes to `until` with no bar: only interest and funding fall due."""

    until: int


TraderCommand = (
    Deposit
    | Withdraw
    | Borrow
    | Repay
    | Sweep
    | PlaceOrder
    | AmendOrder
    | ClosePosition
    | MoveStop
    | RemoveStop
    | MoveTarget
    | RemoveTarget
    | AddMargin
    | RemoveMargin
    | CancelOrder
    | AnswerCall
    | AddNote
    | PlanSession
    | Reveal
    | ReviewFinding
    | CreateRule
    | PickLots
    | ChangeRules
    | StartIncident
)
WORDS: dict[type["Command"], str] = {
    Deposit: "deposit",
    Withdraw: "withdraw",
    Borrow: "borrow",
    Repay: "repay",
    Sweep: "sweep",
    ClosePosition: "close",
    MoveStop: "move_stop",
    MoveTarget: "move_target",
    RemoveTarget: "remove_target",
    RemoveStop: "remove_stop",
    AddMargin: "add_margin",
    RemoveMargin: "remove_margin",
    CancelOrder: "cancel",
    AmendOrder: "amend",
    AnswerCall: "answer_call",
    AddNote: "note",
    PlanSession: "plan",
    Reveal: "reveal",
    ReviewFinding: "review",
    CreateRule: "rule",
    PickLots: "pick_lots",
    ChangeRules: "change_rules",
    StartIncident: "incident",
}
"""The name of each command in rehearsal files and on record; an order's is its side."""


def word_of(command: "Command") -> str:
    """The name of a command, as rehearsal files and records have it."""
    return command.side.value if isinstance(command, PlaceOrder) else WORDS[type(command)]


ClockCommand = OpenBar | CloseBar | Wait
Command = TraderCommand | ClockCommand
