"""Made-up markets: from a seed, without a disk or a clock, the same bytes on every machine.

`recipe` says what a tape is made of, `make` makes it; `chance` is the house's only die.
"""
