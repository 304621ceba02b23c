"""Numbers, times and sizes as text, and text as numbers.

Law: no other room formats.
"""
