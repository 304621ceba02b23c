"""Files that are not a table of bars: recognised by their first bytes or their columns, and refused
with what to do instead."""

import io
import re
import zipfile

from ledger.market.csv_import.dialects import LAST_PRICES, PRICES, plain_name, words_of
from ledger.market.csv_import.headings import is_time
from ledger.market.csv_import.lines import DELIMITERS, fields_of
from ledger.refused import Refused
from ledger.text import clean

_TO_CSV = 'to_csv("prices.csv")'
_UNPACK = "unpack it, then import the table inside"
_SHEET = "open it in its program, and save the sheet as CSV"
_BEGINNINGS = (
    (b"PAR1", "a Parquet file", f"convert it in Python: pandas.read_parquet(FILE).{_TO_CSV}"),
    (b"ARROW1", "a Feather file", f"convert it in Python: pandas.read_feather(FILE).{_TO_CSV}"),
    (b"FEA1", "a Feather file", f"convert it in Python: pandas.read_feather(FILE).{_TO_CSV}"),
    (b"\x89HDF", "an HDF5 file", f"convert it in Python: pandas.read_hdf(FILE).{_TO_CSV}"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", _SHEET),
    (b"SQLite format 3", "an SQLite database", "export the table of prices as CSV"),
    (b"%PDF", "a PDF", "download the prices as CSV"),
    (b"\x28\xb5\x2f\xfd", "a zstd-compressed file", _UNPACK),
    (b"BZh", "a bzip2-compressed file", _UNPACK),
    (b"\xfd7zXZ", "an xz-compressed file", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
)
_JSON = re.compile(r"\s*[\[{]\s*(?:[\[{\"\]}]|-?\d)")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|!--)", re.IGNORECASE)
_HEADER_WITHIN = 5
_FEWEST = 2
_TRADED = frozenset(("qty", "quantity", "size", "amount", "side", "is buyer maker", "isbuyermaker"))
_TRADE_PRICES = frozenset(("price", "last", "rate"))
_QUOTES = ("bid", "ask")
_FUNDING = ("fundingrate", "funding rate", "last funding rate", "lastfundingrate")


def refuse_other_files(data: bytes, name: str) -> None:
    """Raises `Refused` for a known kind of file that is not text."""
    for beginning, what, how in _BEGINNINGS:
        if data.startswith(beginning):
            raise Refused(f"{name}: this is {what}, not a CSV file; {how}")
    if data.startswith(b"PK\x03\x04"):
        try:
            members = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return  # whoever unpacks it reports the damage
        if {"xl/workbook.xml", "content.xml"} & members:
            raise Refused(f"{name}: this is a spreadsheet, not a CSV file; {_SHEET}")


def refuse_other_text(text: str, name: str) -> None:
    """Raises `Refused` for JSON and for a web page."""
    if _JSON.match(text):
        raise Refused(
            f"{name}: this is JSON, not a CSV file; write a table of time, open, high, low, close "
            "and volume (in Python, for a list of records: "
            f"pandas.read_json(FILE).{_TO_CSV})"
        )
    if _MARKUP.match(text):
        raise Refused(
            f"{name}: this is a web page or XML, not a CSV file; download the prices as CSV (a "
            "site that wants a login or a key sends a page instead)"
        )


def refuse_other_tables(lines: list[str], name: str) -> None:
    """Raises `Refused` for a table whose header shows that it does not hold bars."""
    for line in lines[:_HEADER_WITHIN]:
        for delimiter in DELIMITERS:
            fields = fields_of(line, delimiter)
            if len(fields) >= _FEWEST and not any(map(is_time, fields)):
                _refuse_by_names([plain_name(field) for field in fields], name)


def _refuse_by_names(names: list[str], name: str) -> None:
    known = set(names)
    prices = {role: known & set(PRICES[role].split(",")) for role in PRICES}
    roles = [role for role in prices if prices[role]]
    if len(roles) == len(PRICES):
        return
    if known & set(_FUNDING):
        raise Refused(
            f"{name}: these are funding rates, not prices; write them in two columns called time "
            "and funding_rate (2024-01-01T08:00:00Z,0.0001), and name the file in a rehearsal, "
            'under [[tape]]: funding = "FILE"'
        )
    quoted = all(any(word in words_of(column) for column in names) for word in _QUOTES)
    if len(roles) <= 1 and (quoted or (known & _TRADE_PRICES and known & _TRADED)):
        raise Refused(
            f"{name}: these are single trades or quotes, not bars; aggregate them into bars (in "
            'Python, with pandas: resample("1min").ohlc() on the price column)'
        )
    last = known & set(LAST_PRICES.split(","))
    missing = [role for role in PRICES if role not in roles and not (role == "close" and last)]
    named = sorted(last.union(*prices.values()))
    if missing and any(len(word) > 1 for word in named):
        seen = ", ".join(clean(word, 20) for word in named)
        raise Refused(
            f"{name}: {_listed(missing)} missing (found: {seen}); a bar needs open, high, low and "
            "close: download a table with all four"
        )


def _listed(roles: list[str]) -> str:
    *before, last = roles
    return f"{', '.join(before)} and {last} are" if before else f"{last} is"
