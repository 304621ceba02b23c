"""A tax report as JSON: exact amounts as text, dates as ISO 8601."""

from collections.abc import Iterable
from typing import Any

from ledger.money import plain
from ledger.practice.tax.tax_view import TaxView
from ledger.reports.tax.disposals import Disposal
from ledger.reports.tax.forms import Capital, form_8949
from ledger.reports.tax.years import TaxYear
from ledger.text import clean


def wire(view: TaxView, years: Iterable[TaxYear]) -> dict[str, Any]:
    """The rules, the years and what is held."""
    table = view.law.table
    return {
        "account": view.account,
        "rules": table.id,
        "method": view.method.value,
        "currency": view.report.currency,
        "classes": {clean(symbol, 80): what.value for symbol, what in view.classes.items()},
        "notes": list(view.warns),
        "years": [_year(year) for year in years],
        "held": [
            {
                "symbol": clean(each.asset.symbol, 80),
                "quantity": plain(each.quantity),
                "cost": plain(each.money),
                "lot": each.lot.seq if each.lot else None,
                "acquired": str(each.lot.acquired) if each.lot else None,
                "carried": plain(each.lot.carried) if each.lot else None,
            }
            for each in view.report.holdings
        ],
    }


def _year(year: TaxYear) -> dict[str, Any]:
    boxes = {id(row.disposal): row.box for row in form_8949(year.disposals, year.law)}
    form, made, interest = year.schedule_d, year.gains, year.interest
    return {
        "year": year.number,
        "disposals": [_row(row, boxes.get(id(row), "")) for row in year.disposals],
        "flows": {kind.value: plain(amount) for kind, amount in year.flows.items()},
        "capital": _capital(year.capital),
        "section_1256": _capital(year.marked),
        "schedule_d": form
        and {
            "net": _capital(form.net),
            "deducted": plain(form.deducted),
            "carried": _capital(form.carried),
        },
        "gains": made
        and {
            "gains": plain(made.gains),
            "losses": plain(made.losses),
            "exempt": plain(made.exempt),
            "allowance": plain(made.allowance),
            "older_losses_used": plain(made.used),
            "taxed": plain(made.taxed),
            "carried": plain(made.carried),
        },
        "form_4952": interest
        and {
            "paid": plain(interest.paid),
            "carried_in": plain(interest.carried_in),
            "net_investment_income": plain(interest.income),
            "allowed": plain(interest.allowed),
            "carried": plain(interest.carried),
        },
        "interest_unpaid": plain(year.unpaid),
    }


def _capital(capital: Capital) -> dict[str, str]:
    return {"short": plain(capital.short), "long": plain(capital.long)}


def _row(row: Disposal, box: str) -> dict[str, Any]:
    return {
        "event": row.seq,
        "symbol": clean(row.asset.symbol, 80),
        "class": row.asset.what.value,
        "quantity": plain(row.quantity),
        "acquired": str(row.acquired) if row.acquired else None,
        "sold": str(row.disposed),
        "proceeds": plain(row.proceeds),
        "basis": plain(row.basis),
        "box": box,
        "code": "W" if row.disallowed else "",
        "adjustment": plain(row.disallowed),
        "gain": plain(row.gain),
        "term": row.term.value if row.term else None,
        "exempt": row.exempt,
        "short_sale": row.short_sale,
        "forced": row.forced,
        "matched": row.matched.value,
        "lot": row.lot,
        "carried": plain(row.carried),
        "replaced_by": [
            {
                "lot": by.seq,
                "day": str(by.day),
                "quantity": plain(by.quantity),
                "amount": plain(by.amount),
            }
            for by in row.replaced_by
        ],
    }
