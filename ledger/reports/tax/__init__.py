"""Lots, disposals and the forms of a tax return, from what an account bought and sold.

Law: it is education on paper money, and it says so. Knows no country: what differs between them is
in a `TaxLaw`, which is read from a dated file.
"""
