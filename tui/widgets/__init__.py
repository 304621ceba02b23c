"""Parts of a screen: each shows the plain values it is given and knows no account.

Law: text from outside is cleaned where it is drawn and never read as markup; colours are requested
by meaning.
"""
