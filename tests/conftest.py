"""Tests see nothing of what whoever runs them keeps in a data folder of their own."""

import signal
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

# A job in the background ignores ctrl+c and so would its children, whom tests end by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is judged by the clock: a busy machine is not a fault.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def empty_home() -> Iterator[None]:
    """An empty home for this process and those it starts."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", folder)
        patch.setenv("XDG_DATA_HOME", folder)
        patch.setenv("XDG_CONFIG_HOME", folder)
        yield
