"""Rows of cells as aligned lines."""

from collections.abc import Collection, Sequence


def table(rows: Sequence[tuple[str, ...]], right: Collection[str]) -> list[str]:
    """The first row is the heads; columns under those of `right` are aligned to it."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    places = [
        f"{{:{'>' if head in right else '<'}{width}}}"
        for head, width in zip(rows[0], widths, strict=True)
    ]
    form = "  ".join(places)
    return [form.format(*row).rstrip() for row in rows]
