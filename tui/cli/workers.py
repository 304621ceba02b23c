"""Processes that do a part of a long command, and end with it however it ends."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from threading import Thread


@contextmanager
def workers(count: int | None = None) -> Iterator[Executor]:
    """`count` processes, or one for each core; none is started before there is work for it.

    If the command is interrupted, work that has not begun is dropped.
    """
    pool = ProcessPoolExecutor(count, initializer=_serve)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def _serve() -> None:
    """Leave ctrl+c to the process with the terminal, and end if that one is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
