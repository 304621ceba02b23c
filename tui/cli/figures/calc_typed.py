"""The options typed after `calc`: exact figures, and faults by the option that was typed."""

import re
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from ledger.account.state import Side
from ledger.market.instrument import Asset, Kind
from ledger.market.rule_files.overrides import override
from ledger.market.rules.rulebook import AccountKind, Mode, Rulebook
from ledger.market.rules.schedule import Basis
from ledger.money import FINEST_PRICE, LARGEST, ONE, RATIO_STEP, fits, plain
from ledger.practice.calc.nearest_stop import tick_of
from ledger.practice.calc.one_position import SYMBOL, fine, listed, positive
from ledger.practice.library.venue_shelf import load_venue
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import Time, parse_time
from tui.cli.options.pairs import pairs

T = TypeVar("T")

NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_SIDES = {"long": Side.BUY, "short": Side.SELL}
_RULE = re.compile(r"(?:rules: )?rules\.(\w+): ")

OPTION_OF = {
    "maintenance_margin": "maintenance",
    "maintenance_amount": "maintenance_amount",
    "maintenance_at": "maintenance_at",
}
"""Rules that have an option of their own in some calculators."""


class Typed:
    """The options of one calculation, by the names that its functions use."""

    def __init__(self, arguments: Namespace) -> None:
        given = {
            name.removeprefix("calc_"): texts
            for name, texts in vars(arguments).items()
            if name.startswith("calc_") and texts is not None
        }
        rules = given.pop("set", [])
        for name, texts in given.items():
            if len(texts) > 1:
                raise Refused(f"{_option(name)}: given {len(texts)} times; allowed: once")
        self._texts: Mapping[str, str] = {name: texts[0] for name, texts in given.items()}
        self._rules = pairs(rules)
        self.in_contracts = False
        """Whether quantities are contracts under the rule book used."""

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    @property
    def given(self) -> frozenset[str]:
        """The names of the options that were typed, without `--set`."""
        return frozenset(self._texts)

    def text(self, name: str) -> str:
        return self._texts[name]

    def rules(self) -> dict[str, str]:
        """`[rules]`: from `--set` and from the options that set a rule."""
        rules = dict(self._rules)
        for rule, name in OPTION_OF.items():
            if name not in self._texts:
                continue
            if rule in rules:
                raise Refused(f"--set {rule}: {_option(name)} is given too; give one of them")
            rules[rule] = self._texts[name]
        return rules

    def book(self, bare: Rulebook | None = None) -> Rulebook:
        """The rule book given, else the `bare` one, with the rules that were set."""
        if bare is None or "venue" in self._texts:
            bare = load_venue(self._texts["venue"]).rulebook
        book = override(self._narrowed(bare), self.rules())
        self.in_contracts = book.trades is Kind.INVERSE
        return book

    def _narrowed(self, book: Rulebook) -> Rulebook:
        """The book as it is for the symbol or class given; without one, as for any other symbol."""
        if not {"symbol", "asset"} & self.given:
            return book
        asset = Asset(self._texts["asset"]) if "asset" in self._texts else None
        of = replace(listed(book), symbol=self._texts.get("symbol", SYMBOL), asset=asset)
        return book.narrowed(of)

    def mode(self, book: Rulebook) -> Mode:
        """The mode given, else the book's first."""
        return Mode(self._texts["mode"]) if "mode" in self._texts else book.modes[0]

    def side(self) -> Side:
        """The side given, else long."""
        return _SIDES[self._texts.get("side", "long")]

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """The value of an option, if given."""
        return read(name) if name in self._texts else None

    def number(self, name: str) -> Decimal:
        """An exact number below the largest that a ledger can hold."""
        text = self._texts[name]
        if not NUMBER.fullmatch(text):
            shown = clean(text, 40)
            raise Refused(
                f'{name}: "{shown}" is not a plain number; allowed: digits with one point'
            )
        number = Decimal(text)
        if abs(number) >= LARGEST:
            shown = clean(text, 40)
            raise Refused(f"{name}: {shown} is too large; allowed: less than {plain(LARGEST)}")
        return number

    def amount(self, name: str, currency: str) -> Decimal:
        """An amount of money, no finer than its currency."""
        amount = self.number(name)
        fine(name, amount, currency)
        return amount

    def price(self, name: str) -> Decimal:
        """A price, checked against the tick if one is given."""
        return self._stepped(name, "tick")

    def quantity(self, book: Rulebook) -> Decimal:
        """A quantity, checked against the lot if one is given; dollar contracts are whole."""
        quantity = self._stepped("quantity", "lot")
        if "lot" not in self and book.trades is Kind.INVERSE:
            _check_step("quantity", quantity, "contracts", ONE)
        return quantity

    def lot(self, book: Rulebook) -> Decimal:
        """The lot given, else one share or contract, or the finest step for anything else."""
        if "lot" in self:
            return self._step("lot")
        stock = book.kind is AccountKind.LOAN and _by_value(book)
        return ONE if stock or book.trades is Kind.INVERSE else RATIO_STEP

    def tick(self, price: Decimal) -> Decimal:
        """The tick given, else one that suits a price."""
        return self._step("tick") if "tick" in self else tick_of(price)

    def _step(self, name: str) -> Decimal:
        step = self.number(name)
        positive(name, step)
        _check_digits(name, step, RATIO_STEP if name == "lot" else FINEST_PRICE)
        return step

    def _stepped(self, name: str, step: str) -> Decimal:
        value = self.number(name)
        _check_digits(name, value, RATIO_STEP if step == "lot" else FINEST_PRICE)
        if step in self:
            _check_step(name, value, f"{step}s", self._step(step))
        return value

    def time(self, name: str) -> Time:
        try:
            return parse_time(self._texts[name])
        except (ValueError, OverflowError):
            shown = clean(self._texts[name], 40)
            raise Refused(
                f'{name}: "{shown}" is not a time; allowed: such as 2024-01-01T00:00:00Z'
            ) from None

    def asking(self, ask: Callable[["Typed"], T]) -> T:
        """The result of `ask`; its faults name the option typed."""
        try:
            return ask(self)
        except Refused as refused:
            raise Refused(*map(self._as_typed, refused.faults)) from None

    def _as_typed(self, fault: str) -> str:
        if rule := _RULE.match(fault):
            return f"{self._option_of(rule[1])}: {self._in_options(fault[rule.end() :])}"
        name, colon, problem = fault.partition(": ")
        if colon and re.fullmatch(r"[a-z_]+", name):
            return f"{self._typed(name)}: {self._in_options(problem)}"
        return fault

    def _option_of(self, rule: str) -> str:
        name = OPTION_OF.get(rule)
        return _option(name) if name in self._texts and name else f"--set {rule}"

    def _in_options(self, problem: str) -> str:
        """The problem with rules named by the options typed for them."""
        for rule, name in OPTION_OF.items():
            if name in self._texts:
                problem = re.sub(rf"\b{rule}\b", _option(name), problem)
        return problem

    def _typed(self, name: str) -> str:
        """The option for a figure that a function names differently, or that `--set` gave."""
        if name == "entry" and name not in self and "price" in self:
            return _option("price")  # a calculator that opens a position there
        rule = next((rule for rule, option in OPTION_OF.items() if option == name), None)
        return f"--set {rule}" if rule in self._rules else _option(name)


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _check_digits(name: str, value: Decimal, finest: Decimal) -> None:
    """Raises `Refused` for more decimals than any market has."""
    if not fits(value, finest):
        raise Refused(
            f"{name}: {plain(value)} has too many digits; allowed: multiples of {plain(finest)}"
        )


def _check_step(name: str, value: Decimal, what: str, step: Decimal) -> None:
    if not fits(value, step):
        raise Refused(
            f"{name}: {plain(value)} is not a whole number of {what}; "
            f"allowed: multiples of {plain(step)}"
        )


def _by_value(book: Rulebook) -> bool:
    return book.schedule(book.call_level.schedule).basis is Basis.VALUE
