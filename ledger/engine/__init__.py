"""What happens next: one command in, the events it causes out.

May import `ledger.account` and below, never `ledger.books`. Law: every rule stands once; a step
calls only steps below it (`pyproject.toml` has their order) and writes what it decides into the
command's `Draft`, which folds it, so that the next step sees it. No clock, no chance, no disk.
"""
