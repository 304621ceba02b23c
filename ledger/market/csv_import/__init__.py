"""Price tables of other programs: recognised, read digit for digit, checked and reported.

Law: a row becomes a bar as it stands, or its line is in the report.
"""
