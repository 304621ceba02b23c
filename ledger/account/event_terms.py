"""The words that events use, one type for each vocabulary; a member's value is the wire's word.

Whatever decides by a word of an event (a fold, a grade, a sentence, a screen) decides by its type
here. Words that the market has a type for are named here too: one import serves a reader of events.
"""

from enum import StrEnum

from ledger.account.incident import IncidentKind as IncidentKind
from ledger.account.order import Cause as Cause
from ledger.market.quote import JudgedBy as JudgedBy
from ledger.market.rules.terms import FeeKind as FeeKind


class Answer(StrEnum):
    """What a trader may answer to a margin call."""

    DEPOSIT = "deposit"
    SELL = "sell"
    HEDGE = "hedge"
    WAIT = "wait"


class CallMetBy(StrEnum):
    """What restored the requirement of a margin call."""

    DEPOSIT = "deposit"
    REPAYMENT = "repayment"
    SALE = "sale"
    HEDGE = "hedge"
    MARKET = "market"
    """The price alone, above the clear band."""
    RULES = "rules"
    """The rules were changed."""
    FORCED_SALE = "forced_sale"
    LIQUIDATION = "liquidation"
    DELISTING = "delisting"
    AUTO_DELEVERAGING = "auto_deleveraging"


FORCED_EXITS = frozenset({CallMetBy.FORCED_SALE, CallMetBy.LIQUIDATION})
"""What the broker or the venue did to a call, since the trader did nothing in time."""


class CallExpiredBy(StrEnum):
    """Why a margin call's time ended, where it was not the breach of a graver level.

    `MarginCallExpired.by` has the name of that level's schedule otherwise.
    """

    DUE = "due"


class ClosedBy(StrEnum):
    """What closed the last of a position: an order by its cause, or somebody else."""

    TRADER = "trader"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    FORCED_SALE = "forced_sale"
    LIQUIDATION = "liquidation"
    EXPIRY = "expiry"
    CASH_IN_LIEU = "cash in lieu"
    DELISTING = "delisting"
    AUTO_DELEVERAGING = "auto_deleveraging"


class Bearer(StrEnum):
    """Who bears a deficit: the trader as a debt, or the venue as a loss."""

    TRADER = "trader"
    VENUE = "venue"


class Amended(StrEnum):
    """What an order's amendment changed; each folds in its own way."""

    PRICE = "price"
    QUANTITY = "quantity"
    TRAIL = "trail"
    """A trailing order's trigger, which followed the price."""
    TERMS = "terms"
    """Terms that the trader gave: each is one of the event's `changes`."""


class Term(StrEnum):
    """A term of an order that can be amended, by its field."""

    QUANTITY = "quantity"
    LIMIT = "limit"
    TRIGGER = "trigger"
    TRAIL = "trail"
    TRAIL_FRACTION = "trail_fraction"
    STOP_LOSS = "stop_loss"


class AmendReason(StrEnum):
    """Who amended an order, or what did. `OrderAmended.reason` is a text: older ones may differ."""

    AMENDED = "amended by the trader"
    MOVED = "moved by the trader"
    """Also by a later entry of the trader's, whose stop moves the earlier one."""
    RESIZED = "kept at the position's size"
    TRAILED = "followed the price"


class CancelReason(StrEnum):
    """Why an order left the market, where no figure belongs to the reason.

    `OrderCancelled.reason` is a text: some reasons have figures, and those of older ledgers may
    differ.
    """

    CANCELLED = "cancelled by the trader"
    STOP_REMOVED = "stop removed by the trader"
    TARGET_REMOVED = "target removed by the trader"
    ONE_CANCELS_OTHER = "one cancels other"
    DAY_OVER = "day order, session over"
    EXPIRED = "the option has expired"
    POSITION_CLOSED = "position closed"
    NOTHING_TO_REDUCE = "nothing left to reduce"
    POSITION_SMALLER = "position smaller than its targets"
    LATER_TARGETS = "replaced by a later entry's targets"
    ONE_TARGET = "replaced by one target"
    TRAILING_STOP = "replaced by a trailing stop"
    FILLED_IN_PART = "filled in part: nobody takes the rest"
    FORCED_EXIT = "forced exit"
    OUTAGE = "lost when the venue went down"
    DELISTED = "delisted"
