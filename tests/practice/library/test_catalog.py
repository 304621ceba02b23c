"""What is shipped is found by name, what is one's own by path, and the rest is refused."""

from pathlib import Path

import pytest

from ledger.practice.library.catalog import TapeInfo, load_funding, load_tape, tape_info, tape_infos
from ledger.practice.library.venue_shelf import load_venue, venue_ids
from ledger.refused import Refused
from tests.places import VENUES

CSV = (
    "time,open,high,low,close,volume\n"
    "2024-01-01T00:00:00Z,10,11,9,10,5\n"
    "2024-01-02T00:00:00Z,10,11,9,10,5\n"
)


def refused(load: object, *arguments: object) -> str:
    assert callable(load)
    with pytest.raises(Refused) as caught:
        load(*arguments)
    return "\n".join(caught.value.faults)


def test_the_rule_books_are_shipped() -> None:
    assert venue_ids() == (
        "binance-margin",
        "binance-usdm",
        "crypto-com-exchange",
        "crypto-com-margin",
        "esma-cfd",
        "hyperliquid",
        "ibkr",
        "kraken-margin",
        "kucoin-margin",
        "phemex-inverse",
        "phemex-margin",
        "phemex-perpetual",
        "robinhood",
        "us-reg-t",
    )
    assert [load_venue(name).rulebook.id for name in venue_ids()] == list(venue_ids())


@pytest.mark.parametrize("info", tape_infos(), ids=[info.id for info in tape_infos()])
def test_every_shipped_tape_loads(info: TapeInfo) -> None:
    assert tape_info(info.id) == info
    if info.kind == "funding":
        assert len(load_funding(info.id)) == info.bars
        return
    tape = load_tape(info.id)
    assert len(tape) + tape.holes == info.bars
    assert (tape.interval, tape.continuous) == (info.seconds, info.continuous)
    assert (tape.symbol, tape.source) == (info.instrument.symbol, info.id)


def test_minutes_in_which_an_exchange_stood_still_are_holes() -> None:
    assert load_tape("xbtusd-bitmex-1m-2020-03").holes == 17


def test_a_name_that_is_nearly_right_is_answered_with_the_nearest() -> None:
    assert "nearest: binance-usdm" in refused(load_venue, "binance-usd")
    assert "nearest: xbtusd-bitmex-1m-2020-03" in refused(load_tape, "xbtusd-bitmex-1m-2020-3")
    assert "allowed: binance-margin, binance-usdm, crypto" in refused(load_venue, "zzzz")


def test_a_funding_tape_is_no_price_tape() -> None:
    assert "no price or mark tape" in refused(
        load_tape, "btcusdt-perp-binance-funding-8h-2019-2025"
    )
    assert "no funding tape" in refused(load_funding, "spy-us-1d-1998-2021")


def test_a_path_is_taken_from_the_folder_of_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(CSV)
    tape = load_tape("mine.csv", tmp_path, "MINE")
    assert (tape.symbol, tape.source, len(tape)) == ("MINE", "mine.csv", 2)
    assert load_tape(str(tmp_path / "mine.csv")).symbol == "MINE"


def test_a_rule_book_of_ones_own_is_a_path(tmp_path: Path) -> None:
    shipped = load_venue("us-reg-t")
    text = (VENUES / "us-reg-t.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('"us-reg-t"', '"mine"'), "utf-8")
    assert load_venue("mine.toml", tmp_path).rulebook.levels == shipped.rulebook.levels


@pytest.mark.parametrize("source", ["no.toml", "./", "../x/y.toml", "a\0b.toml", "~nobody/x.toml"])
def test_a_path_without_a_file_is_refused(source: str, tmp_path: Path) -> None:
    assert refused(load_venue, source, tmp_path)


def test_binary_rubbish_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "x.csv").write_bytes(b"\x1f\x8b\x00")
    assert "not a text file" in refused(load_venue, "x.toml", tmp_path)
    assert "damaged" in refused(load_tape, "x.csv", tmp_path)
