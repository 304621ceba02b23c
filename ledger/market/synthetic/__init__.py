"""Made-up markets: the same seed gives the same bytes on every machine.

`chance` is the house's only source of random numbers.
"""
