"""The account that `discipline` and `passive` are tried on."""

from pathlib import Path

import pytest

from tests.cli.records.test_accounts import run
from tests.cli.review.orders import BOUGHT, MOVED


@pytest.fixture(scope="package")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten shares at 100 with a stop at 90 risk 100. The stop would have sold at 88, for -1.2 R; it
    was moved to 80 and sold at 79, for -2.1 R. Then two are sold short without a stop."""
    acts = [
        (0, 'deposit = "10000"'),
        (0, BOUGHT),
        (1, MOVED),
        (4, 'sell = { symbol = "XYZ", quantity = "2", leverage = 1 }'),
    ]
    return run(tmp_path_factory.mktemp("moved"), ["100", "95", "88", "79", "79"], acts)
