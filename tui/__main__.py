"""The command `tightrope`: reads the command line, runs it, and ends with the documented status."""

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from ledger.books.file.errors import EntryRefused, LedgerError, LedgerGone, LedgerInUse
from ledger.refused import Refused
from tui.cli.output import complain, leave_quietly, speak_any_encoding
from tui.cli.parser import build
from tui.exit_status import DONE, FAILED, IN_USE, INTERRUPTED, REFUSED, RunFailed


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status of `interface.md`."""
    speak_any_encoding()
    try:
        arguments = build().parse_args(argv)
    except SystemExit as ended:  # --help, --version, or a line that could not be parsed
        return int(ended.code or DONE)
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()
        return DONE
    except OSError as fault:  # faults of input are refused where it is read: this is the output
        leave_quietly()
        complain(f"the output cannot be written: {fault.strerror or fault}")
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as fault:  # noqa: BLE001 - none is known; a terminal gets one sentence
        _tell_own_error(fault)
        return FAILED
    return status


TRACEBACK = "TIGHTROPE_TRACEBACK"
"""If set, an error of Tightrope's own is shown with its traceback."""


def _tell_own_error(fault: Exception) -> None:
    if os.environ.get(TRACEBACK):
        import traceback  # imported here: rarely needed

        complain(*"".join(traceback.format_exception(fault)).splitlines())
    complain(
        f"an error of Tightrope's own, {type(fault).__name__}: {fault} "
        f"(set {TRACEBACK}=1 and run it again for a report)"
    )


def _run(arguments: Namespace) -> int:
    try:
        status: int = importlib.import_module(f"tui.cli.{arguments.module}").run(arguments)
    except Refused as refused:
        complain(*refused.faults)
        return REFUSED
    except LedgerInUse as fault:
        complain(str(fault))
        return IN_USE
    except (RunFailed, LedgerGone, EntryRefused) as fault:
        complain(str(fault))
        return FAILED
    except LedgerError as fault:
        complain(str(fault))
        return REFUSED
    except OSError as fault:
        if fault.filename is None:
            raise  # it is the output
        complain(f"{fault.filename}: cannot be used: {fault.strerror}")
        return REFUSED
    return status


if __name__ == "__main__":
    sys.exit(main())
