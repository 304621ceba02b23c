"""Events and figures as sentences.

Law: it decides no number.
"""
