"""What each panel of the desk says, as rows and lines."""
