"""Examples that regulators, brokers, venues and other programs published come out as published."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import commands as c
from ledger.account.events import kinds as e
from ledger.account.risk.health import measure
from ledger.account.risk.margin import assess, equity, required_equity
from ledger.account.state import OrderType, Side
from ledger.market.rules.carry import Calendar, Counted, Interest, RateTier, Rollover
from ledger.market.rules.rulebook import Mode, Rulebook
from ledger.market.rules.schedule import Schedule, Tier
from ledger.practice.calc import calculators
from ledger.practice.calc.one_position import SYMBOL, holding, pocket_of
from ledger.practice.library.venue_shelf import load_venue
from ledger.times import DAY, HOUR, parse_time
from tests.places import DATA as FOLDER
from tests.worlds import World, broker, stock

DATA = tomllib.loads((FOLDER / "worked_examples.toml").read_text("utf-8"))
ROWS = DATA["row"]
D = Decimal


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_published_example_comes_out_as_published(row: Mapping[str, Any]) -> None:
    found = ASKED[row["ask"]](row)
    for key, text in row["expect"].items():
        away = abs(found[key] - D(text))
        assert away <= D(row["within"]), f"{key}: {found[key]}, published {text} ({row['source']})"


def test_every_example_names_its_source() -> None:
    assert all(row["source"] and row["expect"] for row in ROWS)
    assert all(DATA["left_out"].values())


def test_bf_04_another_position_stands_behind_the_same_wallet() -> None:
    """F1 freqtrade tests/exchange/test_binance.py @c9ae5e1: cross, BTC with an ETH beside it.

    Each symbol has its own maintenance rate and amount. What the ETH position leaves of the
    wallet (its profit and its maintenance taken off) stands behind the BTC position.
    """
    ether = _book({"maintenance_margin": "0.10", "maintenance_amount": "135365"})
    bitcoin = _book({"maintenance_margin": "0.025", "maintenance_amount": "16300"})
    beside = holding(ether, D("3683.979"), D("1456.84"), D(1), D("1535443.01"), D(0))
    marks = {SYMBOL: D("1335.18")}
    last = ether.levels[-1]
    left = equity(beside, pocket_of(beside), marks) - required_equity(
        beside, pocket_of(beside), marks, last
    )
    found = calculators.liquidation(
        bitcoin,
        mode=Mode.CROSS,
        side=Side.BUY,
        entry=D("32481.98"),
        quantity=D("109.488"),
        wallet=left,
    )
    price = found["liquidation_price"]
    assert price is not None
    assert abs(price - D("26316.89")) <= D("0.005")


def test_al_03_at_the_borderline_price_itself_nothing_is_liquidated() -> None:
    """D1 dydxprotocol/perpetual test/p1Liquidation.test.ts: refused at 55, done at 54.999999."""
    book = load_venue("us-reg-t@2026-11").rulebook
    schedules = tuple(replace(s, long_rate=D(1) / D(11)) for s in book.schedules)
    strict = replace(book, schedules=schedules)
    account = holding(strict, D(10), D(50), D(1), D(0), D(500))
    margins = [
        assess(account, pocket_of(account), {SYMBOL: price}) for price in (D(55), D("54.999999"))
    ]
    assert [margin.equity < margin.maintenance for margin in margins] == [False, True]


def _book(rules: Mapping[str, object], venue: str = "binance-usdm@2026-11") -> Rulebook:
    return calculators.with_figures(load_venue(venue).rulebook, rules)


def _of(row: Mapping[str, Any]) -> Rulebook:
    fee = D(row["close_fee"]) if "close_fee" in row else None
    return calculators.with_figures(load_venue(row["of"]).rulebook, row.get("rules", {}), fee)


def _numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    words: dict[str, Callable[[str], Any]] = {"mode": Mode, "side": Side}
    return {key: words.get(key, D)(value) for key, value in row["with"].items()}


def _contract(row: Mapping[str, Any]) -> Interest:
    """The loan contract of a row; what it does not say is as Interest has it."""
    words = {"calendar": Calendar, "counted": Counted, "benchmark": D, "first_period": bool}
    more = {key: words[key](value) for key, value in row.get("contract", {}).items()}
    tiers = tuple(RateTier(floor=D(floor), rate=D(rate)) for floor, rate in row["rates"])
    return Interest(tiers=tiers, day_count=row["day_count"], **more)


def _interest(row: Mapping[str, Any]) -> Mapping[str, Any]:
    book = replace(load_venue("us-reg-t@2026-11").rulebook, interest=_contract(row))
    found = calculators.interest(book, D(row["with"]["principal"]), row["with"]["days"] * DAY)
    slices = {f"tier_{n}": tier.interest for n, tier in enumerate(found.tiers, start=1)}
    return {**found, **slices}


def _rates(row: Mapping[str, Any]) -> Mapping[str, Any]:
    slices = _contract(row).slices(D(row["with"]["principal"]))
    return {f"tier_{n}": tier.rate for n, (tier, _) in enumerate(slices, start=1)}


def _loan(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A loan by hand: drawn at a time, repaid whole at another, and nothing else."""
    given = row["with"]
    principal = D(given["principal"])
    since, until = (parse_time(given[key]) for key in ("from", "to"))
    contract = replace(_contract(row), post_every=HOUR)
    book = broker(
        interest=contract, currency=row["currency"], auto_repay=False, max_leverage=D(1000)
    )
    world = World(book)
    world.do(c.Deposit(amount=D(10_000)), c.Wait(until=since), c.Borrow(amount=principal))
    world.do(c.Wait(until=until), c.Repay(amount=world.account.main.loan.owed()))
    accrued = world.of(e.InterestAccrued)
    found = {
        "periods": sum(event.periods for event in accrued),
        "interest": sum((event.amount for event in accrued), D(0)),
    }
    asked = calculators.interest(book, principal, until - since, since)
    assert found == {key: asked[key] for key in found}
    return {**found, "repaid": world.of(e.LoanRepaid)[0].amount}


