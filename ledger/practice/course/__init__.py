"""The course: ten lessons, each a few pages and then something to do, which is checked.

Law: progress is what the ledger shows was done; a page that was read is only where one goes on.
"""
