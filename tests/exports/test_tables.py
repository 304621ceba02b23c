"""The same record as tables: sums are ours, numbers are exact, and no text is ever a formula."""

import csv
import json
import re
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from ledger.practice.exports.export import export_tables
from ledger.practice.sessions.ledger_reader import account_in
from ledger.refused import Refused
from ledger.reports.exports.tables import TABLES, Holds
from tests.cli.driving import FIRST_CALL, tightrope
from tests.exports.hostile_life import TEXTS, hostile, kept, tame

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def first_call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("first-call") / "ledger.db"
    assert tightrope("rehearse", FIRST_CALL, "--ledger", path).status == 0
    return path


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("strange") / "l", hostile, '=A;B  "C"\n@D')


def made(ledger: Path, form: str, folder: Path) -> Path:
    target = folder / f"made.{form}"
    export_tables(ledger, None, form, target, lambda *_: None)
    return target


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held(ledger: Path) -> dict[tuple[str, str], Decimal]:
    """The balances as the ledger's own view has them."""
    with account_in(ledger, None) as (db, _, _):
        rows = db.execute("SELECT account, asset, amount FROM v_balance").fetchall()
    return {(account, asset): Decimal(amount) for account, asset, amount in rows}


def test_postings_add_up_to_the_balances_and_to_those_of_each_month(
    first_call: Path, tmp_path: Path
) -> None:
    folder = made(first_call, "csv", tmp_path)
    assert {file.stem for file in folder.iterdir()} == set(TABLES)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(folder, "postings"):
        sums[row["account"], row["asset"]] += Decimal(row["amount"])
    for name in ("balances", "months"):  # one month, so the same
        told = {(r["account"], r["asset"]): Decimal(r["amount"]) for r in table(folder, name)}
        assert told == sums == held(first_call)
    assert sums["loan_principal", "USD"] == Decimal("-5496.22")


def test_every_event_is_told_and_every_trade(first_call: Path, tmp_path: Path) -> None:
    folder = made(first_call, "csv", tmp_path)
    events = table(folder, "events")
    recorded = [json.loads(line)["seq"] for line in ledger_lines(first_call)]
    assert [int(row["seq"]) for row in events] == recorded
    assert all(row["says"] for row in events)
    (trade,) = table(folder, "trades")
    assert (trade["symbol"], trade["quantity"], trade["net"]) == ("ACME", "200", "-2798.66")


def test_json_has_each_event_as_recorded_with_its_postings(
    first_call: Path, tmp_path: Path
) -> None:
    document = json.loads(made(first_call, "json", tmp_path).read_text("utf-8"))
    recorded = [json.loads(line) for line in ledger_lines(first_call)]
    assert [{k: v for k, v in e.items() if k in r} for e, r in told(document, recorded)] == recorded
    assert document["events"][5]["postings"][3] == {
        "account": "cash",
        "asset": "USD",
        "amount": "-20000.00",
    }
    assert {(b["account"], b["asset"]): Decimal(b["amount"]) for b in document["balances"]} == held(
        first_call
    )


def ledger_lines(ledger: Path) -> list[str]:
    return tightrope("ledger", "--json", "--ledger", ledger).lines


def told(document: dict[str, list[dict[str, str]]], recorded: list[dict[str, str]]) -> list[
    tuple[dict[str, str], dict[str, str]]
]:  # fmt: skip
    return list(zip(document["events"], recorded, strict=True))


def cells(book: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """The cells of each sheet: how each is stored, and what is in it."""
    with ZipFile(book) as file:
        assert not [name for name in file.namelist() if "hyperlink" in file.read(name).decode()]
        names = re.findall(r'<sheet name="([^"]+)"', file.read("xl/workbook.xml").decode())
        sheets = {}
        for number, name in enumerate(names, start=1):
            root = ElementTree.fromstring(file.read(f"xl/worksheets/sheet{number}.xml"))
            assert root.find(f".//{SHEET}f") is None, "a formula"
            sheets[name] = [
                [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row]
                for row in root.iter(f"{SHEET}row")
            ]
    return sheets


def test_excel_has_a_number_and_beside_it_the_exact_one(first_call: Path, tmp_path: Path) -> None:
    sheets = cells(made(first_call, "xlsx", tmp_path))
    assert list(sheets) == list(TABLES)
    heads, *rows = sheets["balances"]
    assert [text for _, text in heads] == ["account", "class", "asset", "amount", "amount_exact"]
    for *_, (kind, number), (exact_kind, exact) in rows:
        assert (kind, exact_kind) == ("n", "inlineStr")
        assert Decimal(number) == Decimal(exact)
    exact = {(row[0][1], row[2][1]): Decimal(row[4][1]) for row in rows}
    assert exact == held(first_call)


def test_a_strangers_text_is_never_a_formula_nor_a_line_of_its_own(
    strange: Path, tmp_path: Path
) -> None:
    folder = made(strange, "csv", tmp_path)
    plain = kept(tmp_path / "plain", tame, "mine")
    other = made(plain, "csv", tmp_path / "plain")
    for name, columns in TABLES.items():
        rows = table(folder, name)
        assert len(rows) == len(table(other, name))
        for column in columns:
            if column.holds is Holds.TEXT:
                starts = {row[column.head][:1] for row in rows}
                assert not starts & set("=+-@\t\r\n\0")
                assert all(row[column.head].isprintable() for row in rows)
            else:
                assert [row[column.head] for row in rows] == [
                    row[column.head] for row in table(other, name)
                ]
    assert len(table(folder, "balances")) == 2 + 3 * len(TEXTS)


def test_a_workbook_of_strangers_text_has_neither_formulas_nor_links(
    strange: Path, tmp_path: Path
) -> None:
    sheets = cells(made(strange, "xlsx", tmp_path))
    notes = [row[4][1] for row in sheets["events"] if len(row) > 4 and row[2][1] == "note_added"]
    assert len(notes) == len(TEXTS)
    assert notes[0] == "=1+10"  # as text: "inlineStr"
    assert {kind for row in sheets["events"][1:] for kind, _ in row[1:]} == {"inlineStr"}


def test_without_the_library_the_workbook_is_refused_and_nothing_is_left(
    first_call: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Refused, match=r"tightrope\[excel\]"):
        made(first_call, "xlsx", tmp_path)
    assert list(tmp_path.iterdir()) == []
