"""Figures inside a sentence: exact, and without the zeros that only pad them."""

import pytest

from ledger.practice.words.wording import figure


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("10000.000000", "10,000.00"),  # a dollar coin has six decimals
        ("-0.000250", "-0.00025"),
        ("0.01000000", "0.01"),  # a coin has eight
        ("2.22", "2.22"),
        ("7353.5", "7,353.5"),
        ("70", "70"),
        (None, "—"),
        ("soon", "soon"),
    ],
)
def test_zeros_at_the_end_are_left_out_from_the_third_decimal_on(
    recorded: object, shown: str
) -> None:
    assert figure(recorded) == shown
