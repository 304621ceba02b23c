"""How an event changes the account.

Law: it decides nothing; the same events give the same account, in every later version too.
"""
