"""Exports read by other programs: what they hold is compared with what the ledger holds."""
