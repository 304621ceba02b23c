"""A second account, written from the design pages alone: fractions, plain loops, no formulas.

It shares nothing with the engine. Thresholds are found by halving, tiers are summed slice by
slice, interest is kept as a fraction. It is slow and says what should happen; `test_naive.py`
asks the engine whether it does.

Where the pages are silent both do this, and a change of it is a change of design:
- inside a way all symbols move together; what stands between two ticks has passed the first only;
- where several symbols breach a level together each stands on its first tick that hurts;
- an isolated position closed in part leaves the rest its share of the pocket's equity, and gives
  back nothing while it is called;
- an order that flips is measured as if its closing part were done, and falls whole or not at all;
- an order for more at another leverage is measured as if all were opened at it, what is held
  behind a wall against the equity there;
- a target is not enlarged with its position; a later entry's stop and targets take over;
- a target keeps its share of what is left when a part is closed by anything else, in whole lots;
- where the house asks for no more than the level that was breached, and that is breached again on
  the same way, as much is sold as lifts the pocket to the level of the warning.
"""
