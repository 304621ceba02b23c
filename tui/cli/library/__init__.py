"""Commands about the library: rule books, tapes, the guide."""
