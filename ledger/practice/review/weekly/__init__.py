"""The review of a week: what was kept, what it brought, and one rule for the next."""
