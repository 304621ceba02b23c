"""What an account is, what happens to it, and what is recorded: everything but the screen.

The floors, each importing only downward: `practice` and `reports`, then `engine` and `books`, then
`account`, then `market`, then the ground. The core never looks anything up: time, prices and chance
are passed in, so that the same commands always give the same ledger. No Textual here.
"""

from ledger.moved import put_up

__version__ = "0.1.0"

put_up()
