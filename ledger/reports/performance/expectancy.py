"""What a trade brings on average, in R and in money, and how far that may be luck.

The system quality number is Van Tharp's (Definitive Guide to Position Sizing, 2008): the root of N
times mean R over the deviation of R, N counted up to a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from ledger.reports.performance.ratios import deviation, mean
from ledger.reports.performance.results import Result, Verdict

SQN_LEAST, SQN_MOST = 30, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaks:
    """The longest runs of trades won and lost; a scratch neither ends nor lengthens one."""

    won: int
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectancy:
    """Figures over `n` closed trades, `with_r` of which had a stop.

    `win_rate` is of all, `decided_win_rate` of those that are no scratch, as is
    `needed_win_rate`, at which wins and losses of these sizes cancel. `payoff` is the mean win over
    the mean loss, `profit_factor` their sums; both `None` without a loss.
    """

    n: int
    won: int
    lost: int
    scratches: int
    with_r: int
    net: float
    mean_net: float | None
    mean_r: float | None
    deviation_r: float | None
    sqn: float | None
    win_rate: float | None
    decided_win_rate: float | None
    needed_win_rate: float | None
    mean_win: float | None
    mean_loss: float | None
    payoff: float | None
    profit_factor: float | None
    streaks: Streaks


def expectancy(trades: Sequence[Result]) -> Expectancy:
    """The figures of closed trades, in the order in which they were closed."""
    wins = [each.net for each in trades if each.verdict is Verdict.WON]
    losses = [-each.net for each in trades if each.verdict is Verdict.LOST]
    rs = [each.r for each in trades if each.r is not None]
    decided = len(wins) + len(losses)
    pays = mean(wins) / mean(losses) if wins and losses else None
    return Expectancy(
        n=len(trades),
        won=len(wins),
        lost=len(losses),
        scratches=len(trades) - decided,
        with_r=len(rs),
        net=fsum(each.net for each in trades),
        mean_net=mean([each.net for each in trades]) if trades else None,
        mean_r=mean(rs) if rs else None,
        deviation_r=deviation(rs) if len(rs) > 1 else None,
        sqn=sqn(rs),
        win_rate=len(wins) / len(trades) if trades else None,
        decided_win_rate=len(wins) / decided if decided else None,
        needed_win_rate=None if pays is None else needed_win_rate(pays),
        mean_win=mean(wins) if wins else None,
        mean_loss=mean(losses) if losses else None,
        payoff=pays,
        profit_factor=profit_factor(fsum(wins), fsum(losses)),
        streaks=streaks([each.verdict for each in trades]),
    )


def profit_factor(won: float, lost: float) -> float | None:
    """What was won over what was lost (both positive); `None` while nothing was lost."""
    return won / lost if lost > 0 else None


def needed_win_rate(payoff: float) -> float:
    """The share of wins at which wins `payoff` times the size of losses come to nothing."""
    return 1 / (1 + payoff)


def sqn(rs: Sequence[float]) -> float | None:
    """The system quality number of results in R; `None` for fewer than thirty, or where all are
    alike."""
    if len(rs) < SQN_LEAST:
        return None
    spread = deviation(rs)
    return quality_number(len(rs), mean(rs), spread) if spread > 1e-12 else None


def quality_number(n: int, mean_r: float, deviation_r: float) -> float:
    """Its formula: N is counted up to a hundred, so that many trades alone do not raise it."""
    return sqrt(min(n, SQN_MOST)) * mean_r / deviation_r


def streaks(verdicts: Sequence[Verdict]) -> Streaks:
    """The longest runs."""
    longest = {Verdict.WON: 0, Verdict.LOST: 0}
    running, kind = 0, Verdict.SCRATCH
    for verdict in verdicts:
        if verdict is Verdict.SCRATCH:
            continue
        running = running + 1 if verdict is kind else 1
        kind = verdict
        longest[kind] = max(longest[kind], running)
    return Streaks(won=longest[Verdict.WON], lost=longest[Verdict.LOST])
