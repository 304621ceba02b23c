"""Files that chance writes, led by which lines of ours they reach."""
