"""The house's only random numbers, and the few functions a path needs, the same to the last bit.

`random.Random.random` is guaranteed to give the same numbers on every version. The libraries' log
and exp are not, nor is a compiled inverse normal, which some compilers fuse: a difference in the
last bit would one day round to another tick. So they are built here from operations that IEEE 754
rounds correctly (+ - * / and the square root), which Python carries out one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from math import floor, frexp, ldexp, sqrt
from random import Random

Die = Callable[[], float]
"""Gives the next random number, 0 or more and below 1, in steps of 2^-53."""

_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""Their sum is the logarithm of 2; the first has few enough bits for exact multiples (fdlibm)."""
_LN2 = 0.6931471805599453
_PER_LN2 = 1.4426950408889634
_HALF_ROOT = 0.7071067811865476
_SMALLEST = 2.0**-54


def die(seed: int, purpose: str, name: str) -> Die:
    """An independent stream for each purpose: drawing from one does not shift another."""
    digest = sha256(f"tightrope 1\n{seed}\n{purpose}\n{name}".encode()).digest()
    return Random(int.from_bytes(digest, "big")).random


def log(x: float) -> float:
    """The natural logarithm of a number above zero, to about 1e-15."""
    part, power = frexp(x)
    if part < _HALF_ROOT:
        part += part
        power -= 1
    s = (part - 1.0) / (part + 1.0)
    z = s * s  # below 0.0295: ln((1+s)/(1-s)) = 2 (s + s^3/3 + s^5/5 + ...)
    tail = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * (
        1 / 13 + z * (1 / 15 + z * (1 / 17 + z / 19))))))))  # fmt: skip
    return power * _LN2 + 2.0 * s * (1.0 + tail)


def exp(x: float) -> float:
    """e to the power of x, to about 1e-15. Raises `OverflowError` beyond 709."""
    power = floor(x * _PER_LN2 + 0.5)
    r = (x - power * _LN2_HIGH) - power * _LN2_LOW  # within 0.3466 of zero
    series = 1.0 + r * (1.0 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (
        1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * (
        1 / 3628800 + r * (1 / 39916800 + r / 479001600)))))))))))  # fmt: skip
    return ldexp(series, power)


def normal(u: float) -> float:
    """The quantile of the standard normal at a probability `u`; 0 counts as half of 2^-53.

    Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied
    Statistics 37 (1988), PPND16: about 16 figures.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        return q * (((((((
            2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
            + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
            + 133.14166789178437745) * r + 3.387132872796366608) / (((((((
            5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
            + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
            + 42.313330701600911252) * r + 1.0)  # fmt: skip
    far = u if q < 0.0 else 1.0 - u
    r = sqrt(-log(far or _SMALLEST))
    x = _ratio(r - 1.6, _MIDDLE) if r <= 5.0 else _ratio(r - 5.0, _FAR)
    return -x if q < 0.0 else x


_Ratio = tuple[tuple[float, ...], tuple[float, ...]]

_MIDDLE: _Ratio = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
     1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
     4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
     0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
     2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR: _Ratio = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
     0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
     5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
     0.59983220655588793769, 1.0),
)  # fmt: skip


def _ratio(r: float, of: _Ratio) -> float:
    above, below = of
    num = den = 0.0
    for a, b in zip(above, below, strict=True):
        num, den = num * r + a, den * r + b
    return num / den
