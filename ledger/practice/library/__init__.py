"""What there is to use and where it lies: rule books, tapes, the guide, the user's own folder."""
