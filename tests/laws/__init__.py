"""Laws of the core: what must hold in every world, tried on worlds that chance draws.

`pytest tests/laws` draws the same worlds each time, as many as a minute allows. To look longer
and elsewhere: `HYPOTHESIS_PROFILE=long pytest tests/laws` (fifty times as many, new ones each
time; a failure prints how to see it again).
"""

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def tried(examples: int) -> settings:
    """So many worlds, the same each time; fifty times as many and new ones in the long profile."""
    return settings(
        max_examples=examples * (50 if LONG else 1),
        derandomize=not LONG,
        print_blob=LONG,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
