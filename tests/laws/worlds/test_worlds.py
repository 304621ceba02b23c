"""The laws over a thousand and some worlds, and each law's canaries. Many more by
`python -m tests.laws.worlds`."""

import pytest

from tests.laws.worlds import LAWS
from tests.laws.worlds.__main__ import look
from tests.laws.worlds.canaries import CANARIES, Broken
from tests.laws.worlds.play import played

WORLDS, BLOCK = 1200, 100
FAR_ENOUGH = 1500
"""Within so many worlds a broken step is seen."""


@pytest.mark.parametrize("first", range(0, WORLDS, BLOCK))
def test_every_law_holds_in_every_world(first: int) -> None:
    failures = look((tuple(LAWS), first, BLOCK))
    assert not failures, "\n\n".join(f"{x.law} at {x.seed}: {x.told}" for x in failures[:3])


def test_every_law_has_a_canary() -> None:
    assert CANARIES.keys() == LAWS.keys()


@pytest.mark.parametrize(
    ("law", "broken"),
    [
        pytest.param(law, broken, id=f"{law}-{broken.__name__}")
        for law, many in CANARIES.items()
        for broken in many
    ],
)
def test_a_law_catches_a_broken_step(
    law: str, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch)
    played.cache_clear()
    try:
        assert _caught(law), f"{law} holds of anything"
    finally:
        played.cache_clear()


def _caught(law: str) -> bool:
    for seed in range(FAR_ENOUGH):
        try:
            LAWS[law](seed)
        except AssertionError:
            return True
    return False