def _health(row: Mapping[str, Any]) -> Mapping[str, Any]:
    given = _numbers(row)
    book = _of(row)
    account = holding(book, given["quantity"], given["entry"], D(2), given["cash"], given["loan"])
    prices = {SYMBOL: given["price"]}
    margin = assess(account, pocket_of(account), prices)
    ratio = measure(account, pocket_of(account), prices)
    return {"equity_ratio": ratio, "excess_equity": margin.equity - margin.initial}


def _amounts(row: Mapping[str, Any]) -> Mapping[str, Any]:
    tiers = tuple(
        Tier(floor=D(floor), rate=D(rate), max_leverage=D(1)) for floor, rate in row["tiers"]
    )
    amounts = Schedule(name="tiers", tiers=tiers).amounts
    return {f"tier_{n}": amount for n, amount in enumerate(amounts, start=1)}


def _held(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bought with a resting order, held so many hours at the same price, sold at the market."""
    rates = {kind: D(rate) for kind, rate in row["fees"].items()}
    book = broker(
        maker_fee=rates["maker"],
        taker_fee=rates["taker"],
        opening_fee=rates["opening"],
        rollover=Rollover(fee=rates["rollover"], counted=Counted(row["counted"])),
        interest=Interest(),
    )
    world = World(book, stock(), interval=HOUR)
    quantity, hours = D(row["with"]["cost"]) / 100, row["with"]["hours"]
    limit = c.PlaceOrder(
        symbol="ACME",
        side=Side.BUY,
        quantity=quantity,
        order_type=OrderType.LIMIT,
        limit=D(100),
    )
    world.flat(100, c.Deposit(amount=D(20_000)), limit)
    for _ in range(hours - 1):
        world.flat(100)
    world.flat(100, c.ClosePosition(symbol="ACME"))
    charged = [(fee.kind, fee.amount) for fee in world.of(e.FeeCharged)]
    trades = [amount for kind, amount in charged if kind == "trade"]
    rolled = [amount for kind, amount in charged if kind == "rollover"]
    return {
        "maker": trades[0],
        "taker": trades[1],
        "opening": dict(charged)["opening"],
        "rollovers": len(rolled),
        "rollover": sum(rolled, D(0)),
        "total": world.account.totals.fees_paid,
    }


ASKED: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "call": lambda row: calculators.call(**_numbers(row)),
    "liquidation": lambda row: calculators.liquidation(_of(row), **_numbers(row)),
    "requirement": lambda row: calculators.required(_of(row), **_numbers(row)),
    "cost": lambda row: calculators.cost(_of(row), **_numbers(row)),
    "excess": lambda row: calculators.excess(**_numbers(row)),
    "interest": _interest,
    "tiers": _rates,
    "loan": _loan,
    "held": _held,
    "health": _health,
    "amounts": _amounts,
}
