"""The screen: shows a view of the account and sends commands, and decides nothing.

May import `ledger.practice` and `ledger.reports`; widgets import the view and the formatting only.
Law: no figure is computed here that the ledger could have computed.
"""
