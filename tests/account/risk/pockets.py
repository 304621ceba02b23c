"""Pockets drawn at random from a seed: every kind of demand, held on either side."""

from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from ledger.account.risk.margin import equity
from ledger.account.risk.requirement import requirement
from ledger.account.state import Account, Convention, Loan, Lot, Pocket, Position, open_account
from ledger.market.instrument import Instrument, Kind, OptionTerms, Right
from ledger.market.rules.rulebook import Judged, Level, Mode, Offset, OptionRule, Rulebook, Rung
from ledger.market.rules.schedule import Basis, Schedule, ShortRule, Tier
from tests.worlds import T0, D, broker, perpetual, stock, venue

TIERS = tuple(
    Tier(floor=D(floor), rate=D(rate), max_leverage=D(10))
    for floor, rate in ((0, "0.02"), (1_000, "0.05"), (4_000, "0.10"))
)
SHORTS = ShortRule(
    rate=D("0.30"), per_share=D(5), low_price=D(5), low_rate=D(1), low_per_share=D("2.5")
)
SCHEDULES = {
    "tiers": Schedule(name="asked", tiers=TIERS),
    "one amount": Schedule(name="asked", tiers=TIERS, amount=D(60)),
    "at entry": Schedule(name="asked", tiers=TIERS, at_entry=True, close_fee=D("0.01")),
    "broker": Schedule(name="asked", long_rate=D("0.25"), short=SHORTS),
    "used margin": Schedule(name="asked", basis=Basis.USED_MARGIN),
    "liabilities": Schedule(name="asked", basis=Basis.LIABILITIES),
}
WAYS = ("cross", "isolated", "smart", "inverse", "options")
COMBINED = [
    (way, asked) for way in WAYS for asked in SCHEDULES if (way, asked) != ("inverse", "broker")
]
"""Floors per share are of shares: no contract settled in the coin has them."""


@dataclass(frozen=True)
class Drawn:
    """A pocket under a level, at prices that are no price at which its demand changes."""

    account: Account
    pocket: Pocket
    level: Level
    prices: dict[str, Decimal]

    def room(self, prices: dict[str, Decimal]) -> Decimal:
        """share x equity - multiple x demand."""
        schedule = self.account.rulebook.schedule("asked")
        asked = requirement(self.account, self.pocket, prices, schedule)
        worth = equity(self.account, self.pocket, prices)
        return self.level.share * worth - self.level.multiple * asked


def drawn(seed: int, way: str, asked: str) -> Drawn:
    random = Random(f"{seed} {way} {asked}")
    book, listed = _book(way, SCHEDULES[asked], random), _listed(way, random)
    mode = {"smart": Mode.SMART, "isolated": Mode.ISOLATED}.get(way, Mode.CROSS)
    account = open_account("drawn", book, mode, Convention.WORST, {i.symbol: i for i in listed})
    held = listed[:1] if way == "isolated" else listed
    prices = {i.symbol: _price(random) for i in listed}
    name = f"isolated:{held[0].symbol}" if way == "isolated" else "main"
    scale = D(random.choice(["1", "1", "0.001"]))  # of some pockets all figures are below one
    positions = {i.symbol: _position(i, name, random, scale) for i in held if random.random() < 0.9}
    if way == "isolated" or not positions:
        positions = {held[0].symbol: _position(held[0], name, random, scale)}
    owes = way != "inverse" and random.random() < 0.5
    owed = D(random.randint(1, 900)) * scale
    loan = Loan(principal=owed, accrued=D("3.5") * scale) if owes else Loan()
    cash = D(random.randint(0, 60)) if way == "inverse" else D(random.randint(-500, 4_000))
    pocket = Pocket(name=name, cash=cash * scale, loan=loan, positions=positions)
    account = replace(account, pockets={**account.pockets, name: pocket})
    return Drawn(account, pocket, book.levels[-1], prices)


def _book(way: str, schedule: Schedule, random: Random) -> Rulebook:
    level = Level(
        rung=Rung.LIQUIDATION,
        schedule="asked",
        multiple=D(random.choice(["1", "1.25", "0.5"])),
        share=D(random.choice(["1", "0.95"])),
        inclusive=random.random() < 0.5,
        judged=Judged.ALWAYS,
    )
    book = broker() if way == "options" else venue()
    return replace(
        book,
        schedules=(schedule,),
        levels=(level,),
        offset=Offset(matched=D(random.choice(["0", "0.2", "1"]))),
        options=OptionRule(share=D("0.20"), least=D("0.10")) if way == "options" else None,
    )


def _listed(way: str, random: Random) -> list[Instrument]:
    if way == "options":
        rights = random.choice([(Right.CALL, Right.PUT), (Right.PUT, Right.CALL)])
        options = [_option(number, right) for number, right in enumerate(rights)]
        return [stock("A"), stock("B"), *options, _option(2, rights[0], on="B")]
    if way == "inverse":
        made = {"kind": Kind.INVERSE, "currency": "BTC", "lot": D(1)}
        return [perpetual("A", **made), perpetual("B", multiplier=D(10), **made)]
    kind = random.choice([Kind.LINEAR, Kind.SPOT])
    return [
        perpetual("A", underlying="X", kind=kind),
        perpetual("B", underlying="X", multiplier=D(2)),
        perpetual("C", kind=kind),
        perpetual("E", underlying="X"),
    ]


def _option(number: int, right: Right, on: str = "A") -> Instrument:
    terms = OptionTerms(on=on, right=right, strike=D(20 + 40 * (number % 2)), expires=T0)
    return stock(f"O{number}", kind=Kind.OPTION, multiplier=D(10), option=terms)


def _price(random: Random) -> Decimal:
    return D(random.randint(1_001, 99_999)) / 1000 + D("0.0001")


def _position(instrument: Instrument, pocket: str, random: Random, scale: Decimal) -> Position:
    size = D(random.randint(1, 400)) / 4 * scale
    quantity = size if random.random() < 0.5 else -size
    entry = _price(random)
    basis = instrument.notional(quantity, entry)
    return Position(
        symbol=instrument.symbol,
        pocket=pocket,
        lots=(Lot(quantity, entry, basis),),
        quantity=quantity,
        basis=basis,
        leverage=D(random.choice([1, 2, 5])),
        opened_at=T0,
        peak=size,
        first_entry=entry,
    )


def close(one: Decimal, other: Decimal) -> bool:
    """Alike but for what divisions of 34 digits leave."""
    return abs(one - other) <= D("1e-20") * (1 + abs(one))
