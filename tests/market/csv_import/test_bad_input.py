"""Files that are no table of prices, or no table of one market, are refused with a reason."""

import gzip
import io
import zipfile

import pytest

from ledger.market.csv_import import lines
from ledger.market.csv_import.import_tape import read_foreign
from ledger.market.tapes import compression
from ledger.refused import Refused
from tests.market.csv_import.tables import bars_of, imported, refused

HEADER = "Date,Open,High,Low,Close,Volume"
ROWS = [f"2024-01-{n:02},10,11,9,10,5" for n in (1, 2, 3, 4, 5)]
HOUR = 3600
MONDAY = 1_704_067_200
"""2024-01-01T00:00:00Z"""


def why(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_foreign(data, "t.csv")
    return "\n".join(caught.value.faults)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n \n\r\n", "the file is empty"),
        (b"\x00\x01\x02binary", "not a text file"),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "not a text file"),
        (b"\x1f\x8bdamaged", "damaged"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "damaged"),
        (b"PK\x03\x04damaged", "damaged"),
        (zipped(a=b"1", b=b"2"), "2 files are inside"),
        (zipped(), "not a text file"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"<html><body>404</body></html>", "not a CSV file"),
        (b'{"code": -1121, "msg": "Invalid symbol."}', "this is JSON"),
        (b"just a line of text\nand another\n", "not a table of prices"),
        (b"a,b,c,d,e\n1,2,3,4,5\n", "the first column is not a time"),
        (HEADER.encode(), "no rows below the header"),
        (b"Date,Open,High,Low,Volume\n2024-01-01,1,2,1,5\n", "close is missing"),
        (b"Name,Open,High,Low,Close\nx,1,2,1,2\ny,1,2,1,2\n", "no column holds the times"),
        (b"Date,Open,High,Low,Close,Close\n2024-01-01,1,2,1,2,2\n", '2 columns are called "Close"'),
        (b"time,funding_rate,a,b,c\n2024-01-01T00:00:00Z,0.1,1,1,1\n", "funding rates, not prices"),
    ],
)
def test_what_is_no_table_of_prices_is_refused(data: bytes, reason: str) -> None:
    assert reason in why(data)


def test_one_row_is_too_few() -> None:
    assert "at least two bars" in refused(HEADER, ROWS[0])
    assert "at least two bars" in refused(HEADER, ROWS[0], ROWS[0])


def test_rows_of_another_width_than_the_header_are_refused() -> None:
    assert "no row has 7 fields" in refused(HEADER + ",More", *ROWS)
    assert "fields instead of 6" in refused(HEADER, *(f"{row},1" for row in ROWS))


def test_separators_alone_are_a_blank_line_and_one_more_at_the_end_is_no_column() -> None:
    """A spreadsheet writes both; the row that stands below them keeps its line."""
    plain = bars_of(imported(HEADER, *ROWS))
    blank = imported(HEADER, ROWS[0], ",,,,,", *ROWS[1:], ROWS[4], ",,,,,", " , ,,,,")
    assert bars_of(blank) == plain
    assert [(fault.line, fault.what) for fault in blank.faults] == [(8, "repeats line 7")]
    for header, end in ((HEADER + ",", ""), (HEADER + ",", ","), (HEADER, ","), (HEADER, ",,")):
        ended = imported(header, *(row + end for row in ROWS))
        assert (bars_of(ended), ended.faults) == (plain, ())


def test_without_a_header_prices_in_another_order_are_refused() -> None:
    """Coinbase gives time, low, high, open, close, volume."""
    rows = [f"{MONDAY + n * HOUR},9,11,10,10.5,5" for n in range(20)]
    assert "no header names the columns, and they do not fit" in refused(*rows)


def test_two_symbols_in_one_file_are_refused() -> None:
    rows = [f"{row},AAA" for row in ROWS[:3]] + [f"{row},BBB" for row in ROWS[3:]]
    assert refused(f"{HEADER},Name", *rows) == (
        "t.csv:5: this row is for BBB, the rows above are for AAA; import one symbol at a time"
    )
    several = "Ticker,AAPL,NVDA,AAPL,NVDA,AAPL,NVDA,AAPL,NVDA,AAPL,NVDA"
    header = "Price,Close,Close,High,High,Low,Low,Open,Open,Volume,Volume"
    assert "import one symbol at a time" in refused(
        header, several, "Date,,,,,,,,,,", "2024-01-02,1,1,1,1,1,1,1,1,1,1"
    )


