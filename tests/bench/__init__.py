"""Measurements on a real pseudo-terminal: commands, not tests, since a busy machine is slow."""
