"""What the venue lists, quotes and demands: instruments, bars, quotes and rule books.

May import `ledger.money`. Law: figures live in the rule books' TOML with their source, shapes live
here; no venue is known by name. Only `synthetic` may use chance, and only with a seed.
"""
