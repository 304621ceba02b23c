"""Two accounts side by side by keys alone, on a real pseudo-terminal: the same trade, two rules."""

from pathlib import Path

from ledger.practice.accounts.overview import accounts
from tests.cli.driving import rows, tightrope
from tests.cli.run.test_new_on_the_desk import both_sizes, desk, replace


def kinds(ledger: Path, account: str) -> list[str]:
    query = (
        "SELECT type FROM events JOIN branches ON branches.id = branch_id"
        f" WHERE name = '{account}' ORDER BY seq"
    )
    return [kind for (kind,) in rows(ledger, query)]


@both_sizes
def test_a_twin_begun_from_the_list_of_accounts_goes_first_where_less_stands_behind_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    """4 ETH at 3,283.23 and 7x are 13,132.92 with 1,876.13 of margin: behind the isolated position
    there is that, behind the crossed one all of 2,000. On 19 May 2021 both are lost, the isolated
    one first: half an hour later the other is still there to be compared with it."""
    ledger = tmp_path / "ledger.db"
    with desk(ledger, size) as terminal:
        terminal.press("A")
        terminal.wait_for("no account yet")
        terminal.press("N")
        terminal.wait_for("1 of 3: what you trade")
        terminal.press("six years of eth\rusdm\r")
        terminal.wait_for("[mark and funding]")
        terminal.press("\tc")  # the margin: cross
        terminal.wait_for("[cross]")
        terminal.press("\t\t\t")
        replace(terminal, "2021-01-04 or 2021-01-04 09:00", "2021-05-18")
        terminal.press("\t\t\ti")  # past purse and deposit, the twin: isolated
        terminal.wait_for("Its twin at binance-usdm isolated gets every command too")
        terminal.press("\r")
        terminal.wait_for("PAUSED")
        terminal.press("b")
        terminal.wait_for("Enter reviews")
        terminal.press("4\t\x157\r")
        terminal.wait_for("Enter sends")
        terminal.press("\r")
        terminal.wait_for("Bought ")
        terminal.press("v")
        terminal.wait_for("before cross is liquidated")
        for time in ("18 May 2021 08:00", "18 May 2021 16:00", "19 May 2021 00:00", "08:00"):
            terminal.press("n")  # to the next funding
            terminal.wait_for(time)
        terminal.press("n")
        terminal.wait_for("Isolated was liquidated on Wed 19 May 2021 10:00")
        terminal.press("\x1b")
        terminal.wait_for("3 Positions")
        terminal.press("C")
        terminal.wait_for("forced exits")
        terminal.press("\x1b")
        terminal.wait_for(lambda screen: "forced exits" not in screen)
        terminal.press("q")
        assert terminal.wait_end() == 0
    names = ("ethusdt", "ethusdt-twin")
    assert [row.account for row in accounts(ledger)] == list(names)
    assert ["liquidated" in kinds(ledger, name) for name in names] == [False, True]
    assert tightrope("doctor", "--deep", "--ledger", ledger).status == 0
