"""What is kept: every event as balanced double entries, in a database that only grows.

May import `ledger.account` and below, never `ledger.engine`. Law: every entry sums to zero for each
asset, and nothing once written is changed or removed.
"""
