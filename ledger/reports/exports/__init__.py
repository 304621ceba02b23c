"""The same history in other programs' formats.

Law: amounts are those of our own legs, at full scale; text from outside changes nothing but text.
"""
