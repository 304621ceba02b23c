"""Walls: what happens behind one is the same whatever else is traded in the account."""

from ledger.account import commands as c
from ledger.frozen import replace
from ledger.market.rulebook import Mode
from tests.laws.worlds.parts import chosen
from tests.laws.worlds.play import Play, replayed
from tests.worlds import D


def walls(seed: int) -> None:
    """Nothing in one pocket moves another's figures: what happens to an isolated position is the
    same whatever else is traded in the account, as long as the wallet could pay for both."""
    play, chance = chosen(seed, "walls")
    if Mode.ISOLATED not in play.setting.book.modes or len(play.setting.instruments) < 2:
        return
    mine = chance.choice(play.setting.instruments).symbol
    rich = [c.Deposit(amount=D(10) ** 10)]
    commands: list[c.Command] = []
    for moment in play.moments:
        wish = moment.command
        if isinstance(wish, c.StartIncident | c.ChangeRules | c.AnswerCall):
            continue
        if isinstance(wish, c.PlaceOrder):
            owned = play.last.after.instruments[wish.symbol].paid_in_full
            wish = replace(wish, mode=Mode.CROSS if owned else Mode.ISOLATED, oco=None, id=None)
        if isinstance(wish, c.CancelOrder | c.AmendOrder):
            continue
        if isinstance(wish, c.MoveTarget | c.RemoveTarget):
            wish = replace(wish, id=None)
        commands.append(wish)
    alone = [
        x
        for x in commands
        if getattr(x, "symbol", mine) == mine or isinstance(x, c.OpenBar | c.CloseBar | c.Wait)
    ]
    both = replayed(play.setting, rich + commands)
    one = replayed(play.setting, rich + alone)
    if play.last.after.instruments[mine].paid_in_full:
        return
    seen, wanted = (_history(x, mine) for x in (both, one))
    assert seen == wanted, _first_difference(wanted, seen)


_COUNTED = {"order", "call", "seq", "largest"}
"""Numbers that are counted over the whole account; and what the wallet could still pay for."""


def _history(play: Play, symbol: str) -> list[str]:
    """What happened behind one wall, but for numbers that are counted over the whole account."""
    found = []
    for moment in play.moments:
        for event in moment.events:
            about = getattr(event, "symbol", None), getattr(event, "pocket", None)
            if about[0] == symbol or about[1] == f"isolated:{symbol}":
                told = {k: v for k, v in vars(event).items() if k not in _COUNTED}
                found.append(f"{type(event).__name__} {told}")
    return found


def _first_difference(one: list[str], other: list[str]) -> str:
    pairs = zip([*one, "the end"], [*other, "the end"], strict=False)
    return next((f"alone {a}\nbeside others {b}" for a, b in pairs if a != b), "")
