"""A terminal that is gone: its window closed, its emulator killed, its connection lost."""

import select


def hung_up(terminal: int) -> bool:
    """Whether the other end of this terminal is closed; `False` if the system cannot say.

    The kernel also sends SIGHUP, but only to a process whose controlling terminal it was, and a
    process can be started with it ignored (`nohup`). Reading would then return nothing at once, for
    ever.
    """
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(terminal, 0)
    return any(events & select.POLLHUP for _, events in poll.poll(0))
