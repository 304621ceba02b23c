"""The words of a rule book, one type for each vocabulary."""

from enum import StrEnum


class AccountKind(StrEnum):
    """What leverage is made of: borrowed money, or a contract's margin."""

    LOAN = "loan"
    DERIVATIVES = "derivatives"


class Mode(StrEnum):
    """How far a loss can reach."""

    ISOLATED = "isolated"
    """Each position behind a wall of its own, with margin that the trader assigns."""
    CROSS = "cross"
    """One pool: a position's loss is carried by the gains of the others."""
    SMART = "smart"
    """One pool in which long and short exposure to the same underlying offset each other."""


class Rung(StrEnum):
    """The steps of the ladder, from the warning to the forced exit."""

    WARNING = "warning"
    CALL = "call"
    LIQUIDATION = "liquidation"


class Judged(StrEnum):
    """When a level is tested: at every price of the bar, or at the session's close."""

    ALWAYS = "always"
    CLOSE = "close"


class ExitAmount(StrEnum):
    """How much a forced exit closes at a time."""

    RESTORE = "restore"
    """As little as brings equity back to what the call requires, rounded up to the lot."""
    POSITION = "position"
    """Whole positions, one after the other, until the level is no longer breached."""
    ALL = "all"
    """Everything in the pocket."""


class ExitOrder(StrEnum):
    """Which position a forced exit closes first."""

    LOSERS = "losers"
    """The one with the largest unrealized loss."""
    OLDEST = "oldest"
    """The one opened first."""


class Repays(StrEnum):
    """Which incoming cash repays the loan at once, where the book repays automatically."""

    INCOMING = "incoming"
    """All of it: cash and debt do not exist side by side (a broker's debit balance)."""
    PROCEEDS = "proceeds"
    """The proceeds of a closing trade; the trader's own cash stays where it is."""


class Draws(StrEnum):
    """How much of a purchase is borrowed."""

    LACKING = "lacking"
    """What cash does not cover."""
    WHOLE = "whole"
    """All of it: own cash is only collateral; closing repays what opening cost."""
    NOTHING = "nothing"
    """None of it: what cash does not cover must be borrowed by hand beforehand."""


class Forbids(StrEnum):
    """What a restriction forbids."""

    WITHDRAW = "withdraw"
    BORROW = "borrow"


class ExitEvent(StrEnum):
    """How a forced exit is recorded: a broker's sale, or a venue's liquidation."""

    FORCE_SOLD = "force_sold"
    LIQUIDATED = "liquidated"


class FeeKind(StrEnum):
    """Kinds of fees; what an incident takes is recorded as one too."""

    TRADE = "trade"
    OPENING = "opening"
    ROLLOVER = "rollover"
    BORROW = "borrow"
    LIQUIDATION = "liquidation"
    INSOLVENCY = "insolvency"
    HACK = "hack"
