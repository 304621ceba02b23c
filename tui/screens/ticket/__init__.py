"""The side panel: every wish of the trader is typed, previewed, reviewed and sent here.

May import `account.commands`. Law: Enter reviews, Enter again sends, Escape goes back; what was
refused stays as it was typed.
"""
