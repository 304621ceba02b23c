"""Forks on the desk: to one and back without a question, and two accounts side by side."""
