"""A rule book as a value: levels, schedules, interest.

Law: no pydantic, no file, no venue by name.
"""
