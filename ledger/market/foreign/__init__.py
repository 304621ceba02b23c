"""Price tables of other programs: recognised, read digit for digit, judged, and told.

Loaded when a file is imported, never on the way to the desk. Pure: bytes in, a tape and a report
out. Its law: a row becomes a bar as it stands, or its line is in the report with what was done.
"""
