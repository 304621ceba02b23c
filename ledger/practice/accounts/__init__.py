"""Accounts of one's own: how one is begun, what it is called, and the list of them.

Law: an account of one's own is a rehearsal like any other, read by the same reader.
"""
