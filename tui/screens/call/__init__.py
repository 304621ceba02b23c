"""The margin call and what comes of it: dialogs that cannot be missed.

May import `account.commands`. Law: every choice is named with its figures; leaving is no answer.
"""