def test_two_spellings_of_one_symbol_are_one() -> None:
    """CryptoDataDownload changed from BTC/USDT to BTCUSDT within its files."""
    rows = [f"{row},BTC/USDT" for row in ROWS[:3]] + [f"{row},BTCUSDT" for row in ROWS[3:]]
    rows[1] = f"{ROWS[1]},"
    found = imported(f"{HEADER},symbol", *rows)
    assert (found.symbol, found.faults, len(bars_of(found))) == ("BTCUSDT", (), 5)


def at(seconds: int) -> str:
    return f"{MONDAY + seconds},10,11,9,10,5"


UNIX = "unix,open,high,low,close,volume"


def test_bars_of_two_lengths_are_refused() -> None:
    """An hour of minutes in lines 2 to 61, a minute later an hour, then a day of hours."""
    minutes = [at(60 * n) for n in range(60)]
    hours = [at(HOUR * n) for n in range(1, 25)]
    assert refused(UNIX, *minutes, *hours) == (
        "t.csv:63: bars of 1h here, of 1m elsewhere; use one interval in a file"
    )
    days = [at(86_400 * (n - 20)) for n in range(20)]
    assert "bars of 1d here, of 1h elsewhere" in refused(UNIX, *days, *hours, at(25 * HOUR))


def test_bars_of_two_lengths_mixed_among_each_other_are_refused() -> None:
    rows = [at(HOUR * n) for n in range(40)]
    rows += [at(HOUR * n + 3000) for n in range(0, 40, 3)]
    assert "use one interval in a file" in refused(UNIX, *rows)


def test_bars_of_a_month_are_refused() -> None:
    rows = [f"2023-{n:02}-01,10,11,9,10,5" for n in range(1, 13)]
    assert "each bar lasts 31 days; allowed: up to a week" in refused(HEADER, *rows)


def test_bars_of_a_week_are_taken() -> None:
    found = imported(HEADER, *(f"2024-01-{n:02},10,11,9,10,5" for n in (1, 8, 15, 22, 29)))
    assert (found.interval, found.faults) == ("1w", ())


def test_a_line_without_end_is_refused() -> None:
    assert "a line of 20,000 characters" in why(HEADER.encode() + b"\n" + b"1" * 20_000 + b"\n")


def test_more_rows_than_there_is_room_for_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_ROWS", 3)
    rows = [at(HOUR * n) for n in range(1_200)]
    assert "more than 3 rows" in refused(UNIX, *rows)


def test_what_unpacks_to_more_than_there_is_room_for_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compression, "LARGEST_TEXT", 10_000)
    text = "\n".join((UNIX, *(at(HOUR * n) for n in range(1_000)))).encode()
    for data in (text, gzip.compress(text), zipped(a=text)):
        assert "too large" in why(data)


def test_more_faults_than_a_person_can_judge_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.market.csv_import.report.MOST_FAULTS", 5)
    rows = [at(HOUR * 24 * 7 * n + HOUR * k) for n in range(9) for k in range(9)]
    assert "more than 5 faults" in refused(
        "Open Time,Close Time,Open,High,Low,Close", *rows_of(rows)
    )


def rows_of(rows: list[str]) -> list[str]:
    """Rows with a second time, as Binance has them."""
    return [f"{row.split(',')[0]},{row.rpartition(',')[0]}" for row in rows]


def test_text_from_outside_is_cleaned() -> None:
    found = imported(
        "Date,Open,High,Low,Close,Ev\x1bil\u202e[red]",
        *(row.replace(",5", ",x") for row in ROWS),
        "2024-01-08,10,\x1b[31mred,9,10,5",
        name="\x1b]0;PWNED\x07.csv",
    )
    seen = [*found.aside, found.symbol, *(str(fault) for fault in found.faults)]
    assert not [char for text in seen for char in text if not char.isprintable()]


def test_a_rehearsal_s_own_time_zone_stays_open_for_times_without_one() -> None:
    naive = imported(HEADER, *(f"2024-01-03 0{n}:00,10,11,9,10,5" for n in range(1, 6)))
    with pytest.raises(Refused, match="no time zone"):
        naive.refuse_if_open("t.csv")
    imported(HEADER, *ROWS).refuse_if_open("t.csv")
    assert len(bars_of(naive)) == 5
