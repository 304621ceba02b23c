"""What happens next: one command in, the events it causes out.

May import `ledger.account` and below, never `ledger.books`. Law: steps are peers that do not know
each other; they return events, and only the conductor folds them. No clock, no chance, no disk.
"""
