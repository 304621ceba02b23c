"""What holding costs or earns beside a loan and funding: the night, and interest on cash."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.account.event_terms import JudgedBy
from ledger.account.events.base import Event
from ledger.frozen import quick


@quick
@dataclass(frozen=True, kw_only=True)
class OvernightCharged(Event):
    """A contract was held over the cut-off of a day. `amount` is negative when received; `rate` is
    the yearly one of its side, `nights` how many it was charged for."""

    pocket: str
    symbol: str
    amount: Decimal
    rate: Decimal
    nights: int
    price: Decimal
    judged_by: JudgedBy


@quick
@dataclass(frozen=True, kw_only=True)
class CreditInterestPaid(Event):
    """The broker paid interest on cash: on what is `idle`, and on the value of shorts.

    `carried` is the rounding remainder of this posting, in currency x seconds x rate.
    """

    pocket: str
    amount: Decimal
    idle: Decimal
    short: Decimal
    carried: Decimal
