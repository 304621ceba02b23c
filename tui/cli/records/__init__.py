"""Commands about a history: events, positions, orders, upkeep of the file."""
