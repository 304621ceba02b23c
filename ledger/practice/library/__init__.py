"""What can be used and where it is: rule books, tapes, the guide, the user's own folder."""
