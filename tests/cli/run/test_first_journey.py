"""The first journey to its end: played by keys on a real pseudo-terminal, then taken apart.

Its figures are worked by hand in `tests/data/journey-a/expected.json` and below; another test plays
it from its file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.driving import exact, tightrope
from tests.cli.run.test_new_on_the_desk import desk
from tests.terminal import Screen, Terminal


def gone(words: str) -> Callable[[Screen], bool]:
    """Whether a card is closed: a letter that follows Escape at once would be one key with it."""
    return lambda screen: words not in screen


def typed(terminal: Terminal, *steps: tuple[str, str | Callable[[Screen], bool]]) -> None:
    """Keys, and what stands on the screen once they are heard."""
    for keys, shown in steps:
        terminal.press(keys)
        terminal.wait_for(shown)


def played(ledger: Path) -> None:
    """From the first screen to the end of the tape."""
    with desk(ledger, (120, 40)) as terminal:
        typed(
            terminal,
            ("\r", "bar 1/12"),
            ("d", "Amount"),
            ("10000\r", "Enter sends"),
            ("\r", "equity 10,000.00 USD"),
            ("P", "Plan for the session"),
            ("\t\t2%", "at most 2% of the account lost on"),
            ("\r", "Enter sends"),
            ("\r", "The plan is made."),
            ("b", "Enter reviews"),
            ("\x1b[A\x1b[C", "[risk-%]"),
            ("\t2\t\t92", "Quantity                        25"),  # 200 / (100 - 92)
            ("\x1b[A\x1b[A\x1b[A\x1b[D", "[quantity]"),
            ("\t\x15200\t\t\t\tfirst try", "Risk to stop      -1,600.00  16.0%"),
            ("", "! Your plan allows 200.00"),  # it is eight times that
            ("\r", "Enter sends"),
            ("\r", "Against the plan: ACME risks 1,600.00, and the plan allows 200.00."),
            ("...", "bar 4/12"),
            ("e", "Stop and target ACME"),
            ("80", "Moved away: risk up by 1.50 R"),
            ("\r", "Enter sends"),
            ("\r", "changed"),
            ("....", "bar 8/12"),
            ("e\x15", "No stop: nothing limits the loss"),
            ("\r", "Enter sends"),
            ("\r", "no resting order"),
            ("..", "equity ratio 28.43% is below the call level 30.00%"),
            ("", "d  deposit 220.00 USD"),
            ("", "s  sell 11 ACME (selling 733.34 USD of value is enough)"),
            ("", "the call is met, health 30.08%"),  # 3,980 / (189 x 70)
            ("?", "220.00 / 30% = 733.34 must be sold"),
            ("\x1b", gone("Why these figures")),
            ("w", "Margin call answered: wait."),
            ("..", "The broker sold 73 ACME at 62.00"),
            ("", "equity        2,377.78"),
            ("", "still owed    5,496.22"),
            ("\x1b", gone("FORCED SALE")),
            ("", "▼-7,622.22"),
            ("..", "END OF TAPE"),
        )
        terminal.press("\x03")
        assert terminal.wait_end() == 0


def answer(ledger: Path, *words: object) -> Any:
    """What a command says about the ledger, as JSON."""
    ended = tightrope(*words, "--ledger", ledger, "--json")
    assert ended.status == 0, ended.err
    return exact(ended.out)


def test_the_first_journey_by_keys_with_its_forks_its_note_and_its_tags(tmp_path: Path) -> None:
    """The stop left at 92 costs 1,600 and three days' interest: 10,000 x 8% / 360 x 3 = 6.67.

    Answered by selling 11 at 70: 770 pay 20 of interest and 750 of the loan. A day costs 2.06, so
    at 62 equity is 189 x 62 - 9,252.06 = 2,465.94, or 21%, and the broker sells 57 to reach 30%:
    (0.3 x 11,718 - 2,465.94) / (0.3 x 62) = 56.4. That leaves 132 x 62 against 5,718.06, and two
    days' interest of 2.54.
    """
    ledger = tmp_path / "l.db"
    played(ledger)
    lines = tightrope("ledger", "--limit", "100", "--json", "--ledger", ledger).lines
    first: dict[str, int] = {}
    for event in map(exact, lines):
        first.setdefault(event["type"], event["seq"])
    moved, answered = first["order_amended"], first["call_answered"]
    answer(ledger, "fork", "--at", moved, "--ready", "stop-left", "--as", "stop-at-92")
    answer(ledger, "fork", "--at", answered, "--ready", "call-sell", "--as", "sold-11")
    equities = {row["account"]: row["equity"] for row in answer(ledger, "accounts")}
    assert equities == {"first-call": "2375.34", "stop-at-92": "8393.33", "sold-11": "2463.40"}
    for fork, difference in (("stop-at-92", "6017.99"), ("sold-11", "88.06")):
        assert answer(ledger, "compare", "first-call", fork)["difference"] == difference

    here = ("--account", "first-call")
    answer(ledger, "note", "1", "I took the stop away.", *here)
    answer(ledger, "tag", "1", "no-stop", *here)
    trade = answer(ledger, "trade", "1", *here)
    assert (trade["risk"]["r0"], trade["stop_moves"], trade["calls"]) == ("1600.00", 2, 2)
    assert trade["plan"]["reason"] == "first try"
    assert trade["tags"] == ["no-stop"]
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
