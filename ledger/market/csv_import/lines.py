"""The lines of a table and their fields. Lines keep their numbers: a quote never joins two."""

import csv
from collections import Counter
from collections.abc import Iterator

from ledger.refused import Refused

LONGEST_LINE = 10_000
MOST_ROWS = 1_100_000
"""Two years of one-minute bars; more would not fit in a small computer's memory."""
HEADINGS = 1_000
"""The most lines besides the rows."""
DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}
"""Delimiters and their names; the comma last, since it may also be a decimal sign."""
_NOTHING = "".join(DELIMITERS) + " \r"
"""A line of these characters alone is blank."""

_FEWEST_FIELDS = 5
_SHARE = 0.6
Row = tuple[int, list[str]]


def with_plain_line_ends(text: str, name: str) -> str:
    """The text with plain line ends. Raises `Refused` for too many lines."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_ROWS + HEADINGS:
        raise Refused(f"{name}: more than {MOST_ROWS:,} rows; split the file")
    return text


def lines_of(text: str, name: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank. Raises `Refused` for one too long.

    A line of delimiters alone is blank: spreadsheets write them for empty rows below a table.
    """
    start, number = 0, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        number += 1
        if end - start > LONGEST_LINE:
            raise Refused(
                f"{name}:{number}: a line of {end - start:,} characters; "
                f"allowed: up to {LONGEST_LINE:,}"
            )
        line = text[start:end]
        if line.strip(_NOTHING) and not line.isspace():
            yield number, line
        start = end + 1


def fields_of(line: str, delimiter: str) -> list[str]:
    """The fields of a line, with the spaces around them: the reader of a field strips it."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
    except (csv.Error, StopIteration):
        return [line]


def delimiter_of(lines: list[str]) -> str | None:
    """The delimiter that splits most lines into the same number of fields, five or more."""
    if lines and lines[0].lower().startswith("sep=") and lines[0][4:5] in DELIMITERS:
        return lines[0][4]
    for delimiter in DELIMITERS:
        counts = Counter(len(fields_of(line, delimiter)) for line in lines)
        width, often = counts.most_common(1)[0]
        if width >= _FEWEST_FIELDS and often >= _SHARE * len(lines):
            return delimiter
    return None
