"""The account: its positions, orders and lots, and the commands it understands.

Law: values are frozen, and no pocket pays for another.
"""
