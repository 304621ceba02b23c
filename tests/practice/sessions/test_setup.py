"""What a branch keeps of its tapes: read as it was written, by this program and by earlier ones."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from ledger.books.store import Ledger
from ledger.market.tapes.sessions import Trades
from ledger.practice.sessions.setup import (
    DerivedTape,
    Imported,
    OwnFile,
    Shipped,
    Synthetic,
    read_setup,
    write_setup,
)
from tests.places import DATA

OLD = sorted((DATA / "ledgers").glob("*.db.gz"))
RATES = {"source": "rates", "sha256": "ab"}
PRICES = {
    "source": "prices",
    "sha256": "cd",
    "interval": 3_600,
    "continuous": True,
    "market": "coins",
}
RECIPE = {
    "model": "gbm",
    "symbol": "ALFA",
    "seed": 8,
    "start": "2024-01-01T00:00:00Z",
    "bars": 10,
    "interval": 3_600,
    "start_price": "100",
    "tick": "0.01",
    "drift": "0",
    "volatility": "0.4",
    "jumps": None,
    "panic": None,
    "hours": None,
    "gap_deviation": "0",
    "group": "",
    "correlation": "0",
    "resample": None,
}
TERMS = {
    "token": {
        "multiple": "3",
        "first": "100",
        "fee": "0.0005",
        "trigger": "0.15",
        "tick": "0.0001",
    },
    "option": None,
    "volatility": None,
    "days": 30,
    "rate": "0",
}
SHIPPED = {**PRICES, "shipped": True}
MADE = {**PRICES, "recipe": RECIPE, "lent_by": None}
BOOTSTRAP = {**PRICES, "recipe": RECIPE, "lent_by": SHIPPED}
TOKEN = {**PRICES, "derived": TERMS, "lent_by": MADE}


def setup_of(tape: dict[str, Any], rates: dict[str, Any]) -> dict[str, Any]:
    tapes = {"ALFA": tape}
    return {"start": 0, "end": 7_200, "tapes": tapes, "marks": tapes, "funding": {"ALFA": rates}}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (SHIPPED, Shipped),
        ({**PRICES, "imported": True}, Imported),
        (PRICES, OwnFile),
        (MADE, Synthetic),
        (BOOTSTRAP, Synthetic),
        (TOKEN, DerivedTape),
    ],
)
def test_each_origin_of_a_tape_is_read_as_its_kind_and_written_as_it_was(
    written: dict[str, Any], kind: type
) -> None:
    data = setup_of(written, RATES)
    setup = read_setup(data)
    assert type(setup.tapes["ALFA"].origin) is kind
    assert list(write_setup(setup)["tapes"]["ALFA"].items()) == list(written.items())
    assert write_setup(setup) == data


def test_a_token_on_a_tape_that_was_made_knows_the_recipe_below_it() -> None:
    token = read_setup(setup_of(TOKEN, RATES)).tapes["ALFA"].origin
    assert isinstance(token, DerivedTape)
    assert isinstance(token.lent_by.origin, Synthetic)


def test_the_days_of_a_tape_from_before_markets_had_hours_are_days_of_utc() -> None:
    older = {key: value for key, value in SHIPPED.items() if key != "market"}
    assert read_setup(setup_of(older, RATES)).tapes["ALFA"].market is Trades.COINS


@pytest.mark.parametrize("kept", [{**RATES, "shipped": True}, {**RATES, "imported": True}, RATES])
def test_funding_rates_are_kept_by_their_file_alone(kept: dict[str, Any]) -> None:
    data = setup_of(SHIPPED, kept)
    assert write_setup(read_setup(data))["funding"] == {"ALFA": kept}


@pytest.mark.parametrize(
    "spoiled",
    [
        {**SHIPPED, "interval": "3600"},
        {**SHIPPED, "sha256": None},
        {**SHIPPED, "market": "moon"},
        {**TOKEN, "lent_by": None},
        {**MADE, "recipe": {**RECIPE, "model": "guess"}},
        [],
    ],
)
def test_a_setup_that_nobody_wrote_is_not_read(spoiled: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_setup(setup_of(spoiled, RATES))


@pytest.mark.parametrize("kept", OLD, ids=lambda path: path.name[:10])
def test_the_setups_of_an_old_ledger_are_kept_but_for_the_market_they_did_not_name(
    kept: Path, tmp_path: Path
) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(kept.read_bytes()))
    path.chmod(0o600)
    with Ledger.open(path, read_only=True) as ledger:
        setups = [branch.setup for branch in ledger.branches() if "start" in branch.setup]
    assert len(setups) > 30, "the rehearsals and scenarios of its day"
    for setup in setups:
        tapes = {symbol: {"market": "coins", **tape} for symbol, tape in setup["tapes"].items()}
        assert write_setup(read_setup(setup)) == {**setup, "tapes": tapes}
