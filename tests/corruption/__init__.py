"""What damage to a ledger can do: one byte, one cell, one word of its schema at a time."""
