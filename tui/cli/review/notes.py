"""`note` and `tag`: written into the account's record, as the desk does."""

import sys
from argparse import Namespace
from pathlib import Path

from ledger.account.commands import AddNote
from ledger.money import plain
from ledger.practice.journal.tags import tags_of
from ledger.practice.journal.write_notes import (
    LONGEST_NOTE,
    note_before,
    note_on,
    revision,
    tagging,
    write,
)
from ledger.practice.review.journal import Journal, journal
from ledger.practice.sessions.find_account import check_there
from ledger.practice.sessions.session import Session
from ledger.refused import Refused
from ledger.reports.trades.trade import Trade
from ledger.text import clean
from ledger.times import iso
from tui.cli.output import say, say_json
from tui.cli.paths import ledger_path
from tui.exit_status import DONE

_NEXT = "next"


def run(arguments: Namespace) -> int:
    """Write it, then say what the trade has now."""
    path = ledger_path(arguments)
    check_there(path)
    if arguments.trade == _NEXT and arguments.command == "note":
        return _before(arguments, path)
    known = journal(path, arguments.account)
    trade = _trade(known, arguments.trade)
    command = _note(arguments, trade) if arguments.command == "note" else _tags(arguments, trade)
    write(path, known.account, lambda _: command)
    return _told(arguments, _trade(journal(path, known.account), arguments.trade))


def _trade(known: Journal, text: str) -> Trade:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise Refused(f'TRADE: "{clean(text, 40)}" is not the number of a trade, such as 3')
    return known.entry(int(digits)).trade


def _note(arguments: Namespace, trade: Trade) -> AddNote:
    tags = None if arguments.tag is None else tags_of(",".join(arguments.tag))
    text = _text(arguments.text)
    if arguments.symbol is not None:
        raise Refused("--symbol: goes with next; a trade has its symbol")
    if arguments.revise is None:
        return note_on(trade, text, tags or ())
    number = arguments.revise.removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Refused(f'--revise: "{clean(number, 40)}" is not the number of a note, such as 17')
    return revision(trade, int(number), text, tags)


def _tags(arguments: Namespace, trade: Trade) -> AddNote:
    return tagging(trade, tags_of(",".join(arguments.tags)), off=arguments.off)


def _before(arguments: Namespace, path: Path) -> int:
    if arguments.revise is not None:
        raise Refused("--revise: name the trade that has the note")
    tags, text = tags_of(",".join(arguments.tag or ())), _text(arguments.text)

    def made(session: Session) -> AddNote:
        return note_before(session.account.instruments, arguments.symbol, text, tags)

    symbol = write(path, arguments.account, made).symbol
    if arguments.json:
        say_json({"trade": None, "symbol": symbol})
    else:
        say(f"Noted for the next trade in {symbol}")
    return DONE


def _text(text: str) -> str:
    return sys.stdin.read(4 * LONGEST_NOTE) if text == "-" else text


def _told(arguments: Namespace, trade: Trade) -> int:
    if arguments.json:
        say_json(
            {
                "trade": trade.number,
                "symbol": trade.symbol,
                "opened": iso(trade.opened_at),
                "tags": list(trade.tags),
                "notes": [
                    {
                        "seq": note.seq,
                        "time": iso(note.at),
                        "written": note.written.value,
                        "text": note.text,
                        "tags": list(note.tags),
                        "revisions": len(note.past),
                    }
                    for note in trade.notes
                    if note.text
                ],
            }
        )
        return DONE
    many = sum(bool(note.text) for note in trade.notes)
    tags = f", tags: {', '.join(trade.tags)}" if trade.tags else ""
    quantity = plain(trade.quantity)
    say(
        f"trade {trade.number}, {trade.direction.value} {quantity} {trade.symbol}: "
        f"{many} note{'' if many == 1 else 's'}{tags}"
    )
    for note in trade.notes:
        if note.text:
            again = f", revised {len(note.past)}x" if note.past else ""
            say(f"  #{note.seq} {note.written.value}{again}: {clean(note.text, 200)}")
    return DONE
