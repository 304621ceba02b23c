"""The screen: shows a view of the account and sends commands, and decides nothing.

Law: no figure is computed here that the ledger could have computed.
"""
