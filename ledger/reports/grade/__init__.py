"""The grade: what the trader did, not what the market did, and whether the goal was met.

Law: read from an account's events alone, and won by what protected the position at each moment,
whatever put it there or took it away.
"""
