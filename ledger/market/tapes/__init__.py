"""Past prices, packed: a tape, its sessions, its file format, and derived tapes."""
