"""What changes when something trades: fills, expiry, splits, and the money that follows."""
