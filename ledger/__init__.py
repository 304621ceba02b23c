"""What an account is, what happens to it, and what is kept of it: everything but the screen.

The floors, each importing only downward: `practice` and `reports`, then `engine` and `books`, then
`account`, then `market`, then `money`. The law of the house: the core asks nobody. Time, prices and
chance come in as arguments, so that the same commands always give the same ledger. No Textual here.
"""

from ledger.moved import put_up

__version__ = "0.1.0"

put_up()
