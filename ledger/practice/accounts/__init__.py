"""The user's own accounts: how one is begun, its name, and the list of them.

Law: such an account is a rehearsal like any other, read by the same reader.
"""
