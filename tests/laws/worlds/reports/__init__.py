"""Laws of what the reports say of a world that was played."""
