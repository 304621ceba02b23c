"""What single events make of an account: older ones too, which said less."""

from dataclasses import replace

import pytest

from ledger.account.event_terms import Bearer
from ledger.account.events import kinds as e
from ledger.account.fold.apply import apply
from ledger.account.incident import IncidentKind
from ledger.account.state import Account, Loan, Pocket
from tests.account.made import account, pocket, position
from tests.worlds import T0, D, broker, perpetual, stock, venue


def borrowing(**held: str) -> Account:
    """So much of each, bought at 100, with 1,000 in cash and 500 owed."""
    one = account(broker(), *(stock(symbol) for symbol in "ABC"))
    positions = (position(stock(symbol), size, "100") for symbol, size in held.items())
    loan = Loan(principal=D(500), accrued=D(5), capitalized=D(20), carried=D(7), accrued_to=T0)
    return replace(one, pockets={"main": pocket(*positions, cash="1000", loan=loan)}, time=T0)


def interest(amount: str, to: int, borne_by: dict[str, D] | None = None) -> e.InterestAccrued:
    return e.InterestAccrued(
        at=to,
        pocket="main",
        amount=D(amount),
        principal=D(500),
        rate=D("0.08"),
        from_=T0,
        to=to,
        carried=D(3),
        periods=0,
        borne_by=borne_by,
    )


@pytest.mark.parametrize(
    ("held", "borne", "carries"),
    [
        # of older records nobody told whose it is: the longs' by cost, 300 to 100
        ({"A": "3", "B": "1", "C": "-9"}, None, {"A": "6", "B": "2", "C": "0"}),
        ({"A": "-3"}, None, {"A": "0"}),
        ({"A": "3", "C": "-0.5"}, None, {"A": "8", "C": "0"}),
        ({}, None, {}),
        ({"A": "3", "B": "1"}, {"B": D(8)}, {"A": "0", "B": "8"}),
    ],
)
def test_interest_is_carried_by_those_who_bear_it(
    held: dict[str, str], borne: dict[str, D] | None, carries: dict[str, str]
) -> None:
    one = apply(borrowing(**held), interest("8", T0 + 60, borne))
    assert {s: p.carry for s, p in one.main.positions.items()} == {
        symbol: D(carry) for symbol, carry in carries.items()
    }
    assert (one.main.loan.accrued, one.main.loan.carried) == (13, 3)
    assert (one.main.loan.accrued_to, one.totals.interest) == (T0 + 60, 8)
    assert one.main.cash == 1_000


def test_a_period_charged_at_a_drawing_covers_no_time() -> None:
    one = apply(borrowing(), replace(interest("8", T0), from_=T0, at=T0 + 5))
    assert one.main.loan.accrued_to == T0
    assert (one.time, one.seq) == (T0 + 5, 1)


def test_the_time_of_an_account_never_goes_back_and_every_event_counts() -> None:
    one = replace(borrowing(), seq=7)
    note = e.NoteAdded(at=T0 - 9, text="late", tags=())
    after = apply(one, note)
    assert (after.time, after.seq) == (T0, 8)
    assert replace(after, seq=7) == one


def test_a_loan_that_was_paid_begins_anew_with_the_next_drawing() -> None:
    drawn = e.LoanDrawn(at=T0 + 60, pocket="main", amount=D(100), principal=D(600))
    running = apply(borrowing(), drawn)
    assert (running.main.loan.principal, running.main.cash) == (600, 1_100)
    assert running.main.loan.accrued_to == T0
    paid = replace(borrowing(), pockets={"main": replace(borrowing().main, loan=Loan())})
    fresh = apply(paid, replace(drawn, principal=D(100)))
    assert fresh.main.loan.accrued_to == T0 + 60


def test_a_repayment_is_of_interest_of_interest_that_was_added_and_of_the_rest() -> None:
    """45 of cash: 5 of interest, 20 that was added to the principal and 20 of the rest."""
    one = apply(
        borrowing(),
        e.LoanRepaid(
            at=T0,
            pocket="main",
            amount=D(45),
            principal=D(460),
            interest_part=D(5),
            principal_part=D(40),
            capitalized_part=D(20),
        ),
    )
    loan = one.main.loan
    assert (loan.principal, loan.accrued, loan.capitalized) == (460, 0, 0)
    assert (one.main.cash, one.totals.interest_paid) == (955, 25)


def isolated(cash: str, *, held: str = "0", loan: str = "0") -> Account:
    one = account(venue(), perpetual("BTC"))
    positions = {} if held == "0" else {"BTC": position(perpetual("BTC"), held, "100")}
    behind = Pocket(
        name="isolated:BTC",
        cash=D(cash),
        positions=positions,
        loan=Loan(principal=D(loan), accrued_to=T0),
    )
    return replace(one, pockets={"main": Pocket(name="main", cash=D(50)), behind.name: behind})


