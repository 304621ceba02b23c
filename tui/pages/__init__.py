"""What a page beside the desk says, as lines; the command line prints the same."""
