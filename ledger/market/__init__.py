"""What a venue lists and quotes: instruments, bars, dividends, splits, and prices at one moment."""
