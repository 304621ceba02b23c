"""A rule book as a page, and two side by side."""
