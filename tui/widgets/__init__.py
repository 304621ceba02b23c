"""The parts of a screen: each shows plain values it is handed and knows no account.

May import the view and `tui`'s pure drawing and formatting. Law: text from outside is cleaned where
it is drawn and never read as markup; colours are asked for by what they mean.
"""
