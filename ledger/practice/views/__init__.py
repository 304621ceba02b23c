"""What a screen shows of a session, what a command would do, and where a figure comes from."""
