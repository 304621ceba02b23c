"""The command line: what may be typed, where output goes, exit statuses.

A command is a module with `run(arguments) -> int`, imported when it is called: `--version` and the
plain lines load neither Textual nor the engine. Results go to stdout, everything else to stderr.
"""
