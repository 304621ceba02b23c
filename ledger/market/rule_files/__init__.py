"""Rule books and changes of rules as TOML: keys, bounds, sources, and the page they make.

Law: a wrong file is refused with its line, its key and what would be right. Loaded only when a
file is read.
"""
