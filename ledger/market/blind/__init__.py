"""Prices that cannot be recognised: a tape, its instrument and its rules in a neutral world.

Law: whatever happens to an account there would happen to it in the true world too, at the true
times, with quantities as many times larger as prices are smaller; only months begin elsewhere.
"""
