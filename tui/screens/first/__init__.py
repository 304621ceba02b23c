"""The first screen and what it opens."""
