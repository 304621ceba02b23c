"""Forks on the desk: to one and back without a question, two accounts compared, and a twin."""
