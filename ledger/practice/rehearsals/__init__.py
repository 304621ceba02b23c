"""A rehearsal file, read and checked as a whole before anything begins."""
