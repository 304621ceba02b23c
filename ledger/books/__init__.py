"""What is stored: events as balanced entries, in a database that only grows.

Law: every entry sums to zero for each asset.
"""
