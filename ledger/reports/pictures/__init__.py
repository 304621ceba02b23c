"""Figures drawn as SVG, by a writer of our own: the same picture on every machine.

Law: no scripts and nothing loaded from elsewhere; every text is cleaned and escaped; readable on
light and on dark.
"""
