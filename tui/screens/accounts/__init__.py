"""The accounts of a ledger: the list, and the purse. Law: whoever leaves the list finds an account
on the desk, or the first screen."""
