"""`tax`: the rows of a year, and what the forms make of them."""

from argparse import Namespace
from decimal import Decimal

from ledger.money import plain
from ledger.practice.journal.write_notes import write
from ledger.practice.tax.explain import explain
from ledger.practice.tax.picking import picking
from ledger.practice.tax.tax_view import Choices, TaxView, read_tax
from ledger.practice.words.formats import money
from ledger.reports.tax.law import AssetClass, Method
from ledger.reports.tax.years import TaxYear
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.cli.tables import table
from tui.cli.tax.tax_wire import wire
from tui.exit_status import DONE
from tui.pages.tax.tax_lines import HEADS, RIGHT, Table, cells, held, lines, tables

_YEARS = ("year", "rows", "result", "forced", "")


def run(arguments: Namespace) -> int:
    """One year in full, or a line for each."""
    if arguments.pick is not None:
        return _pick(arguments)
    view = read_tax(ledger_path(arguments), arguments.account, _choices(arguments))
    year = None if arguments.year is None else view.report.year(arguments.year)
    if arguments.json:
        years = view.report.years if arguments.year is None else [year] if year else []
        say_json(wire(view, years))
        return DONE
    method = f", {view.method.value}" if len(view.law.table.methods) > 1 else ""
    say(f"{view.account}, {view.law.table.title}{method}", *view.warns, "")
    if arguments.year is None:
        say(*_overview(view))
    elif year is None:
        say(f"Nothing happened in the tax year {arguments.year}.")
    else:
        say(*_page(view, year, told=arguments.explain))
    return DONE


def _choices(arguments: Namespace) -> Choices:
    return Choices(
        rules=arguments.rules,
        method=Method(arguments.method),
        said=dict(arguments.said),
        washed=frozenset(map(AssetClass, arguments.wash)),
    )


def _pick(arguments: Namespace) -> int:
    """Put on record which lots a sale came from."""
    sale, lots = arguments.pick
    path = ledger_path(arguments)
    command = picking(path, arguments.account, sale, lots)
    write(path, arguments.account, lambda _: command)
    parts = {lot: plain(quantity) for lot, quantity in command.lots.items()}
    if arguments.json:
        say_json({"sale": command.sale, "lots": parts})
    elif parts:
        told = " and ".join(f"{quantity} of lot {lot}" for lot, quantity in parts.items())
        say(f"the sale in event {sale} is held against {told}; --method specific counts it")
    else:
        say(f"the lots of the sale in event {sale} are left to the method")
    return DONE


def _overview(view: TaxView) -> list[str]:
    if not view.report.years:
        return ["Nothing was sold and no interest was charged."]
    rows = [
        (
            str(year.number),
            str(len(year.disposals)),
            money(sum((row.gain for row in year.disposals), Decimal(0)), view.report.currency),
            str(len(year.forced)),
            "",
        )
        for year in view.report.years
    ]
    return [*table([_YEARS, *rows], {"year", "rows", "result", "forced"}), "", *_held(view)]


def _page(view: TaxView, year: TaxYear, *, told: bool) -> list[str]:
    shown: list[str] = []
    for each in tables(view, year):
        shown += [each.title, *_lines(each, told=told), ""]
    return [*shown, *_held(view)]


def _lines(each: Table, *, told: bool) -> list[str]:
    if not each.disposals:
        return lines(each.sums)
    head, *rows = table([HEADS, *map(cells, each.disposals)], RIGHT)
    shown = [f"  {head}"]
    for line, row in zip(rows, each.disposals, strict=True):
        shown += [f"  {line}", *(f"    {step}" for step in explain(row) if told)]
    return shown


def _held(view: TaxView) -> list[str]:
    left = held(view)
    return [] if left is None else [left.title, *lines(left.sums)]
