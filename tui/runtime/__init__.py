"""What runs behind the desk: opens an account, moves its clock, hands out snapshots.

Law: no widget.
"""
