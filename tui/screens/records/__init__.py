"""Pages about what was done: the journal, one trade, the calls."""
