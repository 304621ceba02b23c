"""Prices within which nothing can happen, and the search for the first bar beyond them.

Law: it may wake the engine too early, never too late.
"""
