"""Laws that need no second model, over random worlds of all rule books, modes and instruments.

A world is drawn from its seed (`drawing`), played with a trader who tries everything (`trader`,
`play`), and looked at by each law. Some laws play it again, a little otherwise: in parts, for ten
times as much, in a mirror. `python -m tests.laws.worlds --help` looks at many.
"""

from collections.abc import Callable, Mapping

from tests.laws.worlds.alike import names, order_of_the_list, scale, walls
from tests.laws.worlds.harm import monotone
from tests.laws.worlds.mirror import mirror
from tests.laws.worlds.parts import buying, closing, paying, shares, waiting
from tests.laws.worlds.protection import accepted, leaving, owing, protection, trades
from tests.laws.worlds.reports.plans import planned
from tests.laws.worlds.reports.round_trips import results, second_reading
from tests.laws.worlds.truth import cures, largest, levels, previews
from tests.laws.worlds.wealth import adds_up, figures, gifts, told_again, wealth

LAWS: Mapping[str, Callable[[int], None]] = {
    law.__name__: law
    for law in (
        *(wealth, figures, trades, gifts),
        *(closing, shares, buying, paying, waiting),
        walls,
        *(scale, mirror, names, order_of_the_list),
        monotone,
        *(previews, levels, cures, largest, accepted),
        *(protection, leaving, owing),
        *(told_again, adds_up),
        *(results, second_reading, planned),
    )
}
"""Each law says of the world of a seed that it holds, or raises."""
