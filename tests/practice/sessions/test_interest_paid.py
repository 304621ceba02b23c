"""Interest is paid, owed beside the loan, owed inside it, or borne by a venue; nothing else."""

from dataclasses import replace
from decimal import Decimal

from ledger.account.commands import Deposit, PlaceOrder
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.state import Account, Side, open_account
from ledger.practice.sessions.statement import figures, write_statement
from tests.worlds import D, World, broker, stock

KEYS = (
    "interest_charged",
    "interest_paid",
    "accrued_interest",
    "capitalized_interest",
    "interest_absorbed",
)


def said(world: World, account: Account) -> tuple[Decimal, ...]:
    line = figures(account, world.market, world.market.time)
    return tuple(getattr(line, key) for key in KEYS)


def a_month_and_a_day() -> World:
    """10,000 borrowed at 8 %: 68.89 in January, and 2.24 on the first of February."""
    buy = PlaceOrder(symbol="ACME", side=Side.BUY, quantity=D(200))
    world = World(broker(), stock())
    world.flat(100, Deposit(amount=D(10_000)), buy)
    for _ in range(31):
        world.flat(100)
    return world


def as_written_before(world: World) -> Account:
    """The account that the same events make where they do not tell what is interest."""
    start = world.account
    account = open_account(
        start.name, start.rulebook, start.mode, start.convention, start.instruments
    )
    for event in world.events:
        if isinstance(event, e.InterestCapitalized):
            event = replace(event, capitalized=D(0))
        if isinstance(event, e.LoanRepaid):
            event = replace(event, capitalized_part=D(0))
        account = apply(account, event)
    return account


def test_interest_added_to_the_loan_is_owed_until_it_is_paid() -> None:
    world = a_month_and_a_day()
    assert said(world, world.account) == (D("71.13"), 0, D("2.24"), D("68.89"), 0)
    world.flat(100, Deposit(amount=D(50)))  # pays 2.24 and 47.76 of the 68.89
    # a day of the 10,021.13 that are left costs 2.2269, less the 0.0036 rounded up before: 2.22
    assert said(world, world.account) == (D("73.35"), 50, D("2.22"), D("21.13"), 0)


def test_a_loan_that_is_repaid_has_had_all_its_interest_paid() -> None:
    world = a_month_and_a_day()
    world.flat(100, PlaceOrder(symbol="ACME", side=Side.SELL, quantity=D(200)))
    charged, paid, *left = said(world, world.account)
    assert charged == paid
    assert left == [0, 0, 0]
    assert said(world, as_written_before(world)) == (charged, paid, 0, 0, 0)


def test_an_older_ledger_says_what_it_cannot_know() -> None:
    """Of 100 paid 2.24 are told as interest; whether the rest paid any of the 68.89 is not."""
    world = a_month_and_a_day()
    world.flat(100, Deposit(amount=D(100)))
    older = as_written_before(world)
    line = figures(older, world.market, world.market.time)
    assert (line.interest_paid, line.interest_unknown) == (D("2.24"), D("68.89"))
    assert write_statement(line)["interest_unknown"] == "68.89"
    known = figures(world.account, world.market, world.market.time)
    assert "interest_unknown" not in write_statement(known)
