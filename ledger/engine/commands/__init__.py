"""What each command does: the trader's own, and those of the outside world."""
