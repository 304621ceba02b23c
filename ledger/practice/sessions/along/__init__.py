"""One account doing what another does: its clock goes to the same places, and commands are fitted.

Law: a twin's events are those of an account on its own that is given the same commands.
"""
