"""Faults put into the rules on purpose, to see whether the tests notice.

A mutant is one small fault in one place: `<` for `<=`, `-` for `+`, a number that is one too large,
a condition turned round. cosmic-ray makes them; this runner only tries them fast. For each it runs
the tests that touch the changed statement, quickest first, and stops at the first that fails.
"""
