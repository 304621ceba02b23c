"""Whole screens and dialogs: what is shown when, and what a key does there.

May import the practice, the widgets and the figures; only the tickets and the margin call speak
the language of commands. Law: nothing is shown before the ledger has it.
"""
