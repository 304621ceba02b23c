"""The journey of a month, by keys on a real pseudo-terminal: a plan, two trades whose stops are
moved over several days, a note, the review of the month, and one rule for the next.

Ten shares with a stop 10 away risk 100, which is 1 R. Bought at 100; the stop at 90 would have sold
on the third day, for -1.00 R; it was moved to 85, which sold on the fourth, for -1.50 R. Bought at
84; the stop at 74 would have sold on the ninth day, for -1.00 R; it was moved to 80, which sold on
the eighth, for -0.40 R. So moving the stops brought -0.50 + 0.60 = 0.10 R.
"""

from pathlib import Path

from tests.cli.driving import FIRST_CALL, figure, installed, of, rehearsed, tightrope
from tests.cli.run.test_first_journey import answer, typed
from tests.terminal import Terminal

DAYS = ["100,101,99,100", "95,96,94,95", "93,93,88,88", "87,87,84,84", "84,85,83,84",
        "88,91,87,90", "90,91,89,90", "86,86,78,79", "78,78,72,73", "73,74,72,73",
        "73,74,72,73"]  # fmt: skip


def begun(folder: Path) -> Path:
    """An account of one's own at a broker, with 10,000, on 1 January 2024."""
    tape, ledger = folder / "acme.csv", folder / "l.db"
    rows = [f"2024-01-{day:02}T00:00:00Z,{bar},1000" for day, bar in enumerate(DAYS, 1)]
    tape.write_text("\n".join(["time,open,high,low,close,volume", *rows]) + "\n")
    made = tightrope(
        *("new", "mine", "--ledger", ledger, "--venue", "us-reg-t", "--deposit", "10000"),
        *("--tape", f"ACME={tape}", "--start", "2024-01-01T00:00:00Z"),
    )
    assert made.status == 0, made.err
    return ledger


def test_a_month_of_moved_stops_is_reviewed_and_ends_in_a_rule(tmp_path: Path) -> None:
    ledger = begun(tmp_path)
    environment = {"XDG_CONFIG_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    command = [installed(), "--ledger", ledger]
    with Terminal(command, environment=environment, width=120, height=40) as terminal:
        typed(
            terminal,
            ("", "10,000.00"),
            ("P", "Plan for the session"),
            ("\t\t2%", "at most 2% of the account lost on"),
            ("\r", "Enter sends"),
            ("\r", "The plan is made."),
            ("b", "If called"),
            ("10\t\t90\t\tsupport\r\r", "Bought 10 ACME at"),
            (".", "Tue 2 Jan"),
            ("e", "Stop and target ACME"),
            ("85", "Moved away: risk up by 0.50 R"),
            ("\r", "Enter sends"),
            ("\r", "changed"),
            ("...", "Fri 5 Jan"),
            ("b", "If called"),
            ("10\t\t74\t\tretest\r\r", "Bought 10 ACME at"),
            ("..", "Sun 7 Jan"),
            ("e", "Stop and target ACME"),
            ("\x1580", "80"),
            ("\r", "Enter sends"),
            ("\r", "changed"),
            ("...", "Wed 10 Jan"),
            ("J", "2 trades"),
            ("/supp", "1 of 2 trades"),
            ("\r", "support"),
            ("iI gave it room twice.\tfear\r", "note written"),
            ("q", "bar 10/11"),
            ("r", "Plan kept"),
            ("5", "choose one with Enter"),
            (20 * "\x1b[B", ">  In your own words"),
            ("\r", "Rule:"),
            ("My stops stay where they are.\r", "rule v1 is on record: My stops stay where they"),
            ("q", "bar 10/11"),
            ("r", "Plan kept"),  # from here on the question takes three keys: r m 3
            ("m", "January 2024"),
            ("3", "Moving your stops gained 0.10 R in 2 of 2 trades (widened stops -0.50 R, tight"),
        )
        terminal.press("\x03")
        assert terminal.wait_end() == 0
    said = tightrope("review", "--ledger", ledger).lines
    assert [line for line in said if line.startswith("Rule v1: My stops stay where they are.")]
    first, second = answer(ledger, "journal")["trades"]
    assert [(x["r"], x["stop_moves"]) for x in (first, second)] == [("-1.5", 1), ("-0.4", 1)]
    assert (first["tags"], second["missing"]) == (["fear"], ["note"])
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0


def test_the_months_interest_of_the_first_call_is_what_its_loan_cost_day_by_day(
    tmp_path: Path,
) -> None:
    """At 8 % / 360: ten days on 10,000.00 are 22.22, which the forced sale pays, and 19 days on
    5,496.22 are 23.21: 45.43 in all, and 5,519.43 owed. At 64, so that no interest brings a
    call."""
    bars = FIRST_CALL.with_name("acme.csv").read_text()
    more = [f"2024-01-{day}T00:00:00Z,64,64,63,64,1000\n" for day in range(13, 30)]
    (tmp_path / "acme.csv").write_text(bars + "".join(more))
    story = FIRST_CALL.read_text().replace("2024-01-13T", "2024-01-30T")
    (tmp_path / "month.toml").write_text(story)
    events, end = rehearsed(tmp_path / "month.toml")
    interest = sum(figure(x["amount"]) for x in of(events, "interest_accrued"))
    loan = figure(end["loan"]) + figure(end["accrued_interest"])
    assert (interest, loan) == (figure("45.43"), figure("5519.43"))
