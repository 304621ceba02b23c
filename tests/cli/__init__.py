"""The command line, held to the promises of the interface."""
