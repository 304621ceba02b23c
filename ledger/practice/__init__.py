"""A person practising: the only shell of the ledger with a disk and a clock.

May import everything in `ledger` but `ledger.reports`. Law: store first, then fold, then show; what
a screen sees has been committed.
"""
