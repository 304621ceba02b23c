"""Commands about what there is to use: rule books, tapes, the guide."""
