"""A tax year as tables and lines."""
