"""The definition of a trade, on small accounts that were really run."""
