"""Round trips: plan, every move of the stop, R, excursions, costs, notes.

One definition of a trade for everything that follows: from flat to flat in one symbol and pocket,
as `PositionOpened` and `PositionClosed` mark it; an order that reverses a position ends one trade
and begins the next. Law: read from an account's events alone.
"""
