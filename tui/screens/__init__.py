"""Whole screens and dialogs.

Law: nothing is computed here, and nothing is read from a file.
"""
