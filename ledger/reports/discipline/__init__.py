"""What was done, held against what was planned.

Law: each finding names the trades that it compared, and each figure can be taken apart again.
"""
