"""Calculators for one position, without a session.

Law: they build an account and ask the engine.
"""
