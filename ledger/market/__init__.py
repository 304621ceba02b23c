"""What a venue lists and quotes: instruments, bars, dividends, splits, and one moment's prices."""
