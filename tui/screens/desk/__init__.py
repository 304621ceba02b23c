"""The desk, assembled."""
