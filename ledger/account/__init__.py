"""What is: the account, the commands it understands, the events it is made of, and its margin.

May import `ledger.market` and `ledger.money`. Law: everything is a frozen value; an account is the
fold of its events and nothing else, and no pocket ever pays for another.
"""
