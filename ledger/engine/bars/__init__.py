"""What one bar does: what falls due, the path of its prices, its close, and when it is quiet."""
