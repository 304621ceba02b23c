"""Numbers as other programs write them, read digit for digit.

`1234.5`, `1.234,50`, `1'234.50`, `2.25e+06`, `$7,278.20`, `190.28M`: the decimal sign is judged
from the whole file, never from one value. A number is a mantissa and a count of decimals.
"""

import re
import struct
from collections.abc import Iterable
from decimal import Decimal

from ledger.text import clean

MOST_DECIMALS = 12
"""Decimals of a price or volume; finer ones are rounded, and the report says so."""
MOST_DIGITS = 12
"""Digits of a price before its decimal point."""

_MISSING = frozenset(
    ("", "-", "--", "null", "none", "nan", "na", "n/a", "#n/a", "nil", "inf", "-inf", "+inf")
)
_SPACES = " \u00a0\u2009\u202f'’"
"""Separators of groups of three digits in some countries."""
_MINUS = "\u2212"
"""The minus sign proper, which some programs write instead of a hyphen."""
_FAST = re.compile(r"(-?\d{1,18})(?:\.(\d{1,12}))?", re.ASCII)
_EXACT = re.compile(r"([+-]?)(\d{0,40})(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_LETTERS = {"K": 3, "M": 6, "B": 9, "T": 12}
_BINARY = 12
"""Significant digits. Markets quote no more; longer numbers are binary fractions."""
_FEWEST_BINARY_DECIMALS = 9
_NOTICED = 50_000
"""Rounding may change a price by at most one part in this many."""
_PLACES = 6
"""Decimals kept of a binary fraction, as in Yahoo's own files."""
_MOST_EXPONENT = 40
_BILLIONTHS = 9
_SAME = Decimal("1e-13")
"""The relative difference within which two decimals are the same binary fraction."""
_MOST_VOLUME_DIGITS = 18
_SURELY = 20
"""How many times more often than the other a decimal sign must appear, to be the file's."""


class Number:
    """`mantissa` / 10 ** `decimals`, without trailing zeros. `rounded`: digits were lost; `fine`:
    so many that the price changed; `large`: too many digits before the point; `odd`: any of
    these."""

    __slots__ = ("decimals", "fine", "large", "mantissa", "odd", "rounded")

    def __init__(
        self, mantissa: int, decimals: int, *, rounded: bool = False, fine: bool = False
    ) -> None:
        self.mantissa = mantissa
        self.decimals = decimals
        self.rounded = rounded
        self.fine = fine
        self.large = abs(mantissa) >= 10 ** (MOST_DIGITS + decimals)
        self.odd = rounded or self.large


NOTHING = Number(0, 0)


class Numbers:
    """Reads numbers with one decimal sign, `.` or `,`; each distinct text is parsed once."""

    def __init__(self, sign: str, *, billionths: bool = False) -> None:
        self.sign = sign
        self._billionths = billionths
        self._group = "," if sign == "." else "."
        group = re.escape(self._group)
        self._grouped = re.compile(rf"[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?!\d)", re.ASCII)
        self._known: dict[str, Number | None] = {}

    def read(self, text: str) -> Number | None:
        """The number in a text; `None` if it is not one."""
        known = self._known
        if text in known:
            return known[text]
        if len(known) > 200_000:
            known.clear()
        number = self._worked_out(text.strip())
        if number is not None and self._billionths:
            number = Number(*_short(number.mantissa, number.decimals + _BILLIONTHS))
        known[text] = number
        return number

    def _worked_out(self, text: str) -> Number | None:
        if self.sign == "." and (match := _FAST.fullmatch(text)):
            whole, part = match[1], (match[2] or "").rstrip("0")
            if len(part) < _FEWEST_BINARY_DECIMALS:
                return Number(int(whole + part), len(part))
        if is_missing(text) or len(text) > 80:
            return None
        letter = _LETTERS.get(text[-1], 0)
        text = text[:-1].rstrip() if letter else text.strip("$€£¥ ")
        text = text.replace(_MINUS, "-")
        for space in _SPACES:
            if space in text:
                text = re.sub(rf"(?<=\d){space}(?=\d\d\d(?!\d))", "", text)
        if self._grouped.match(text):
            text = text.replace(self._group, "")
        elif self._group in text:
            return None
        return _exact(text.replace(self.sign, "."), letter)


def _exact(text: str, letter: int) -> Number | None:
    match = _EXACT.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        return None
    exponent = int(match[4] or 0) + letter
    if abs(exponent) > _MOST_EXPONENT:
        return None
    written = int(match[1] + match[2] + (match[3] or "")), len(match[3] or "") - exponent
    exact = _short(*written)
    mantissa, decimals = _plainer(*exact)
    if (mantissa, decimals) == exact:
        return Number(mantissa, decimals)
    lost = abs(exact[0] - mantissa * 10 ** (exact[1] - decimals))
    return Number(mantissa, decimals, rounded=True, fine=lost * _NOTICED > abs(exact[0]))


def _short(mantissa: int, decimals: int) -> tuple[int, int]:
    """The same value without trailing zeros or negative decimals."""
    if decimals <= 0 or not mantissa:
        return mantissa * 10 ** max(-decimals, 0), 0
    digits = str(mantissa)
    zeros = min(len(digits) - len(digits.rstrip("0")), decimals)
    return mantissa // 10**zeros, decimals - zeros


def _rounded(mantissa: int, decimals: int, places: int) -> tuple[int, int]:
    """The value rounded to `places` decimals, half away from zero."""
    if decimals <= places:
        return mantissa, decimals
    divisor = 10 ** (decimals - places)
    whole = (abs(mantissa) + divisor // 2) // divisor
    return _short(-whole if mantissa < 0 else whole, places)


def _plainer(mantissa: int, decimals: int) -> tuple[int, int]:
    """The value without the noise digits of a binary fraction.

    A 32-bit float (`75.0875015258789`) becomes the shortest decimal with the same bits (75.0875).
    Any other is rounded to six decimals, or to six significant digits if it is below one.
    """
    significant = len(str(abs(mantissa)))
    if significant > _BINARY and decimals >= _FEWEST_BINARY_DECIMALS:
        single = _single(mantissa, decimals)
        leading = max(decimals - significant, 0)
        return single or _rounded(mantissa, decimals, min(_PLACES + leading, MOST_DECIMALS))
    return _rounded(mantissa, decimals, MOST_DECIMALS)


def _single(mantissa: int, decimals: int) -> tuple[int, int] | None:
    """The shortest decimal that is the same 32-bit float; `None` if the value is not one."""
    value = Decimal(f"{mantissa}E{-decimals}")
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        return None
    if abs(Decimal(struct.unpack("<f", packed)[0]) - value) > abs(value) * _SAME:
        return None
    before = len(str(abs(mantissa))) - decimals
    for digits in range(4, 10):
        shorter = _rounded(mantissa, decimals, digits - before)
        if struct.pack("<f", Decimal(f"{shorter[0]}E{-shorter[1]}")) == packed:
            return shorter
    return None


def is_missing(text: str) -> bool:
    """Whether a field stands for a missing number."""
    return text.strip().lower() in _MISSING


def volume_of(numbers: Numbers, text: str) -> tuple[Number | None, str]:
    """The volume, `None` if unknown, and what is wrong with it.

    Interactive Brokers writes -1 for no volume.
    """
    number = numbers.read(text)
    shown = clean(text.strip(), 40)
    if number is None:
        return None, "" if is_missing(text) else f'volume: "{shown}" is not a number'
    if (number.mantissa, number.decimals) == (-1, 0):
        return None, ""
    if number.mantissa < 0:
        return NOTHING, f"the volume {shown} is negative"
    if number.mantissa >= 10 ** (_MOST_VOLUME_DIGITS + number.decimals):
        return NOTHING, f"the volume {shown} has more than {_MOST_VOLUME_DIGITS} digits"
    return number, ""


def added(one: Number, other: Number) -> Number:
    """The sum of two volumes."""
    decimals = max(one.decimals, other.decimals)
    mantissas = (number.mantissa * 10 ** (decimals - number.decimals) for number in (one, other))
    return Number(sum(mantissas), decimals)


def decimal_sign(texts: Iterable[str], usual: str) -> str | None:
    """The decimal sign of some written numbers; `None` if they leave it open.

    `1,234` alone may mean thousands, and so may `1.234`: only the sign that is `usual` in such a
    table is then accepted as the decimal sign.
    """
    shown = {".": 0, ",": 0}
    open_ = set()
    for text in texts:
        signs = [char for char in text if char in shown]
        if not signs:
            continue
        last = signs[-1]
        if len(signs) == 1:
            if _could_be_grouped(text, last):
                open_.add(last)
            else:
                shown[last] += 1
        elif len(set(signs)) == 2:
            shown[last] += 1
        else:
            shown["," if last == "." else "."] += 1
    most = max(shown, key=lambda sign: shown[sign])
    if shown[most]:
        return most if shown[most] > _SURELY * min(shown.values()) else None
    if len(open_) == 2:
        return None
    if not open_:
        return "."
    return usual if open_ == {usual} else None


def _could_be_grouped(text: str, sign: str) -> bool:
    """Whether `1.234` may be one thousand two hundred and thirty-four."""
    before, _, after = text.strip().lstrip("+-").partition(sign)
    return len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
