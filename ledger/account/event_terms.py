"""The words that events use, one type for each vocabulary; a member's value is the wire's word.

Whatever decides by a word of an event (a fold, a grade, a sentence, a screen) decides by its type
here. Kept apart from the events themselves: `--plain` reads a record without loading them.
"""

from enum import StrEnum

from ledger.account.incident import IncidentKind as IncidentKind
from ledger.market.rules.terms import FeeKind as FeeKind

MAIN = "main"
"""The pocket of the wallet and of every crossed position."""


class Side(StrEnum):
    """Direction of an order, or of the position it made; `sign` is that of its quantity."""

    BUY = "buy"
    SELL = "sell"

    sign: int

    def __init__(self, word: str) -> None:
        self.sign = 1 if word == "buy" else -1

    @property
    def opposite(self) -> "Side":
        return _SELL if self.sign > 0 else _BUY

    @property
    def direction(self) -> "Direction":
        """The direction of a position that this side opens."""
        return Direction.LONG if self.sign > 0 else Direction.SHORT


_BUY, _SELL = Side.BUY, Side.SELL


class Direction(StrEnum):
    """Which way a position gains."""

    LONG = "long"
    SHORT = "short"


class OrderType(StrEnum):
    """How an order meets the market.

    A `market` order trades at once. A `limit` order rests until its limit or better trades and
    never fills worse. A `stop` order rests until its trigger trades and is then a market order. A
    `stop_limit` order is a limit order once its trigger trades: if the price has gapped beyond its
    limit it does not fill but rests there. A `trailing` order is a stop order whose trigger follows
    the best price since it was placed, at the distance `trail` or at the fraction `trail_fraction`
    of that price, and never goes back. `has_trigger` is true of the types that wait for one.
    """

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"
    TRAILING = "trailing"

    has_trigger: bool

    def __init__(self, word: str) -> None:
        self.has_trigger = word in ("stop", "stop_limit", "trailing")


PRICES_OF: dict[OrderType, tuple[str, ...]] = {
    OrderType.MARKET: (),
    OrderType.LIMIT: ("limit",),
    OrderType.STOP: ("trigger",),
    OrderType.STOP_LIMIT: ("trigger", "limit"),
    OrderType.TRAILING: (),
}
"""The prices that an order of each type has. A trail can also belong to the stop it brings."""


class GoodFor(StrEnum):
    """How long an order rests: until it is cancelled, or until the session's close."""

    GTC = "gtc"
    DAY = "day"


class Cause(StrEnum):
    """What an order came from."""

    TRADER = "trader"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"


class JudgedBy(StrEnum):
    """The price that margin is judged by: a mark, or the last one traded."""

    MARK = "mark"
    LAST = "last"


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
    """The market alone, above the clear band."""
    RULES = "rules"
    """The rules were changed."""
    FORCED_SALE = "forced_sale"
    LIQUIDATION = "liquidation"
    DELISTING = "delisting"
    AUTO_DELEVERAGING = "auto_deleveraging"


FORCED_EXITS = frozenset({CallMetBy.FORCED_SALE, CallMetBy.LIQUIDATION})
"""What the broker or the venue did about a call because the trader did nothing in time."""


class CallExpiredBy(StrEnum):
    """Why a margin call's time ended, unless a graver level was breached.

    In that case `MarginCallExpired.by` is the name of that level's schedule.
    """

    DUE = "due"


class DayCallKind(StrEnum):
    """What a day's trades left lacking."""

    INITIAL = "initial"
    """Initial margin at the close: a call under Regulation T."""
    INTRADAY = "intraday"
    """Maintenance margin while the day lasted: an intraday margin deficit."""


class ClosedBy(StrEnum):
    """What closed the last of a position: an order by its cause, or a broker or venue."""

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
    """Terms set by the trader: each is one of the event's `changes`."""


class Term(StrEnum):
    """A term of an order that can be amended, by its field."""

    QUANTITY = "quantity"
    LIMIT = "limit"
    TRIGGER = "trigger"
    TRAIL = "trail"
    TRAIL_FRACTION = "trail_fraction"
    STOP_LOSS = "stop_loss"


class AmendReason(StrEnum):
    """What amended an order. `OrderAmended.reason` is a text: older ones may differ."""

    AMENDED = "amended by the trader"
    MOVED = "moved by the trader"
    """Also by a later entry, whose stop moves the earlier one."""
    RESIZED = "kept at the position's size"
    TRAILED = "followed the price"


class CancelReason(StrEnum):
    """Why an order left the market, for reasons without figures.

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
