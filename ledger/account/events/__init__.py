"""What happened: every event an account is made of.

Law: a recorded event never changes; a new field has a default that is neither written nor hashed.
"""
