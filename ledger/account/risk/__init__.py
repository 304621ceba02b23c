"""The margin a pocket must keep, the equity it has, and the prices at which the two meet.

Law: an inequality that is solved, never searched. The engine, the ticket and the calculators all
ask here.
"""
