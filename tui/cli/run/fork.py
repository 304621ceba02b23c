"""`fork`: another line from a decision of an account, to go on in or run to its end at once."""

from argparse import Namespace
from typing import Any

from ledger.books.wire.codec import to_wire
from ledger.practice.forks.again import Untold
from ledger.practice.forks.fork import begin_fork, check_ended, decisions, trunk_in
from ledger.practice.forks.ready import Ready, make_ready
from ledger.practice.words.narration import narrate
from ledger.practice.words.wording import when
from ledger.refused import Refused
from ledger.text import clean
from ledger.times import iso
from tui.cli.output import complain, say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE


def run(arguments: Namespace) -> int:
    """Make a fork and say where it is."""
    if arguments.at is None:
        return _list(arguments)
    made = _begun(arguments) if arguments.ready is None else _run(arguments)
    if arguments.json:
        say_json(made)
    else:
        say(*_lines(made))
    return DONE


def _list(arguments: Namespace) -> int:
    """Every decision with the number to give to `--at`."""
    if arguments.ready is not None or arguments.name is not None:
        raise Refused("--at: say which decision to undo; without --at they are only listed")
    with trunk_in(ledger_path(arguments), arguments.account, read_only=True) as trunk:
        check_ended(trunk)
        name, currency = trunk.branch.called, trunk.account_at(1).currency
        listed = [to_wire(event, group.first, name) for group, event in decisions(trunk)]
    if arguments.json:
        say_json({"account": name, "decisions": listed})
        return DONE
    if not listed:
        complain(f"{name} has no decision to go back to yet")
    for wire in listed:
        say(f"{wire['seq']:>8}  {when(wire['time'])}  {narrate(wire, currency)}")
    return DONE


def _seq(text: str) -> int:
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits) > 0:
        return int(digits)
    raise Refused(f'--at: "{clean(text, 40)}" is not the number of an event, such as 17')


def _begun(arguments: Namespace) -> dict[str, Any]:
    seq, path = _seq(arguments.at), ledger_path(arguments)
    session = begin_fork(path, arguments.account, seq, arguments.name)
    try:
        assert session.fork is not None, "it was just forked"
        return {
            "account": session.account.name,
            "parent": session.fork.parent,
            "at": session.fork.seq + 1,
            "ready": None,
            "time": iso(session.market.time),
            "not_repeated": [],
        }
    finally:
        session.close()


def _run(arguments: Namespace) -> dict[str, Any]:
    seq, path = _seq(arguments.at), ledger_path(arguments)
    made = make_ready(path, arguments.account, seq, Ready(arguments.ready), arguments.name)
    return {
        "account": made.name,
        "parent": made.parent,
        "at": made.seq + 1,
        "ready": arguments.ready,
        "time": iso(made.time),
        "not_repeated": [_wire(each) for each in made.untold],
    }


def _wire(untold: Untold) -> dict[str, Any]:
    return {
        "seq": untold.seq,
        "command": untold.command,
        "refused": untold.refused,
        "reason": untold.reason,
    }


def _lines(made: dict[str, Any]) -> list[str]:
    name, parent, at = made["account"], made["parent"], made["at"]
    if made["ready"] is None:
        return [
            f"{name}: fork of {parent} before event {at}, at {when(made['time'])} UTC",
            f"`tightrope` opens it on the desk; `tightrope compare {parent} {name}` compares them.",
        ]
    lines = [f"{name}: fork of {parent} at event {at}, {made['ready']}, run to "
             f"{when(made['time'])} UTC"]  # fmt: skip
    for each in made["not_repeated"]:
        what = "refused" if each["refused"] else "left out"
        lines.append(f"  #{each['seq']} {each['command'].replace('_', ' ')} {what}: "
                     f"{each['reason']}")  # fmt: skip
    return [*lines, f"`tightrope compare {parent} {name}` says what it would have come to."]
