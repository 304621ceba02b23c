"""An account held against a country's rules of tax: what a page of it and its exports need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ledger.account.events import kinds as e
from ledger.market.instrument import Instrument
from ledger.market.tapes.sessions import Trades
from ledger.money import DOLLAR_COINS, ONE
from ledger.practice.forks.fork import Trunk, trunk_in
from ledger.practice.library.files import assets, is_path, read_text, within
from ledger.practice.sessions.timeline import Timeline
from ledger.practice.tax.law_file import LawFile, parse_law
from ledger.refused import Refused, nearest
from ledger.reports.tax.deals import day_of
from ledger.reports.tax.law import AssetClass, Method
from ledger.reports.tax.lots import Picks
from ledger.reports.tax.record import TaxRecord, record_of
from ledger.reports.tax.years import TaxReport, tax_of
from ledger.text import clean
from ledger.times import Time

_BY_MARKET = {
    Trades.STOCKS: AssetClass.SECURITY,
    Trades.CURRENCIES: AssetClass.PROPERTY,
    Trades.COINS: AssetClass.DIGITAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person may choose. `said` are symbols that the law takes for something else than their
    market suggests; `washed` are classes whose losses wait though the law does not ask it."""

    rules: str = "us"
    method: Method = Method.FIFO
    said: Mapping[str, AssetClass] = field(default_factory=dict)
    washed: frozenset[AssetClass] = frozenset()
    picks: Picks = field(default_factory=dict)
    """Beside those on record, of which they replace what was said of the same sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxView:
    """An account's tax by the rules that were chosen. `warns` are sentences on what the figures do
    not tell."""

    account: str
    law: LawFile
    method: Method
    classes: Mapping[str, AssetClass]
    record: TaxRecord
    picks: Picks
    report: TaxReport
    warns: tuple[str, ...]


def law_ids() -> tuple[str, ...]:
    """The shipped rules by name."""
    return tuple(sorted(file.stem for file in (assets() / "tax").glob("*.toml")))


def load_law(source: str, washed: frozenset[AssetClass] = frozenset()) -> LawFile:
    """The rules of an id, or of a file. Raises `Refused`."""
    if is_path(source, ".toml"):
        return parse_law(read_text(within(None, source), source), clean(source, 80), washed)
    known = law_ids()
    if source not in known:
        raise Refused(
            f"{clean(source, 40)} is no tax rule here; {nearest(source, list(known))}; a file of "
            "your own ends in .toml"
        )
    return parse_law(read_text(assets() / "tax" / f"{source}.toml", source), source, washed)


def read_tax(path: Path, account: str | None, choices: Choices) -> TaxView:
    """An account, or the one used last. Raises `Refused`, and what `Ledger.open` raises."""
    with trunk_in(path, account, read_only=True) as trunk:
        return tax_in(trunk, choices)


def tax_in(trunk: Trunk, choices: Choices) -> TaxView:
    """The same of an account in an open ledger."""
    law = load_law(choices.rules, choices.washed)
    if choices.method not in law.table.methods:
        known = ", ".join(method.value for method in law.table.methods)
        raise Refused(f"{law.table.id} has no method {choices.method.value}; it has {known}")
    events = list(trunk.ledger.events(trunk.branch.id))
    opened = events[0][1]
    assert isinstance(opened, e.AccountOpened)
    timeline, listed = trunk.timeline, opened.instruments
    classes = _classes(timeline, listed, choices.said)
    record = record_of(events, classes, _first_coin_price(timeline, listed))
    values = _year_values(timeline, listed, classes, record.last)
    picks = {**picks_in(events), **choices.picks}
    chosen = picks if choices.method is Method.SPECIFIC else {}
    return TaxView(
        account=trunk.branch.called,
        law=law,
        method=choices.method,
        classes=classes,
        record=record,
        picks=picks,
        report=tax_of(record, law.of, choices.method, chosen, values),
        warns=tuple(_warns(law, record, listed)),
    )


def picks_in(events: Iterable[tuple[int, e.Event]]) -> dict[int, dict[int, Decimal]]:
    """What the trader last said of each sale."""
    return {
        event.sale: {int(lot): quantity for lot, quantity in event.lots.items()}
        for _, event in events
        if isinstance(event, e.LotsPicked)
    }


def _classes(
    timeline: Timeline, listed: Mapping[str, Instrument], said: Mapping[str, AssetClass]
) -> dict[str, AssetClass]:
    for symbol in said:
        if symbol not in listed:
            known = ", ".join(clean(name, 40) for name in listed)
            raise Refused(f"the account does not trade {clean(symbol, 40)}; it trades {known}")
    found = {symbol: _BY_MARKET[tape.market] for symbol, tape in timeline.tapes.items()}
    for symbol, instrument in listed.items():
        found.setdefault(symbol, found.get(instrument.exposed_to, AssetClass.DIGITAL))
    return found | dict(said)


def _first_coin_price(timeline: Timeline, listed: Mapping[str, Instrument]) -> Decimal | None:
    """What the coin of an account kept in coins was worth when it began."""
    for symbol, instrument in listed.items():
        if instrument.inverse and symbol in timeline.tapes:
            return timeline.tapes[symbol].price(0, opening=True)
    return None


def _year_values(
    timeline: Timeline,
    listed: Mapping[str, Instrument],
    classes: Mapping[str, AssetClass],
    last: Time,
) -> dict[tuple[str, int], Decimal]:
    """What one unit of a future was worth at the end of each year that the account saw the end
    of."""
    values: dict[tuple[str, int], Decimal] = {}
    for symbol, tape in timeline.tapes.items():
        if classes[symbol] is AssetClass.SECTION_1256:
            for index in range(len(tape) - 1):
                year, after = day_of(tape.times[index]).year, tape.times[index + 1]
                if year < day_of(after).year and after <= last:
                    price = tape.price(index, opening=False)
                    values[symbol, year] = abs(listed[symbol].notional(ONE, price))
    return values


def _warns(law: LawFile, record: TaxRecord, listed: Mapping[str, Instrument]) -> list[str]:
    told = ["This is education on paper money, not advice."]
    if not _same_money(record.currency, law.table.currency):
        told.append(
            f"Amounts are in {record.currency}: a return needs each of them in "
            f"{law.table.currency}, at the rate of its day."
        )
    elif record.currency != law.table.currency:
        told.append(f"One {record.currency} is taken for one {law.table.currency}.")
    if any(instrument.option for instrument in listed.values()):
        told.append("An option is not taken to replace what it is on, though the law may.")
    if law.table.matching.certainty == "assumed":
        told.append("These rules are assumed: no official example of them was found.")
    return told


def _same_money(held: str, asked: str) -> bool:
    return held == asked or (asked == "USD" and held in DOLLAR_COINS)
