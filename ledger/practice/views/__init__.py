"""What a screen shows of a session, what a command would do, and why a figure is what it is."""
