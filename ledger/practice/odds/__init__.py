"""Many futures of one plan.

Law: the levels are the engine's.
"""
