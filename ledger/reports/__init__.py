"""What an account's history says about the trader: read from events, never from prices alone."""
