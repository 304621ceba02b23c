"""What happens next: `decide` takes one command and returns its events.

The rooms below it, from the top: what a bar does, what a command does, calls and forced sales,
trades, then margin and resting orders, and the draft that every decision is written into.
"""
