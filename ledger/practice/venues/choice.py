"""What a person who chooses between rule books wants to know of each, with its figures.

Whatever is a figure comes from the calculators: only who may open an account, and what protects the
money, is text.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.account.event_terms import Direction
from ledger.account.state import Side
from ledger.market.instrument import Asset
from ledger.market.rule_files.choice_tables import NAMED
from ledger.market.rule_files.figures import Figure
from ledger.market.rule_files.rulebook_file import RulebookPage
from ledger.market.rules.rulebook import Mode, Rulebook, Rung
from ledger.money import trim
from ledger.practice.calc.answers import HoldingCost
from ledger.practice.calc.carry_calculator import holding_cost
from ledger.practice.calc.full_position import ENTRY, QUANTITY, FullPosition, full_positions
from ledger.practice.calc.one_position import listed
from ledger.practice.venues.venue_words import far, money, percent
from ledger.times import DAY

MONTH = 30 * DAY
_NONE = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A rule book on a line of the comparison; `bites`, `who` and `protects` are empty if its file
    does not say. `month` is the cost of 30 days of a full position, without funding."""

    id: str
    title: str
    leverage: str
    call: str
    liquidation: str
    month: str
    at_call: str
    below_zero: str
    bites: tuple[str, ...]
    who: Figure | None
    protects: Figure | None


def choice_of(page: RulebookPage) -> Choice:
    """A rule book as one that may be chosen."""
    book = page.rulebook
    figures = {figure.key: figure for figure in page.figures}
    shown = _Shown(book)
    return Choice(
        id=book.id,
        title=book.title,
        leverage=_reach(book),
        call=shown.of("call"),
        liquidation=shown.of("liquidation"),
        month=_month(book, shown),
        at_call=_at_call(book),
        below_zero="the venue's loss" if book.forced_exit.protected else "owed by you",
        bites=bites_of(page),
        who=figures.get("choice.who"),
        protects=figures.get("choice.protects"),
    )


def bites_of(page: RulebookPage) -> tuple[str, ...]:
    """The sentences on what bites, with the book's figures in them."""
    table = page.tables.get("choice", {})
    shown = _Shown(page.rulebook)
    return tuple(
        NAMED.sub(lambda at: shown.of(at.group(1)), each) for each in table.get("bites", ())
    )


class _Shown:
    """The figures of a book by their names."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book
        self._of: dict[str, _Figures] = {}

    def of(self, name: str) -> str:
        """A figure as it is read: `30x` for `leverage.major_fx`."""
        figure, _, asset = name.partition(".")
        if asset not in self._of:
            own = replace(listed(self._book), asset=Asset(asset)) if asset else None
            self._of[asset] = _Figures(self._book.narrowed(own) if own else self._book)
        return _READ[figure](self._of[asset])


class _Figures:
    """A fully leveraged long, and what it costs."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        longs = [p for p in full_positions(book) if p.side is Direction.LONG]
        self.long: FullPosition | None = longs[0] if longs else None
        self._cost: HoldingCost | None = None

    def money(self, amount: Decimal | None) -> str:
        return _NONE if amount is None else money(amount, self.book.currency)

    def move(self, rung: Rung) -> str:
        return _NONE if self.long is None else far(self.long.move(rung.value))

    @property
    def month(self) -> Decimal | None:
        """What 30 days of it cost."""
        if self.long is None:
            return None
        if self._cost is None:
            self._cost = holding_cost(
                self.book,
                mode=Mode(self.long.mode),
                side=Side.BUY,
                price=ENTRY,
                quantity=QUANTITY,
                leverage=self.long.leverage,
                seconds=MONTH,
            )
        return self._cost.cost


def _of_margin(shown: _Figures) -> str:
    if shown.long is None or shown.month is None or not shown.long.margin:
        return _NONE
    return percent(shown.month / shown.long.margin)


def _trade(shown: _Figures) -> str:
    """In and out again, with the fee of opening."""
    if shown.long is None:
        return _NONE
    book = shown.book
    opening = sum(book.opening_fees(lent=False).values(), Decimal(0))
    return shown.money(shown.long.value * (2 * book.taker_fee + opening))


def _sessions(shown: _Figures) -> str:
    call = shown.book.level(Rung.CALL)
    due = None if call is None else call.due_sessions
    return _NONE if due is None else f"{due} session{'' if due == 1 else 's'}"


_READ: dict[str, Callable[[_Figures], str]] = {
    "leverage": lambda shown: f"{trim(shown.long.leverage):f}x" if shown.long else _NONE,
    "margin": lambda shown: shown.money(shown.long.margin if shown.long else None),
    "value": lambda shown: shown.money(shown.long.value if shown.long else None),
    "call": lambda shown: shown.move(Rung.CALL),
    "liquidation": lambda shown: shown.move(Rung.LIQUIDATION),
    "month": lambda shown: shown.money(shown.month),
    "month_of_margin": _of_margin,
    "trade": _trade,
    "minimum": lambda shown: shown.money(shown.book.minimum_equity),
    "sessions": _sessions,
    "exit_fee": lambda shown: percent(shown.book.forced_exit.fee),
}


def _reach(book: Rulebook) -> str:
    """The largest leverage; from the least to the most where it goes by class."""
    if not book.by_class:
        return _Shown(book).of("leverage")
    base = listed(book)
    most = [book.narrowed(replace(base, asset=asset)) for asset in Asset]
    found = [p.leverage for each in most for p in full_positions(each)[:1]]
    return f"{trim(min(found)):f}x to {trim(max(found)):f}x" if found else _NONE


def _month(book: Rulebook, shown: _Shown) -> str:
    """The cost of a month, and whether funding comes on top."""
    cost = shown.of("month")
    if book.funding is None or book.funding.rate is not None:
        return cost
    plain = _Figures(book).month
    return "funding" if not plain else f"{cost} and funding"


def _at_call(book: Rulebook) -> str:
    """What happens at the call."""
    call = book.level(Rung.CALL)
    if call is None:
        return "no call: closed out at once"
    if call.due_sessions is None:
        return "told, without a deadline"
    due = call.due_sessions
    return f"{due} session{'' if due == 1 else 's'} to pay or sell"
