"""What the names in a header mean: which column holds which price, and which the time."""

from collections.abc import Callable

from ledger.market.csv_import import dialects
from ledger.market.csv_import.dialects import words_of
from ledger.market.csv_import.moments import has_clock, is_clock, is_date, is_unix
from ledger.refused import Refused
from ledger.text import clean

INDEX_NAMES = frozenset(("", "price", "ticker", "index", "unnamed: 0"))
"""Names of a first column that may still be the time."""

Prices = tuple[int, int, int, int]


def prices_in(names: list[str], fields: list[str], name: str) -> Prices | None:
    """The columns of open, high, low and close; `None` where one is missing (not a header).

    Raises `Refused` where there are several of one kind.
    """
    if tuple(field.strip() for field in fields[:5]) == dialects.TRADINGVIEW_HEADER:
        return 1, 2, 3, 4  # the columns after these are indicators, whatever their names
    columns = [_named(names, known.split(",")) for known in dialects.PRICES.values()]
    if columns[3] is None:
        columns[3] = _named(names, dialects.LAST_PRICES.split(","))
    opened, high, low, close = columns
    if opened is None or high is None or low is None or close is None:
        return _alike(names, name)
    for at in (opened, high, low, close):
        if names.count(names[at]) > 1:
            raise Refused(
                f'{name}: {names.count(names[at])} columns are called "{clean(fields[at], 20)}"; '
                "import one symbol at a time"
            )
    return opened, high, low, close


def _named(names: list[str], known: list[str]) -> int | None:
    return next((names.index(word) for word in known if word in names), None)


def _alike(names: list[str], name: str) -> Prices | None:
    """Prices whose names share the same extra words: a unit, a symbol, `adj`."""
    roles = [frozenset(known.split(",")) for known in dialects.PRICES.values()]
    groups: dict[tuple[str, ...], list[list[int]]] = {}
    for index, column in enumerate(names):
        words = words_of(column)
        if len(words) < 2:
            continue
        for word, others in ((words[0], ("", *words[1:])), (words[-1], (*words[:-1], ""))):
            for role, known in enumerate(roles):
                if word in known:
                    groups.setdefault(others, [[], [], [], []])[role].append(index)
    whole = {others: columns for others, columns in groups.items() if all(columns)}
    if not whole:
        return None
    if len(whole) > 1 or any(len(columns) > 1 for columns in next(iter(whole.values()))):
        listed = ", ".join(clean(" ".join(others).strip(), 20) for others in whole)
        raise Refused(f"{name}: several sets of prices ({listed}); import one symbol at a time")
    opened, high, low, close = (columns[0] for columns in next(iter(whole.values())))
    return opened, high, low, close


def time_in(names: list[str], data: list[list[str]], name: str) -> tuple[int, ...]:
    """The column of the time, or those of date and clock. Raises `Refused` if there is none."""
    for word in dialects.PREFERRED_TIMES:
        if word in names and mostly(data, names.index(word), is_time):
            return (names.index(word),)
    known = [index for index, word in enumerate(names) if word in dialects.TIMES]
    known = known or [index for index, word in enumerate(names) if _says_time(word)]
    if not known and names[0] in INDEX_NAMES:
        known = [0]
    known = known or [index for index, word in enumerate(names) if word in dialects.ENDS]
    unix = [index for index in known if mostly(data, index, is_unix)]
    dates = [index for index in known if mostly(data, index, is_date)]
    if unix:
        return (unix[0],)
    if dates:
        clock = _clock_beside(dates, known, data)
        return (dates[0],) if clock is None else (dates[0], clock)
    listed = ", ".join(f'"{clean(names[index], 20)}"' for index in known) or "none"
    raise Refused(
        f"{name}: no column holds the times of the bars (checked: {listed}); "
        "use Unix time, or dates such as 2024-01-02 09:30"
    )


def _says_time(name: str) -> bool:
    """Whether a name begins like one for times: `date(utc)`, `time (est)`, `timestamp utc`."""
    words = words_of(name)
    return name not in dialects.ENDS and any(
        " ".join(words[:count]) in dialects.TIMES for count in (1, 2)
    )


def _clock_beside(dates: list[int], known: list[int], data: list[list[str]]) -> int | None:
    """The column of the time of day, under a known name or right after the date."""
    if mostly(data, dates[0], has_clock):
        return None
    clocks = [index for index in known if index not in dates and mostly(data, index, is_clock)]
    if not clocks and mostly(data, dates[0] + 1, is_written_clock):
        clocks = [dates[0] + 1]
    return clocks[0] if clocks else None


def is_time(text: str) -> bool:
    """Whether a field is a time in any known notation."""
    return is_unix(text) or is_date(text)


def is_written_clock(text: str) -> bool:
    """Whether a field is a time of day that cannot be mistaken for a price."""
    text = text.strip()
    return is_clock(text) and (":" in text or (len(text) == 6 and text.isdigit()))


def mostly(data: list[list[str]], index: int, fits: Callable[[str], bool]) -> bool:
    """Whether at least 80% of a column's values fit."""
    values = [fields[index] for fields in data if index < len(fields) and fields[index].strip()]
    return bool(values) and sum(map(fits, values)) >= 0.8 * len(values)
