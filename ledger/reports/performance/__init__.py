"""The equity curve and what is measured on it, and what the trades of an account have in common.

Floats are allowed from here on. Law: pure functions of points and trades; a figure that too few
days or trades cannot carry is `None`, never a guess.
"""
