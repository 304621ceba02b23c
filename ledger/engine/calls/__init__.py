"""The margin call: the ladder of its rungs, what would meet it, and the forced sale."""
