"""Prices of the past, packed: a tape, its sessions, its file format, and tapes that were made."""
