"""Trades made elsewhere: read from a CSV without a guess, once, and apart from every account."""

from pathlib import Path

import pytest

from ledger.books.file.errors import LedgerUnusable
from ledger.practice.journal.elsewhere import Taken, entries_elsewhere, store_of, take
from ledger.practice.journal.import_trades import Made, parse_trades
from ledger.practice.review.entry import Missing
from ledger.refused import Refused
from tests.hostile import STORABLE
from tests.worlds import D

TABLE = """\
Ticker,side,quantity,opened,entry_price,closed,exit_price,stop,costs,currency,tags,note
ACME,long,10,2024-01-02T10:00:00Z,100,2024-01-03T10:00:00Z,110,95,2,USD,breakout,in time
ACME,sell,5,2024-01-04 10:00:00,110,2024-01-05 10:00:00,112,,1.5,USD,,
ACME,sell,5,2024-01-04 10:00:00,110,2024-01-05 10:00:00,112,,1.5,USD,,
GOLD,buy,1,2024-01-06T10:00:00Z,2000,,,,,USD,,
"""


def made(text: str = TABLE, **mapping: str) -> list[Made]:
    return parse_trades(text.encode(), mapping or {"symbol": "Ticker"})


def test_r_is_the_result_over_the_loss_at_the_stop_with_the_costs(tmp_path: Path) -> None:
    take(tmp_path / "l.db", made())
    first, second, _, last = entries_elsewhere(tmp_path / "l.db")
    assert first.net == 98  # 10 x (110 - 100) - 2
    assert first.r == D("1.88461538")  # over 10 x (100 - 95) + 2
    assert (second.net, second.r) == (D("-11.5"), None)  # -5 x (112 - 110) - 1.5; no stop
    assert (first.missing, last.trade.is_open) == ({Missing.REASON}, True)
    assert first.tags == ("breakout",)
    assert {entry.key for entry in (first, second, last)} == {"x1", "x2", "x4"}


def test_the_same_file_twice_changes_nothing_and_equal_rows_are_two_trades(tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    assert take(ledger, made()) == Taken(new=4, known=0)
    before = store_of(ledger).read_bytes()
    assert take(ledger, made()) == Taken(new=0, known=4)
    assert store_of(ledger).read_bytes() == before
    assert take(ledger, made()[:2], remove=True) == Taken(new=0, known=2)
    assert len(entries_elsewhere(ledger)) == 2


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("Ticker", "symbols", "--map symbol: no column Ticker"),
        ("ACME,long", "ACME,up", "line 2: side: 'up'; allowed: long, buy, short, sell"),
        (",100,", ',"1,00",', "line 2: entry_price: '1,00' is not a number"),
        (",95,", ",105,", "line 2: stop is on the winning side of entry_price"),
        ("2024-01-02T10:00:00Z", "02/01/2024", "line 2: opened: '02/01/2024' is not a time"),
        ("2024-01-03T10:00:00Z", "2024-01-01", "line 2: closed is before opened"),
        ("2000,,,", "2000,,1,", "line 5: closed and exit_price belong together"),
        ("long,10", "long,-10", "line 2: quantity must be above zero"),
        ("GOLD", "", "line 5: symbol is empty"),
    ],
)
def test_a_row_that_is_not_a_trade_is_named_and_none_is_taken(
    was: str, now: str, fault: str
) -> None:
    assert TABLE.count(was) in (1, 2)
    with pytest.raises(Refused) as refused:
        made(TABLE.replace(was, now, 1))
    assert fault in str(refused.value)


def test_nothing_is_matched_by_guess() -> None:
    with pytest.raises(Refused, match="no column for symbol; --map FIELD=COLUMN"):
        parse_trades(TABLE.encode(), {})
    with pytest.raises(Refused, match="no currency"):
        parse_trades(TABLE.replace("currency", "money").encode(), {"symbol": "Ticker"})
    with pytest.raises(Refused, match="--map size: allowed fields: symbol"):
        made(symbol="Ticker", size="quantity")


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b'a,"b', b"symbol\n", b"\x00"])
def test_a_file_that_is_no_table_of_trades_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        parse_trades(data, {}, "USD")


def test_hostile_cells_are_refused_or_kept_as_plain_text() -> None:
    for text in STORABLE:
        row = f'"{text.replace(chr(34), "")}"'
        heading = "symbol,side,quantity,opened,entry_price,note,tags"
        table = f"{heading}\n{row},buy,1,2024-01-01,1,{row},{row}\n"
        try:
            (trade,) = parse_trades(table.encode("utf-8", "replace"), {}, "USD")
        except Refused:
            continue
        assert all(word.isprintable() for word in (trade.symbol, *trade.tags))
        assert trade.note.replace("\n", "").isprintable() or not trade.note.strip("\n")


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    for damaged in (b"", b"[]", b'{"version": 9}', b'{"version": 1, "trades": [{}]}'):
        store_of(tmp_path / "l.db").write_bytes(damaged)
        with pytest.raises(LedgerUnusable, match="made elsewhere"):
            entries_elsewhere(tmp_path / "l.db")
