"""What each command of the trader or of the world does."""
