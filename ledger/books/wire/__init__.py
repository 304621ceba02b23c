"""How an event is written, hashed and sealed.

Law: the bytes of a released version never change.
"""
