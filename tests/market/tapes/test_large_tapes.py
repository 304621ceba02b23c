"""Files of any size: read piece by piece into numbers, and refused before they are in memory."""

import gzip
import io
import tracemalloc
import zipfile

import pytest

from ledger.market.tapes import compression, tape_file
from ledger.market.tapes.tape_file import FUNDING_HEADER, HEADER, parse_funding, parse_tape
from ledger.practice.library.read_tape import read_tape
from ledger.refused import Refused
from ledger.times import iso

MONDAY = 1_704_067_200


def rows(count: int, text: str = "7000,7100.5,6900,7000.25,3") -> str:
    return "".join(f"{iso(MONDAY + 60 * n)},{text}\n" for n in range(count))


TABLES = {
    "whole": rows(9),
    "without a last line end": rows(9).rstrip("\n"),
    "a blank line inside": rows(4) + "\n" + rows(9)[4 * 48 :],
    "a blank line at the end": rows(9) + "\n",
    "nothing": "",
    "finer later": rows(5) + rows(9, "7000.12345,7100.5,6900,7000.25,3.0001")[5 * 56 :],
    "too fine later": rows(5) + f"{iso(MONDAY + 600)},1.123456789012,1.2,1,1.1,3\n" * 2,
    "too large with what is finer later": f"{iso(MONDAY)},99999999999,99999999999,1,1,3\n"
    f"{iso(MONDAY + 60)},1.123456789012,2,1,1.5,3\n",
    "faults in the second and the eighth row": rows(1) + "x,1,1,1,1,1\n" + rows(6) + "1,2\n",
    "out of order": rows(5) + rows(2),
    "outside": rows(3) + f"{iso(MONDAY + 600)},9,8,1,5,1\n",
    "carriage returns": rows(9).replace("\n", "\r\n"),
    "a carriage return too many": rows(9).replace("\n", "\r\r\n"),
    "Latin letters": rows(4) + "é,1,1,1,1,1\n",
    "no trades": rows(4) + f"{iso(MONDAY + 600)},1,1,1,1,0\n",
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("piece", [1, 7, 60, 101])
def test_where_the_pieces_part_changes_nothing(
    table: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    line_end = "\r\n" if "\r" in TABLES[table] else "\n"
    data = gzip.compress((HEADER + line_end + TABLES[table]).encode())
    at_once = _told(data)
    monkeypatch.setattr(compression, "_PIECE", piece)
    assert _told(data) == at_once


def _told(data: bytes) -> object:
    try:
        return parse_tape(data, name="t.csv", symbol="T")
    except Refused as refused:
        return refused.faults


def test_faults_are_told_with_the_lines_of_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "_PIECE", 50)
    text = f"{HEADER}\n{TABLES['faults in the second and the eighth row']}"
    with pytest.raises(Refused) as refused:
        parse_tape(text.encode(), name="t.csv", symbol="T")
    assert [fault.split(":")[1] for fault in refused.value.faults] == ["3", "10"]


def test_a_bar_takes_the_room_of_its_numbers() -> None:
    """A time, four prices and a volume of 8 bytes are 48; an array that grows has an eighth
    more, and one piece of text at a time is not counted by the bar."""
    data = gzip.compress(f"{HEADER}\n{rows(400_000)}".encode(), 1)
    tracemalloc.start()
    tape = parse_tape(data, name="t.csv", symbol="T")
    used, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tape) == 400_000
    assert used < 60 * 400_000
    assert peak < 60 * 400_000 + 20 * compression._PIECE


@pytest.mark.parametrize("header", [HEADER, FUNDING_HEADER])
def test_more_bars_than_ten_years_of_minutes_are_refused(
    header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tape_file.MOST_BARS > 3653 * 1440
    monkeypatch.setattr(tape_file, "MOST_BARS", 20)
    read = parse_tape if header == HEADER else parse_funding
    texts = {HEADER: "1,1,1,1,1", FUNDING_HEADER: "0.0001"}
    read(f"{header}\n{rows(20, texts[header])}".encode(), name="t.csv", symbol="T")
    with pytest.raises(Refused, match=r"^t.csv: more than 20 rows: split the file$"):
        read(f"{header}\n{rows(21, texts[header])}".encode(), name="t.csv", symbol="T")


def zipped(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    return file.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
@pytest.mark.parametrize(
    "inside",
    [b"\n" * 3_000_000, b"1" * 3_000_000, b"\0" * 3_000_000, b"1,1,1,1,1\n" * 300_000],
)
@pytest.mark.parametrize("header", [HEADER, "Date,Open,High,Low,Close"])
def test_a_bomb_is_refused_while_it_is_unpacked(
    pack: object, inside: bytes, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(pack)
    data = pack(f"{header}\n".encode() + inside)
    monkeypatch.setattr(compression, "LARGEST_TEXT", 500_000)
    monkeypatch.setattr(compression, "_PIECE", 50_000)
    tracemalloc.start()
    with pytest.raises(Refused):
        read_tape(data, name="t.csv", symbol="T")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_500_000
