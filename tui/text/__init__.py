"""Numbers, times and sizes as text, and text as numbers.

Law: no other room of the screen formats; what sentences need too is in `practice.words.formats`.
"""
