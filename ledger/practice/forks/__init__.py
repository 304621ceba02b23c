"""What-if lines: an account taken back to one of its decisions, and the result of another choice.

Laws: what was played never changes. A fork without events of its own has its parent's state hash,
and one in which the same commands are given has its parent's events, byte for byte.
"""