@pytest.mark.parametrize(
    ("cash", "held", "loan", "stays"),
    [
        ("30", "0", "0", False),
        ("31", "0", "0", True),
        ("30", "1", "0", True),
        ("30", "0", "9", True),
    ],
)
def test_a_pocket_that_has_nothing_left_and_owes_nothing_is_gone(
    cash: str, held: str, loan: str, stays: bool
) -> None:
    moved = e.MarginRemoved(at=T0, symbol="BTC", pocket="isolated:BTC", amount=D(30))
    one = apply(isolated(cash, held=held, loan=loan), moved)
    assert ("isolated:BTC" in one.pockets) is stays
    assert one.main.cash == 80


def test_the_wallet_stays_with_nothing_in_it() -> None:
    moved = e.MarginAdded(at=T0, symbol="BTC", pocket="isolated:BTC", amount=D(50))
    one = apply(isolated("5"), moved)
    assert (one.main.cash, one.pockets["isolated:BTC"].cash) == (0, 55)


def deficit(bearer: Bearer, **more: str) -> e.DeficitRecorded:
    return e.DeficitRecorded(
        at=T0,
        pocket="isolated:BTC",
        amount=D(12),
        absorbed_by=bearer,
        symbol="BTC",
        interest=D(more.get("interest", "0")),
    )


def test_what_the_venue_bears_comes_into_the_pocket_and_a_debt_stays_where_it_is() -> None:
    one = isolated("-12", held="1")
    borne = apply(one, deficit(Bearer.VENUE, interest="2"))
    assert borne.pockets["isolated:BTC"].cash == 0
    assert borne.pockets["isolated:BTC"].positions["BTC"].absorbed == 12
    assert (borne.totals.absorbed, borne.totals.interest_absorbed) == (12, 2)
    owed = apply(one, deficit(Bearer.TRADER))
    assert owed.pockets == one.pockets
    assert owed.totals.absorbed == 0


def started(kind: IncidentKind, until: int | None, **more: object) -> e.IncidentStarted:
    return e.IncidentStarted(at=T0, kind=kind, until=until, **more)  # type: ignore[arg-type]


def test_an_incident_lasts_until_it_ends_and_of_a_kind_the_first_to_end_does() -> None:
    one = isolated("5")
    for kind, until in (
        (IncidentKind.OUTAGE, T0 + 90),
        (IncidentKind.LATENCY, T0 + 10),
        (IncidentKind.OUTAGE, T0 + 60),
    ):
        one = apply(one, started(kind, until))
    one = apply(one, e.IncidentEnded(at=T0 + 60, kind=IncidentKind.OUTAGE))
    assert [(x.kind, x.until) for x in one.incidents] == [
        (IncidentKind.OUTAGE, T0 + 90),
        (IncidentKind.LATENCY, T0 + 10),
    ]


def test_a_delisting_stays_and_what_does_not_last_leaves_no_incident() -> None:
    one = isolated("5")
    gone = apply(one, started(IncidentKind.DELISTING, None, symbol="BTC"))
    assert (gone.delisted, gone.incidents) == ({"BTC"}, ())
    assert apply(one, started(IncidentKind.HACK, None)).incidents == ()


def test_who_is_warned_twice_is_warned_and_who_is_cleared_is_not() -> None:
    given = {
        "level": "venue",
        "health": None,
        "threshold": None,
        "judged_by": "mark",
        "shortfall": D(1),
        "sale_to_cure": D(1),
        "due": None,
        "prices": {},
    }
    warning = e.MarginWarned(at=T0, pocket="main", **given)  # type: ignore[arg-type]
    once = apply(isolated("5"), warning)
    assert once.warned == apply(once, warning).warned == {"main"}
    cleared = e.MarginWarningCleared(at=T0, pocket="main")
    assert apply(once, cleared).warned == apply(isolated("5"), cleared).warned == frozenset()


@pytest.mark.parametrize(("before", "after", "carried"), [(360, 365, "73"), (365, 360, "72")])
def test_what_rounding_left_of_interest_is_kept_in_the_units_of_another_day_count(
    before: int, after: int, carried: str
) -> None:
    """A part of the year's days by a day's rate: 72 of 360 days are 73 of 365."""
    book = broker()
    book = replace(book, interest=replace(book.interest, day_count=before))
    one = account(book, stock("A"))
    loan = Loan(principal=D(500), carried=D(145) - D(carried), accrued_to=T0)
    one = replace(one, pockets={"main": pocket(loan=loan)})
    changed = e.RulesChanged(at=T0 + 60, rules={"day_count": str(after)})
    found = apply(one, changed)
    assert found.main.loan.carried == D(carried)
    assert (found.main.loan.accrued_to, found.rulebook.interest.day_count) == (T0 + 60, after)


def test_only_the_interest_that_is_added_to_the_principal_leaves_what_is_unpaid() -> None:
    added = e.InterestCapitalized(
        at=T0, pocket="main", amount=D(2), principal=D(502), capitalized=D(22)
    )
    loan = apply(borrowing(), added).main.loan
    assert (loan.accrued, loan.principal, loan.capitalized) == (3, 502, 22)
