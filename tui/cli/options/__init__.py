"""The options of the commands.

Law: loaded for `--help`, so it needs nothing but argparse.
"""
