"""One account at one place in time: opened, stepped, skipped, committed, resumed.

Law: store first, then fold, then show.
"""
