"""The side panel in which each command is typed, previewed and sent."""
