"""Pages on all rule books at once."""
