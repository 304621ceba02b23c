"""What one bar does: what falls due, its price path and its close; and when it does nothing."""
