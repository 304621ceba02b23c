"""What hides the identity of prices: other names, another scale, another epoch.

Everything that an account sees is changed once, when its tapes are loaded; nothing behind that
knows more. Times move by whole weeks, so weekdays and times of day stay.
"""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from ledger.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Veil:
    """`shift` is in seconds, `factor` multiplies prices, `names` has the neutral name of each true
    symbol; `salt` is mixed into fingerprints, so that no tape is found by its own."""

    shift: int
    factor: int
    names: dict[str, str]
    salt: str

    def price(self, true: Decimal) -> Decimal:
        """A true price as it is shown."""
        return true * self.factor

    def time(self, true: Time) -> Time:
        """A true time as it is shown."""
        return true + self.shift

    def fingerprint(self, true: str) -> str:
        """A fingerprint that differs from the true one but stands for the same content."""
        return sha256(f"{true} {self.salt} {self.factor} {self.shift}".encode()).hexdigest()
