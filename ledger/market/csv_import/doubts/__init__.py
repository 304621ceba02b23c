"""What looks wrong in possible bars: missing ones, and prices that no neighbouring bar confirms."""
