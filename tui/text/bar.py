"""A bar of progress as text, the same on a screen and on the command line."""

_LONG = 30


def bar(done: int, total: int) -> str:
    """`[############------------------]  40%`."""
    filled = _LONG * done // total
    return f"[{'#' * filled}{'-' * (_LONG - filled)}] {100 * done // total:3}%"
