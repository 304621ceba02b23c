"""What a person does with the journal: writes notes and tags, sorts and saves filters, brings in
trades from elsewhere, walks through one again.

Law: a note is an event of its account like any other; filters and trades made elsewhere are no
part of an account.
"""
