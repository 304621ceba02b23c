"""A country's rules of tax, read from their file, and an account held against them.

Law: each figure has its source, date and certainty, like one of a rule book.
"""
